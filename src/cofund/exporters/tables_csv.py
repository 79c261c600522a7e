"""A sheet of a document as CSV, line by line: what holds for all of it comes first in every row, amounts are plain decimals.

Totals are left out, so that nobody adds them up again with what they add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction

from cofund.exporters.cells import csv_line, decimal, fraction
from cofund.queries.documents.shapes import Document, Filled, Form, Value
from cofund.rules.spreadsheets import guarded


def lines(document: Document, one: Filled) -> Iterator[str]:
    """Give the file line by line; the mark at its start makes spreadsheets read it as UTF-8."""
    stated = [guarded(text) for text in document.stated.values()]
    notes = guarded(" ".join(filter(None, (*document.notes, one.sheet.note))))
    yield "\ufeff" + csv_line([*document.stated, *(column.key for column in one.sheet.columns), "notes"])
    for row in one.rows:
        cells = (cell(value, column.form) for value, column in zip(row, one.sheet.columns, strict=True))
        yield csv_line([*stated, *cells, notes])


def cell(value: Value, form: Form) -> str:
    """A value as a cell; what is not known is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, int):
        return decimal(value) if form == "money" else str(value)
    if isinstance(value, Fraction):
        return fraction(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
