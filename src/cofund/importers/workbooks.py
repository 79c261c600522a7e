"""Reads Excel files that anybody may have made: with bounded memory and time, values only, and a clear word where it cannot be.

Nothing of a file is computed or followed: a formula gives the value with which it was saved, links to other files are not read.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA

from cofund.importers.zips import DAMAGED
from cofund.rules.workbook import CellText, SheetRow, SheetText, WorkbookText

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_UNPACKED: Final = 25 * 1024 * 1024
MOST_PARTS: Final = 500
# Of its XML, in all parts: a cell takes four tags, so this is far more than a plan has, and is read within seconds.
MOST_TAGS: Final = 250_000
MOST_SHEETS: Final = 20
MOST_ROWS: Final = 600
MOST_COLUMNS: Final = 60
_ZIP: Final = b"PK\x03\x04"
_OLD: Final = b"\xd0\xcf\x11\xe0"
_STEP: Final = 1024 * 1024
_ERRORS: Final = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!"})


class UnreadableWorkbook(Exception):
    """A file that is not read: `wrong` says why, `remedy` what to do."""

    def __init__(self, wrong: str, remedy: str = "Save it anew as an Excel workbook (.xlsx) and try again.") -> None:
        """Carry both sentences."""
        self.wrong, self.remedy = wrong, remedy
        super().__init__(f"{wrong} {remedy}")


def read(content: bytes, *, most_rows: int = MOST_ROWS) -> WorkbookText:
    """Give the texts of a workbook, at most `most_rows` rows and `MOST_COLUMNS` columns of each sheet.

    Raises:
        UnreadableWorkbook: it is too large, packed beyond measure, locked by a password, of another kind, or broken.
    """
    merged = _look_inside(content)
    try:
        with warnings.catch_warnings():
            # What a reader would warn of (styles, extensions) changes no value.
            warnings.simplefilter("ignore")
            sheets = tuple(_sheets(content, most_rows))
    except UnreadableWorkbook:
        raise
    except Exception as error:
        raise UnreadableWorkbook("It cannot be read as an Excel workbook; something in it is broken.") from error
    notes = []
    if merged:
        notes.append(
            f"Merged cells ({', '.join(merged[:5])}): only the first of them holds a value, the others are empty."
        )
    return WorkbookText(sheets, tuple(notes))


def _look_inside(content: bytes) -> list[str]:
    """Refuse what must not be opened, before anything is unpacked whole; give the ranges of merged cells."""
    if not content:
        raise UnreadableWorkbook("The file is empty.", "Choose the file again.")
    if len(content) > MOST_BYTES:
        size = len(content) * 10 // (1024 * 1024)
        limit = MOST_BYTES // (1024 * 1024)
        raise UnreadableWorkbook(
            f"It has {size // 10}.{size % 10} MB; at most {limit} MB are read.", "Take out what is not needed."
        )
    if content.startswith(_OLD):
        raise UnreadableWorkbook("It is an Excel file of before 2007, or locked by a password.")
    if not content.startswith(_ZIP):
        raise UnreadableWorkbook("It is no Excel workbook (.xlsx).")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _parts(packed)
    except (*DAMAGED, OSError, ValueError) as error:
        raise UnreadableWorkbook("It is no Excel workbook, or it is broken.") from error


def _parts(packed: zipfile.ZipFile) -> list[str]:
    """Unpack each part in steps, counting; a part that declares entities is refused."""
    parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _packed_beyond_measure()
    if "xl/workbook.xml" not in packed.namelist():
        raise UnreadableWorkbook("It is no Excel workbook (.xlsx).")
    unpacked = tags = 0
    merged: list[str] = []
    for part in parts:
        tail = b""
        with packed.open(part) as stream:
            while step := stream.read(_STEP):
                unpacked, tags = unpacked + len(step), tags + step.count(b"<")
                if tags > MOST_TAGS:
                    raise UnreadableWorkbook(
                        f"It has more than {MOST_TAGS // 4:,} cells.", "Take out what is not needed."
                    )
                if unpacked > MOST_UNPACKED:
                    raise _packed_beyond_measure()
                text = tail + step.replace(b"\0", b"")
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise UnreadableWorkbook("It declares entities, as no workbook does.")
                if b"<mergeCell " in text and len(merged) < 5:
                    merged += [found.decode() for found in re.findall(rb'<mergeCell ref="([A-Z0-9:]{2,20})"', text)]
                tail = text[-64:]
    return list(dict.fromkeys(merged))


def _packed_beyond_measure() -> UnreadableWorkbook:
    """The refusal of a file that is small only as long as it is packed."""
    limit = MOST_UNPACKED // (1024 * 1024)
    return UnreadableWorkbook(f"Unpacked it has more than {limit} MB.", "Take out what is not needed.")


def _sheets(content: bytes, most_rows: int) -> Iterator[SheetText]:
    """The sheets of a file; where it has formulas, with the values that were saved."""
    with_formulas = list(_raw(content, most_rows, values=False))
    has_formulas = any(kind == TYPE_FORMULA for _, _, rows in with_formulas for _, cells in rows for kind, _ in cells)
    saved = {name: dict(rows) for name, _, rows in _raw(content, most_rows, values=True)} if has_formulas else {}
    for name, is_hidden, rows in with_formulas:
        found = []
        for number, cells in rows[:most_rows]:
            values = saved.get(name, {}).get(number, ())
            texts = tuple(
                _text(kind, value, values[i][1] if i < len(values) else None) for i, (kind, value) in enumerate(cells)
            )
            if any(not text.is_empty for text in texts):
                found.append(SheetRow(number, texts))
        is_cut = any(value is not None for _, cells in rows[most_rows:] for _, value in cells)
        yield SheetText(name, tuple(found), is_hidden, is_cut)


def _raw(
    content: bytes, most_rows: int, *, values: bool
) -> Iterator[tuple[str, bool, list[tuple[int, list[tuple[str, Any]]]]]]:
    """Each sheet with its rows of types and values: of formulas the saved values, or the formulas themselves."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    try:
        for sheet in book.worksheets[:MOST_SHEETS]:
            rows = []
            # One row more than is read tells whether there are more.
            for number, row in enumerate(sheet.iter_rows(max_row=most_rows + 1, max_col=MOST_COLUMNS), start=1):
                cells = [(cell.data_type, cell.value) for cell in row]
                while cells and cells[-1][1] is None:
                    cells.pop()
                rows.append((number, cells))
            yield sheet.title, sheet.sheet_state != "visible", rows
    finally:
        book.close()


def _text(kind: str, value: Any, saved: Any) -> CellText:
    """One cell as text."""
    if kind == TYPE_FORMULA:
        if saved is None:
            return CellText(fault="A formula without a saved value. Open the file, save it, or write the value.")
        text = _written(saved)
        return CellText(text, True, _error(text))
    return CellText(_written(value), fault=_error(_written(value)) if kind == TYPE_ERROR else "")


def _error(text: str) -> str:
    """The fault of a cell in which a computation went wrong."""
    return "A computation in the file went wrong." if text in _ERRORS else ""


def _written(value: Any) -> str:
    """A value as text: numbers with the fifteen digits that a spreadsheet keeps, exact from there on."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        exact = Decimal(format(value, ".15g"))
        return format(exact.normalize() if exact else Decimal(0), "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)[:2_000].strip()
