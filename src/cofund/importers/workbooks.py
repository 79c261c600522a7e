"""Reads Excel files that anybody may have made: with bounded memory and time, values only, and a clear word where it cannot be.

Nothing of a file is computed or followed: a formula gives the value with which it was saved, links to other files are not read.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.worksheet._reader import WorkSheetParser

from cofund.rules.archives import DAMAGED
from cofund.rules.workbook import CellText, SheetRow, SheetText, WorkbookText

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_UNPACKED: Final = 25 * 1024 * 1024
MOST_PARTS: Final = 500
# Of its XML, in all parts: a cell takes four tags, so this is far more than a plan has, and is read within seconds.
MOST_TAGS: Final = 250_000
# Of these other than cells: styles, rules, names, merged cells. A reader takes long for each of them.
MOST_OTHER_TAGS: Final = 8_000
MOST_SHEETS: Final = 20
MOST_ROWS: Final = 600
MOST_COLUMNS: Final = 60
_ZIP: Final = b"PK\x03\x04"
_OLD: Final = b"\xd0\xcf\x11\xe0"
_STEP: Final = 1024 * 1024
_NOTHING: Final = ("n", None)
_TAG: Final = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
# What rows, cells and texts are written with.
_OF_CELLS: Final = frozenset(
    (
        b"row",
        b"c",
        b"v",
        b"f",
        b"is",
        b"t",
        b"si",
        b"r",
        b"rPr",
        b"rFont",
        b"sz",
        b"color",
        b"family",
        b"scheme",
        b"b",
        b"i",
        b"u",
    )
)
# Encodings in which a tag is written as it is looked for here; and how a text begins in one that has other letters (EBCDIC).
_ENCODINGS: Final = frozenset(
    (b"utf-8", b"utf8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252")
)
_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})")
_EBCDIC: Final = b"\x4c\x6f\xa7\x94"
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
    count = _Count()
    for part in parts:
        with packed.open(part) as stream:
            count.begin()
            while step := stream.read(_STEP):
                count.add(step)
    return list(dict.fromkeys(count.merged))


class _Count:
    """What the parts of a file hold together, counted while they are unpacked; what must not be opened is refused at once."""

    def __init__(self) -> None:
        self.unpacked = self.tags = self.others = 0
        self.merged: list[str] = []
        self._tail = b""
        self._is_first = True

    def begin(self) -> None:
        """Begin the next part."""
        self._tail, self._is_first = b"", True

    def add(self, step: bytes) -> None:
        """Count a step of a part. Raises: UnreadableWorkbook."""
        plain = step.replace(b"\0", b"")
        self.unpacked, self.tags = self.unpacked + len(step), self.tags + step.count(b"<")
        if self.tags > MOST_TAGS:
            raise UnreadableWorkbook(f"It has more than {MOST_TAGS // 4:,} cells.", "Take out what is not needed.")
        if self.unpacked > MOST_UNPACKED:
            raise _packed_beyond_measure()
        if len(step) == _STEP and b"<" not in plain:
            # A cell of Excel has 32,767 signs at most.
            raise UnreadableWorkbook("One of its texts is far longer than a cell can hold.", "Take it out.")
        if self._is_first:
            _refuse_encoding(plain)
            self._is_first = False
        text = self._tail + plain
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise UnreadableWorkbook("It declares entities, as no workbook does.")
        self.others += sum(name not in _OF_CELLS for name in _TAG.findall(plain))
        if self.others > MOST_OTHER_TAGS:
            wrong = "It has too many styles, rules, names, merged cells or pictures to be read."
            raise UnreadableWorkbook(wrong, "Copy the cells alone into a new workbook and try again.")
        if b"<mergeCell " in text and len(self.merged) < 5:
            self.merged += [found.decode() for found in re.findall(rb'<mergeCell ref="([A-Z0-9:]{2,20})"', text)]
        self._tail = text[-64:]


def _refuse_encoding(text: bytes) -> None:
    """Refuse a part in an encoding that no workbook has. Raises: UnreadableWorkbook."""
    stated = _ENCODING.search(text[:400])
    if text.startswith(_EBCDIC) or (stated and stated[1].lower() not in _ENCODINGS):
        raise UnreadableWorkbook("Its text is in an encoding that no workbook has.")


def _packed_beyond_measure() -> UnreadableWorkbook:
    """The refusal of a file that is small only as long as it is packed."""
    limit = MOST_UNPACKED // (1024 * 1024)
    return UnreadableWorkbook(f"Unpacked it has more than {limit} MB.", "Take out what is not needed.")


def _sheets(content: bytes, most_rows: int) -> Iterator[SheetText]:
    """The sheets of a file; where it has formulas, with the values that were saved."""
    with_formulas = list(_raw(content, most_rows, values=False))
    has_formulas = any(kind == TYPE_FORMULA for one in with_formulas for _, cells in one.rows for kind, _ in cells)
    saved = {one.name: dict(one.rows) for one in _raw(content, most_rows, values=True)} if has_formulas else {}
    for one in with_formulas:
        found = []
        for number, cells in one.rows:
            values = saved.get(one.name, {}).get(number, ())
            texts = tuple(
                _text(kind, value, values[i][1] if i < len(values) else None) for i, (kind, value) in enumerate(cells)
            )
            if any(not text.is_empty for text in texts):
                found.append(SheetRow(number, texts))
        yield SheetText(one.name, tuple(found), one.is_hidden, one.is_cut)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A sheet with its rows of types and values. `is_cut`: something stands in a row after the last that is read."""

    name: str
    is_hidden: bool
    rows: list[tuple[int, list[tuple[str, Any]]]]
    is_cut: bool


def _raw(content: bytes, most_rows: int, *, values: bool) -> Iterator[_Raw]:
    """Each sheet: of formulas the saved values, or the formulas themselves."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    try:
        for sheet in book.worksheets[:MOST_SHEETS]:
            rows: list[tuple[int, list[tuple[str, Any]]]] = []
            is_cut = False
            for number, found in _numbered(book, sheet, values=values):
                cells = _in_places(found)
                if number <= most_rows:
                    rows.append((number, cells))
                elif any(value is not None for _, value in cells):
                    is_cut = True
                    break
            yield _Raw(sheet.title, sheet.sheet_state != "visible", rows, is_cut)
    finally:
        book.close()


def _numbered(book: Any, sheet: Any, *, values: bool) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The rows that the file itself has, with their numbers.

    Not by the worksheet's own way, which makes every row that is left out before one: a row can say that it is the thousand
    millionth. So this uses the reader behind it.
    """
    with sheet._get_source() as source:
        reader = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=values,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        yield from reader.parse()


def _in_places(found: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """The cells of a row with type and value, each in its place; empty ones at the end are left out."""
    cells: list[tuple[str, Any]] = []
    for cell in found:
        place = cell["column"] - 1
        if cell["value"] is None or not 0 <= place < MOST_COLUMNS:
            continue
        cells += [_NOTHING] * (place + 1 - len(cells))
        cells[place] = cell["data_type"], cell["value"]
    return cells


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
