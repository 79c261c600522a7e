"""Single values and lines of files that go out: plain decimals, and lines of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from fractions import Fraction


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
