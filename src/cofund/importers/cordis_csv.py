"""The CSV download, read row by row: semicolons, every field in quotes, one file a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import IO

from cofund.importers.cordis_archive import Archive, UnusableFileError
from cofund.importers.cordis_intake import Intake
from cofund.importers.cordis_sheets import SHEETS, Sheet

Stated = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How one file of this download lays out its sheet."""

    sheet: Sheet
    member: str
    width: int
    lacking: bool
    pick: Callable[[list[str]], Stated]


def layouts(archive: Archive) -> list[Layout]:
    """The files of the download with their columns, projects first.

    Raises: UnusableFileError if a file or a column is missing.
    """
    found = []
    for sheet in SHEETS:
        if sheet.name in archive.members:
            found.append(_layout(archive, sheet))
        elif not sheet.optional:
            raise UnusableFileError(
                f"{archive.path.name} lacks {sheet.name}.csv (found: {', '.join(sorted(archive.members))}). "
                "Fetch the whole CSV download of a framework programme."
            )
    return found


def _layout(archive: Archive, sheet: Sheet) -> Layout:
    """Find the columns of one sheet by their names, in whatever order they stand."""
    member = archive.members[sheet.name].filename
    with _lines(archive, member) as lines:
        try:
            header = next(csv.reader(lines, delimiter=";", strict=True), [])
        except csv.Error as error:
            raise UnusableFileError(
                f"The first line of {member} cannot be read ({error}). Fetch the file again."
            ) from error
    missing = [column for column in sheet.columns if column not in header and column not in sheet.may_lack]
    if missing:
        raise UnusableFileError(
            f"{member} in {archive.path.name} lacks {'column' if len(missing) == 1 else 'columns'} "
            f"{', '.join(missing)}. It has {', '.join(header) or 'no columns'}. Nothing was imported: "
            "use the official CSV download, with its columns as they are."
        )
    twice = sorted({column for column in sheet.columns if header.count(column) > 1})
    if twice:
        raise UnusableFileError(f"{member} in {archive.path.name} has column {twice[0]} twice. Nothing was imported.")
    # A column that may be lacking is taken from a blank that `_rows` puts after the last field.
    places = [header.index(column) if column in header else len(header) for column in sheet.columns]
    return Layout(sheet, member, len(header), len(header) in places, itemgetter(*places))


def read_csv(archive: Archive, intake: Intake, advance: Callable[[int], None]) -> None:
    """Hand every row of the download to the intake, one file after the other; `advance` is told of bytes read."""
    for layout in layouts(archive):
        _read_member(archive, layout, intake, advance)
        intake.close(layout.sheet)


def _read_member(archive: Archive, layout: Layout, intake: Intake, advance: Callable[[int], None]) -> None:
    """Hand the rows of one file to the intake."""
    sheet, member, pick = layout.sheet, layout.member, layout.pick
    done, odd = 0, member in archive.odd
    with archive.zip.open(member) as raw, _text(raw) as lines:
        for line, row in _rows(lines, layout, intake):
            stated = pick(row)
            if odd and (fault := _not_text(sheet, stated)):
                intake.reject(sheet, (member, line), "has bytes that are not UTF-8 text", *fault)
            elif intake.take(sheet, stated, member, line):
                advance(raw.tell() - done)
                done = raw.tell()
                intake.flush()
        advance(raw.tell() - done)


def _rows(lines: io.TextIOWrapper, layout: Layout, intake: Intake) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header with the line where each ends; those that are no rows are rejected here."""
    reader, width, lacking = csv.reader(lines, delimiter=";", strict=True), layout.width, layout.lacking
    next(reader)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            intake.reject(layout.sheet, (layout.member, reader.line_num), f"cannot be read as CSV: {error}")
            continue
        if len(row) == width:
            if lacking:
                row.append("")
            yield reader.line_num, row
        elif row:
            reason = f"has {len(row)} fields where the first line has {width}"
            intake.reject(layout.sheet, (layout.member, reader.line_num), reason)


def _lines(archive: Archive, member: str) -> io.TextIOWrapper:
    return _text(archive.zip.open(member))


def _text(raw: IO[bytes]) -> io.TextIOWrapper:
    """The lines of an opened member. Bytes that are no text are carried along, to be rejected row by row."""
    return io.TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="")


def _not_text(sheet: Sheet, stated: Stated) -> tuple[str, str] | None:
    """The first column that holds something which no database could keep as text, and its value."""
    for column, value in zip(sheet.columns, stated, strict=True):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            return column, value
    return None
