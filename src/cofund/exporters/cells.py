"""Single values and lines of files that go out: plain decimals, and texts that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

# A cell that begins with one of these is taken for a formula by spreadsheets.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula; blanks before it do not help."""
    return text.lstrip(" ").startswith(FORMULA)


def guarded(text: str) -> str:
    """Give a text with an apostrophe before what would be taken for a formula."""
    return f"'{text}" if looks_like_formula(text) else text


def decimal(cents: int) -> str:
    """Write whole cents as a plain decimal of the currency: `106185752.00`, `-0.05`."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def fraction(value: Fraction, places: int = 6) -> str:
    """Write a fraction as a decimal, rounded half to even."""
    scaled = round(abs(value) * 10**places)
    whole, rest = divmod(scaled, 10**places)
    return f"{'-' if value < 0 and scaled else ''}{whole}.{rest:0{places}d}"


def csv_line(cells: Iterable[str]) -> str:
    """Write one line of a CSV file, with its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
