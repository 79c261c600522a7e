"""Whole numbers as an address or a form has them: a few ASCII digits, and nothing else that Python or a reader takes for one."""

from __future__ import annotations

MOST_DIGITS = 9


def whole(text: str, most: int = MOST_DIGITS) -> int | None:
    """The whole number that a text is; None where it is none, or has more than `most` digits.

    Digits of other scripts are no number here: the database, files and other readers of the same address do not take them for one.
    """
    return int(text) if len(text) <= most and text.isascii() and text.isdecimal() else None


def year(text: str) -> int | None:
    """The year that a text is, in four digits; None where it is none that a calendar has."""
    return (whole(text, 4) or None) if len(text) == 4 else None
