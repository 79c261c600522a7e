"""A document on a page and as a file: the same sheets, of the same moment, with the same values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from cofund.exporters import tables_csv, tables_excel
from cofund.queries.documents.shapes import Column, Document, Filled, Value, Values
from cofund.web import components as c
from cofund.web import document_words
from cofund.web.formatting import day, instant
from cofund.web.languages import gettext as _
from cofund.web.lists import page_of

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN: Final = 200


def file_of(document: Document, kind: str, sheet: str, name: str) -> HttpResponseBase | None:
    """The file that is asked for (`xlsx`: the whole document, `csv`: one sheet); None where none is, or there is no such sheet."""
    if kind == "xlsx":
        answer: HttpResponseBase = HttpResponse(_workbook(document), content_type=EXCEL)
        answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return answer
    found = document.sheet(sheet) if kind == "csv" else None
    if found is None:
        return None
    answer = StreamingHttpResponse(tables_csv.lines(document, found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{found.sheet.key}.csv"'
    return answer


def _workbook(document: Document) -> bytes:
    """A document as a workbook, in the language that is spoken."""
    words = {key: document_words.stated(key) for key in document.stated}
    return tables_excel.workbook(document_words.said(document), words, _("Total"))


def parts_of(document: Document, address: c.Address) -> dict[str, Any]:
    """What a page shows of a document: one sheet with tabs to the others, what is stated, the notes, and the files."""
    document = document_words.headed(document)
    found = document.sheet(address.get("sheet")) or document.filled[0]
    key = found.sheet.key
    tabs = [
        c.Link(one.name, address.with_changes(sheet=one.key) + "#sheet", current=one.key == key)
        for one in document.sheets
    ]
    return {
        "document": document,
        "stated": [c.Fact(document_words.stated(name), _said(name, said)) for name, said in document.stated.items()],
        "notes": document.notes,
        "sheet_tabs": tabs,
        "table": table(found, document.currency, address),
        "excel": address.with_changes(sheet=None, format="xlsx"),
    }


def _said(name: str, said: str) -> str:
    """What a document states, as a page writes it: days and instants in words."""
    if name.endswith("as_of"):
        return day(date.fromisoformat(said))
    return instant(timezone.localtime(datetime.fromisoformat(said))) if name.endswith("known_at") else said


def table(found: Filled, currency: str, address: c.Address) -> c.Table:
    """A sheet as a table, a page of it at a time; codes that only a workbook needs are left out."""
    sheet = found.sheet
    places = [place for place, column in enumerate(sheet.columns) if not _is_code(column)]
    part, pages = page_of(address, len(found.rows))
    rows = [c.Row(_cells(sheet.columns, document_words.row(sheet, row), places, currency)) for row in found.rows[part]]
    if found.total is not None and found.rows:
        cells = _cells(sheet.columns, found.total, places, currency, is_total=True)
        rows.append(c.Row((c.Cell(_("Total")), *cells[1:]), "total"))
    return c.Table(
        "sheet",
        sheet.caption,
        tuple(_heading(sheet.columns[place], currency) for place in places),
        tuple(rows),
        total_count=len(found.rows),
        pages=pages,
        exports=(c.Link("CSV", address.with_changes(sheet=sheet.key, format="csv"), download=True),),
        note=sheet.note,
        empty=c.EmptyState(_("Nothing of this stands in the books at this moment.")),
    )


def _is_code(column: Column) -> bool:
    """Whether a column only holds codes by which a workbook adds up."""
    return column.key == "code" or column.key.endswith("_code")


def _heading(column: Column, currency: str) -> c.Column:
    """The heading of a column; one of amounts names the currency."""
    label = f"{column.label} ({currency})" if column.form == "money" else column.label
    return c.Column(label, numeric=column.form in ("money", "share", "ratio", "number"), hint=column.hint)


def _cells(
    columns: Sequence[Column], row: Values, places: Sequence[int], currency: str, *, is_total: bool = False
) -> tuple[c.Cell, ...]:
    """The cells of a row; in a total, what has none stays empty."""
    return tuple(
        c.Cell("–" if is_total and row[place] is None else _shown(row[place], columns[place], currency))
        for place in places
    )


def _shown(value: Value, column: Column, currency: str) -> c.Value:
    """A value as a page shows it."""
    if isinstance(value, str):
        return f"{value[:_SHOWN]} …" if len(value) > _SHOWN else value
    if column.form == "money" and (value is None or isinstance(value, int)):
        return c.Money(value, currency, bare=True)
    if isinstance(value, Fraction) or value is None:
        fraction = value if isinstance(value, Fraction) else None
        return c.Percent(fraction) if column.form == "share" else c.Ratio(fraction) if column.form == "ratio" else "–"
    return value if isinstance(value, date | datetime | int) else str(value)
