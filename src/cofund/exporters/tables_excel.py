"""A document as an Excel workbook: totals, shares and sums of other sheets are live formulas, each with the value that it has now.

Amounts are written as the nearest number to their whole cents, and every sum is rounded to the cent, so that Excel shows exact
cents. Texts are written as texts; those that look like a formula stay texts where somebody edits them. Rows are written one by one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext_noop as marked

from cofund.queries.documents.shapes import (
    Column,
    Document,
    Filled,
    Made,
    Quotient,
    ShareOfTotal,
    Sum,
    SumOver,
    Value,
    Values,
)
from cofund.rules.spreadsheets import looks_like_formula
from cofund.rules.workbook import letters

FORMATS: Final[Mapping[str, Mapping[str, object]]] = {
    "title": {"bold": True, "font_size": 14},
    "stated": {"bold": True},
    "note": {"font_color": "#52606D"},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E7EFEC"},
    "text": {},
    # Excel keeps such a text a text also where somebody edits it.
    "guarded": {"quote_prefix": True},
    "money": {"num_format": "#,##0.00"},
    "number": {"num_format": "0"},
    "share": {"num_format": "0.00 %"},
    "ratio": {"num_format": "0.000"},
    "day": {"num_format": "yyyy-mm-dd"},
    "instant": {},
}
# What holds for a document, as its readers are told.
WORDS: Final = {
    "programme": marked("Programme"),
    "scheme_version": marked("Version of its rules"),
    "as_of": marked("As of"),
    "known_at": marked("Known at"),
    "currency": marked("Currency"),
    "year": marked("Year"),
    "earlier_as_of": marked("Earlier: as of"),
    "earlier_known_at": marked("Earlier: known at"),
}
_WIDTHS: Final = {"text": 24, "money": 19, "number": 10, "share": 13, "ratio": 11, "day": 12, "instant": 26}


def workbook(document: Document, words: Mapping[str, str] = WORDS, total: str = "Total") -> bytes:
    """Write the whole document; `words` say what holds for it, `total` what its last rows are called."""
    content = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"title": document.title, "subject": document.about, "author": "Cofund"})
    writer = _Writer(book, document, words, total)
    for one in document.filled:
        writer.write(one)
    book.close()
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class _At:
    """Where a sheet's rows stand, from 1: the first and the last row, and the total's; no row where `last < first`."""

    first: int
    last: int

    @property
    def total(self) -> int:
        """The row of the total."""
        return max(self.last, self.first - 1) + 1


class _Writer:
    """Writes one sheet after the other; every sheet begins with the same number of lines about the document."""

    def __init__(self, book: Any, document: Document, words: Mapping[str, str], total: str) -> None:
        self.book, self.document, self.words, self.total = book, document, words, total
        self.formats = {name: book.add_format(dict(properties)) for name, properties in FORMATS.items()}
        self.totals = {
            name: book.add_format({**dict(properties), "bold": True, "top": 1}) for name, properties in FORMATS.items()
        }
        self.filled = {one.sheet.name: one for one in document.filled}
        # Title, what is stated, the notes, the note of the sheet, an empty line, the headings.
        self.heading = 1 + len(document.stated) + len(document.notes) + 2

    def at(self, one: Filled) -> _At:
        """Where the rows of a sheet stand."""
        return _At(self.heading + 2, self.heading + 1 + len(one.rows))

    def write(self, one: Filled) -> None:
        """Write a sheet from its first line to its total."""
        sheet = self.book.add_worksheet(one.sheet.name)
        for place, column in enumerate(one.sheet.columns):
            sheet.set_column(place, place, 34 if place == 0 else _WIDTHS[column.form])
        self._about(sheet, one)
        sheet.set_row(self.heading, 45)
        for place, column in enumerate(one.sheet.columns):
            sheet.write_string(self.heading, place, column.label, self.formats["heading"])
        at = self.at(one)
        for number, row in enumerate(one.rows):
            self._row(sheet, one, row, at.first + number, self.formats)
        if one.total is not None:
            self._total(sheet, one, one.total)
        sheet.freeze_panes(self.heading + 1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self.heading)

    def _about(self, sheet: Any, one: Filled) -> None:
        """What holds for the document, in front of every sheet."""
        sheet.write_string(0, 0, f"{self.document.title}: {one.sheet.caption}", self.formats["title"])
        for row, (key, text) in enumerate(self.document.stated.items(), start=1):
            sheet.write_string(row, 0, self.words.get(key, key), self.formats["stated"])
            sheet.write_string(row, 1, text, self._text(text))
        row = 1 + len(self.document.stated)
        for note in (*self.document.notes, one.sheet.note):
            sheet.write_string(row, 0, note, self.formats["note"])
            row += 1

    def _row(self, sheet: Any, one: Filled, row: Values, number: int, formats: Mapping[str, Any]) -> None:
        """One row: what is made from other cells as a formula."""
        for place, (value, column) in enumerate(zip(row, one.sheet.columns, strict=True)):
            if column.made is None:
                self._value(sheet, (number - 1, place), value, column, formats)
            else:
                formula = self._formula(one, column.made, number)
                sheet.write_formula(number - 1, place, formula, formats[column.form], _cached(value, column))

    def _value(self, sheet: Any, at: tuple[int, int], value: Value, column: Column, formats: Mapping[str, Any]) -> None:
        """One value that stands by itself."""
        if value is None:
            sheet.write_blank(*at, None, formats[column.form])
        elif isinstance(value, str):
            sheet.write_string(*at, value, formats["guarded" if looks_like_formula(value) else "text"])
        elif isinstance(value, datetime):
            sheet.write_string(*at, value.isoformat(timespec="seconds"), formats["text"])
        elif isinstance(value, date):
            sheet.write_datetime(*at, value, formats["day"])
        else:
            sheet.write_number(*at, _cached(value, column), formats[column.form])

    def _total(self, sheet: Any, one: Filled, total: Values) -> None:
        """The last row: sums, and what the row makes of them."""
        at = self.at(one)
        for place, (value, column) in enumerate(zip(total, one.sheet.columns, strict=True)):
            style, letter = self.totals[column.form], letters(place)
            if place == 0:
                sheet.write_string(at.total - 1, 0, self.total, self.totals["text"])
            elif column.is_summed:
                formula = f"=ROUND(SUM({letter}{at.first}:{letter}{at.last}),2)" if one.rows else "=0"
                sheet.write_formula(at.total - 1, place, formula, style, _cached(value, column))
            elif value is not None and column.made is not None:
                formula = self._formula(one, column.made, at.total)
                sheet.write_formula(at.total - 1, place, formula, style, _cached(value, column))
            else:
                sheet.write_blank(at.total - 1, place, None, style)

    def _formula(self, one: Filled, made: Made, row: int) -> str:
        """A formula over cells of its row, of the total, or of another sheet."""
        places, at = one.sheet.places, self.at(one)

        def cells(keys: tuple[str, ...]) -> str:
            return "SUM(" + ",".join(f"{letters(places[key])}{row}" for key in keys) + ")"

        if isinstance(made, SumOver):
            return self._sum_over(one, made, row)
        if isinstance(made, ShareOfTotal):
            letter = letters(places[made.of])
            return f'=IF(SUM({letter}${at.total})=0,"",SUM({letter}{row})/SUM({letter}${at.total}))'
        above = cells(made.plus) + (f"-{cells(made.less)}" if made.less else "")
        if isinstance(made, Sum):
            return f"=ROUND({above},2)"
        assert isinstance(made, Quotient)
        below = cells((made.by,))
        return f'=IF({below}=0,"",({above})/{below})'

    def _sum_over(self, one: Filled, made: SumOver, row: int) -> str:
        """The sum of a column of another sheet where its codes are those of the row."""
        other = self.filled[made.sheet]
        if not other.rows:
            return "=0"
        at = self.at(other)

        def column(key: str) -> str:
            letter = letters(other.sheet.places[key])
            return f"'{made.sheet}'!${letter}${at.first}:${letter}${at.last}"

        pairs = (f"{column(theirs)},${letters(one.sheet.places[mine])}{row}" for theirs, mine in made.where)
        return f"=ROUND(SUMIFS({column(made.of)},{','.join(pairs)}),2)"

    def _text(self, text: str) -> Any:
        """The format of a text, guarded where it looks like a formula."""
        return self.formats["guarded" if looks_like_formula(text) else "text"]


def _cached(value: Value, column: Column) -> Any:
    """A value as a workbook keeps it: an amount in units of the currency, the nearest number to its cents; nothing as empty."""
    if isinstance(value, int):
        return value / 100 if column.form == "money" else value
    return float(value) if isinstance(value, Fraction) else value if value is not None else ""
