"""Reads a spreadsheet that anybody may have made, an Excel workbook or a CSV file, into the same plain values."""

from __future__ import annotations

import csv
import io
from typing import Final

from cofund.importers import workbooks
from cofund.importers.workbooks import MOST_BYTES, MOST_COLUMNS, UnreadableWorkbook
from cofund.rules.workbook import CellText, SheetRow, SheetText, WorkbookText

CSV_SHEET: Final = "CSV"
_SEPARATORS: Final = (";", ",", "\t")
_LONGEST_CELL: Final = 2_000
_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_AS_CSV: Final = "Save it as an Excel workbook (.xlsx) or as CSV UTF-8 and try again."


def read(content: bytes, *, most_rows: int) -> WorkbookText:
    """Give the texts of a file, at most `most_rows` rows of each sheet; its content tells what it is, not its name.

    Raises:
        UnreadableWorkbook: it is too large, packed beyond measure, locked, of another kind, or broken.
    """
    if not content or content.startswith(_PACKED) or len(content) > MOST_BYTES:
        return workbooks.read(content, most_rows=most_rows)
    return WorkbookText((_sheet(_text(content), most_rows),))


def _text(content: bytes) -> str:
    """The text of a CSV file."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        wrong = "It is neither an Excel workbook (.xlsx) nor text in UTF-8."
        raise UnreadableWorkbook(wrong, _AS_CSV) from error
    if "\0" in text:
        raise UnreadableWorkbook("It is neither an Excel workbook (.xlsx) nor a CSV file.", _AS_CSV)
    return text


def _sheet(text: str, most_rows: int) -> SheetText:
    """The rows of a CSV file, separated by what its first line has most of."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[SheetRow] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == most_rows:
                return SheetText(CSV_SHEET, tuple(rows), is_cut=True)
            rows.append(SheetRow(reader.line_num, tuple(_cell(cell) for cell in cells[:MOST_COLUMNS])))
    except csv.Error as error:
        wrong = f"Line {reader.line_num} cannot be read as CSV: {error}."
        raise UnreadableWorkbook(wrong, _AS_CSV) from error
    return SheetText(CSV_SHEET, tuple(rows))


def _cell(written: str) -> CellText:
    """One cell. A spreadsheet would take a text that begins like this for a formula; here nothing is computed."""
    text = written.strip()[:_LONGEST_CELL]
    if text.startswith("="):
        return CellText(text, fault="It begins like a formula. Write the value in its place.")
    return CellText(text)
