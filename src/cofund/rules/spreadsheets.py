"""Tells what a spreadsheet would take for a formula, and guards it: texts of others stand in files that people open there."""

from __future__ import annotations

from typing import Final

# A cell that begins with one of these is taken for a formula by spreadsheets.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula; blanks before it do not help."""
    return text.lstrip(" ").startswith(FORMULA)


def guarded(text: str) -> str:
    """Give a text with an apostrophe before what would be taken for a formula."""
    return f"'{text}" if looks_like_formula(text) else text
