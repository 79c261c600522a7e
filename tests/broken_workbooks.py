"""Excel files that nobody should have made: too large, packed beyond measure, hidden, merged, computed, or hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from tests.workbooks import repacked, saved

MEGABYTE = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
# Entities that would grow to three thousand million signs.
LAUGHS = b'<!DOCTYPE lolz [<!ENTITY lol "lol">' + b"".join(
    f'<!ENTITY lol{i} "{f"&lol{i - 1 if i > 1 else str()};" * 10}">'.encode() for i in range(1, 10)
)  # fmt: skip


def book_of(rows: Sequence[Sequence[Any]], change: Callable[[Workbook], object] = lambda book: None) -> bytes:
    """A workbook with one sheet of rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Participants"
    for row in rows:
        sheet.append(list(row))
    change(book)
    return saved(book)


def many_rows(headings: Sequence[str], row: Sequence[Any], count: int = 20_000) -> bytes:
    """A sheet with far more rows than are read."""
    return book_of([headings, *([row] * count)])


def long_texts(headings: Sequence[str], row: Sequence[Any], at: int, count: int) -> bytes:
    """A sheet with a text in each row that is as long as a cell can hold: nearly as much as is unpacked, and no two alike."""
    texts = (f"{number:05}".ljust(32_000, "A") for number in range(count))
    return book_of([headings, *([*row[:at], text, *row[at + 1 :]] for text in texts)])


def last_row(good: bytes) -> bytes:
    """A sheet that is nearly empty: its last row is the last that Excel has, and holds something."""
    extra = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Total</t></is></c></row></sheetData>'
    return repacked(good, SHEET, lambda data: data.replace(b"</sheetData>", extra))


def formatted_to_the_end(good: bytes) -> bytes:
    """A sheet that is nearly empty and formatted down to the last row: nothing stands there."""
    extra = b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'
    return repacked(good, SHEET, lambda data: data.replace(b"</sheetData>", extra))


def beyond_the_end(good: bytes) -> bytes:
    """A row with a number that no sheet has."""
    extra = b'<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData>'
    return repacked(good, SHEET, lambda data: data.replace(b"</sheetData>", extra))


def zip_bomb(good: bytes) -> bytes:
    """A small file with 300 MB in one part."""
    return repacked(good, SHEET, lambda data: data + b" " * (300 * MEGABYTE))


def lying_bomb(good: bytes) -> bytes:
    """The same, and its own list says that the part is small."""
    content = bytearray(zip_bomb(good))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        size = packed.getinfo(SHEET).file_size
    return bytes(content).replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def many_parts(good: bytes) -> bytes:
    """A file with thousands of parts."""
    target = io.BytesIO(good)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as packed:
        for number in range(5_000):
            packed.writestr(f"xl/media/image{number}.xml", "<a/>")
    return target.getvalue()


def laughing(good: bytes) -> bytes:
    """Entities within entities."""
    return repacked(good, SHEET, lambda data: LAUGHS + b"]>" + data)


def laughing_in_utf16(good: bytes) -> bytes:
    """The same in an encoding in which the words look different."""
    text = '<?xml version="1.0" encoding="UTF-16"?>' + LAUGHS.decode() + "]><worksheet>&lol9;</worksheet>"
    return repacked(good, SHEET, lambda data: text.encode("utf-16"))


def laughing_in_utf7(good: bytes) -> bytes:
    """The same in an encoding that no workbook has."""
    text = LAUGHS.decode() + "]><worksheet>&lol9;</worksheet>"
    return repacked(good, SHEET, lambda data: b'<?xml version="1.0" encoding="UTF-7"?>' + text.encode("utf-7"))


def nested(good: bytes) -> bytes:
    """Elements within elements, sixty thousand deep."""
    deep = b"<a>" * 60_000 + b"</a>" * 60_000
    return repacked(good, SHEET, lambda data: data.replace(b"</sheetData>", deep + b"</sheetData>"))


def large_string(good: bytes) -> bytes:
    """A cell with twenty million signs."""
    text = b"A" * (20 * MEGABYTE)
    cell = b'<row r="900"><c r="A900" t="inlineStr"><is><t>' + text + b"</t></is></c></row></sheetData>"
    return repacked(good, SHEET, lambda data: data.replace(b"</sheetData>", cell))


def many(
    good: bytes, part: str, before: bytes, one: Callable[[int], str], around: tuple[str, str], count: int
) -> bytes:
    """A part with very many elements of one kind, put before a tag."""
    inside = "".join(one(number) for number in range(count))
    return repacked(good, part, lambda data: data.replace(before, (around[0] + inside + around[1]).encode() + before))


def many_merges(good: bytes) -> bytes:
    """Very many merged cells."""
    return many(
        *(good, SHEET, b"<pageMargins", lambda i: f'<mergeCell ref="A{i + 100}:B{i + 100}"/>'),
        *(("<mergeCells>", "</mergeCells>"), 120_000),
    )


def many_validations(good: bytes) -> bytes:
    """Very many rules of what a cell may hold."""
    return many(
        *(good, SHEET, b"<pageMargins", lambda i: f'<dataValidation type="whole" sqref="A{i + 1}"/>'),
        *(("<dataValidations>", "</dataValidations>"), 60_000),
    )


def many_styles(good: bytes) -> bytes:
    """Very many styles."""
    return many(good, "xl/styles.xml", b"</cellXfs>", lambda i: f'<xf numFmtId="{i % 50}"/>', ("", ""), 120_000)


def many_names(good: bytes) -> bytes:
    """Very many names of ranges."""
    return many(
        *(good, "xl/workbook.xml", b"<calcPr", lambda i: f'<definedName name="n{i}">Participants!$A$1</definedName>'),
        *(("<definedNames>", "</definedNames>"), 60_000),
    )


def many_sheets(headings: Sequence[str], row: Sequence[Any]) -> bytes:
    """Twenty sheets, each of which ends in the last row."""
    content = book_of(
        [headings, row], lambda book: [book.create_sheet(f"S{number}").append(["x"]) for number in range(19)]
    )
    extra = b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'
    for number in range(1, 21):
        part = f"xl/worksheets/sheet{number}.xml"
        content = repacked(content, part, lambda data: data.replace(b"</sheetData>", extra))
    return content


def linked(good: bytes) -> bytes:
    """A file that points to another one, on another machine."""
    target = io.BytesIO(good)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "xl/externalLinks/externalLink1.xml",
            '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook/></externalLink>',
        )
    return target.getvalue()


def files(good: bytes, headings: Sequence[str], row: Sequence[Any]) -> Mapping[str, Callable[[], bytes]]:
    """One of each, made when it is asked for, from a good file and from its headings and a row."""
    return {
        "20,000 rows": lambda: many_rows(headings, row),
        "20,000 narrow rows": lambda: many_rows(headings[:3], row[:3]),
        "last row of Excel": lambda: last_row(good),
        "formatted to the last row": lambda: formatted_to_the_end(good),
        "a row beyond the last": lambda: beyond_the_end(good),
        "20 sheets to the last row": lambda: many_sheets(headings, row),
        "zip bomb": lambda: zip_bomb(good),
        "zip bomb that lies": lambda: lying_bomb(good),
        "5,000 parts": lambda: many_parts(good),
        "entities": lambda: laughing(good),
        "entities in UTF-16": lambda: laughing_in_utf16(good),
        "entities in UTF-7": lambda: laughing_in_utf7(good),
        "nested elements": lambda: nested(good),
        "a cell of 20 MB": lambda: large_string(good),
        "tags in EBCDIC": lambda: repacked(good, SHEET, lambda data: data.decode().encode("cp500")),
        "merged cells": lambda: many_merges(good),
        "validations": lambda: many_validations(good),
        "styles": lambda: many_styles(good),
        "names": lambda: many_names(good),
        "links to other files": lambda: linked(good),
    }
