"""Reads a sheet of grants or of participants: its rows as plain values, and every cell that cannot be taken by its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cofund.rules import consortium_sheet
from cofund.rules.consortium_columns import Asked
from cofund.rules.grant_columns import (
    ASSOCIATED,
    BENEFICIARY,
    GRANTS,
    HE_ASSOCIATED,
    KIND_WORDS,
    KINDS,
    MOST_ROWS,
    UNCLEAR,
    asked,
    currency_of,
    heading_key,
    plain,
)
from cofund.rules.identifiers import WrongIdentifierError, read_pic
from cofund.rules.schemes import Scheme
from cofund.rules.workbook import CellText, SheetRow, SheetText, WorkbookText, WrongCell, letters

Plain = str | int | None
_ROWS_BEFORE_HEADINGS: Final = 20
_FRACTION: Final = re.compile(r"\d+[.,]\d+")
_AMOUNTS: Final = ("cost", "public", "in_kind", "cash")
_SAY_WHICH: Final = (
    "“Associated partner” means two things: a contributor of some programmes, and a participant without funding of a Horizon "
    f"Europe grant. Say in the import that it means “{HE_ASSOCIATED}”, or write that in the sheet."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sheet is read as. `has_project`: all rows are about one project.

    `is_he`: somebody said that “associated partner” means one of Horizon Europe, without funding.
    """

    kind: str
    has_project: bool = False
    is_he: bool = False


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row as it was read: where it stands, and its values; amounts in cents, days and words as text, None where it is empty."""

    sheet: str
    row: int
    values: Mapping[str, Plain]

    def text(self, key: str) -> str:
        """A value as text; nothing where there is none."""
        value = self.values.get(key)
        return "" if value is None else str(value)

    def cents(self, key: str) -> int:
        """An amount; 0 where there is none."""
        value = self.values.get(key)
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says; where anything is wrong nothing of it is taken over. `columns` are the letters of each key."""

    lines: tuple[SheetLine, ...] = ()
    wrong: tuple[WrongCell, ...] = ()
    notes: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)


class _Reader:
    """One sheet while it is read."""

    def __init__(self, scheme: Scheme, wanted: Wanted, sheet: SheetText) -> None:
        self.scheme, self.wanted, self.sheet = scheme, wanted, sheet
        self.asked = asked(scheme, wanted.kind, has_project=wanted.has_project)
        self.places: dict[str, int] = {}
        self.wrong: list[WrongCell] = []
        self.notes: list[str] = []
        self.headings: SheetRow | None = None

    def fault(self, row: int, index: int | None, heading: str, value: str, words: str) -> None:
        """Note what is wrong with a cell, or with the sheet as a whole."""
        column = "" if index is None else letters(index)
        self.wrong.append(WrongCell(self.sheet.name, row, column, heading, value, words))

    def head(self) -> None:
        """Find the row of headings, and which column is where."""
        best = 0
        for row in self.sheet.rows[:_ROWS_BEFORE_HEADINGS]:
            known = sum(bool(self._key(cell)) for cell in row.cells)
            if known > best:
                best, self.headings = known, row
        if self.headings is None or best < 2:
            needed = ", ".join(one.label for one in self.asked if one.is_needed)
            self.fault(0, None, "", "", f"No row has the headings that are read; it needs at least: {needed}.")
            self.headings = None
            return
        for index, cell in enumerate(self.headings.cells):
            self._heading(self.headings.number, index, cell)
        for one in self.asked:
            if one.is_needed and one.key not in self.places:
                self.fault(self.headings.number, None, one.label, "", "The column is missing.")
        if self.wanted.kind != GRANTS and not {"kind", "he_associated"} & set(self.places):
            self.fault(self.headings.number, None, "Role in the grant", "", "The column is missing.")

    def _key(self, cell: CellText) -> str:
        """The key of the column that a heading means."""
        if self.wanted.is_he and plain(cell.text) == UNCLEAR:
            return "he_associated"
        return heading_key(self.scheme, self.asked, cell.text) if cell.text else ""

    def _heading(self, row: int, index: int, cell: CellText) -> None:
        """One heading."""
        key = self._key(cell)
        if plain(cell.text) == UNCLEAR and not key and self.wanted.kind != GRANTS:
            self.fault(row, index, cell.text, "", _SAY_WHICH)
        elif key in self.places:
            self.fault(row, index, cell.text, "", f"Column {letters(self.places[key])} says the same already.")
        elif key:
            self.places[key] = index
            currency = currency_of(cell.text)
            if key in _AMOUNTS and currency and currency != self.scheme.currency:
                words = f"Its amounts are in {currency}; those of {self.scheme.name} are in {self.scheme.currency}."
                self.fault(row, index, cell.text, "", words)
        elif cell.text:
            self.notes.append(cell.text[:40])

    def line(self, row: SheetRow) -> SheetLine:
        """One row below the headings."""
        found: dict[str, Plain] = {}
        for one in self.asked:
            if one.key in self.places:
                found[one.key] = self._value(row, one)
        if self.wanted.kind != GRANTS:
            self._participant(row, found)
        else:
            self._days(row, found)
        return SheetLine(self.sheet.name, row.number, found)

    def _value(self, row: SheetRow, one: Asked) -> Plain:
        """The value of a cell; what is wrong with it is noted."""
        index = self.places[one.key]
        cell = row.at(index)
        value, fault = _value_of(one, cell.text, is_he=self.wanted.is_he)
        fault = cell.fault or fault
        if cell.is_formula and not fault and one.form != "money":
            fault = "A formula stands where words belong."
        if fault:
            self.fault(row.number, index, one.label, cell.text, fault)
            return None
        if cell.is_formula and _FORMULAS not in self.notes:
            self.notes.append(_FORMULAS)
        return value

    def _participant(self, row: SheetRow, found: dict[str, Plain]) -> None:
        """What the cells of a participant say together."""
        is_associated = found.get("he_associated") == "yes"
        if found.get("kind") is None:
            found["kind"] = ASSOCIATED if is_associated else BENEFICIARY
        elif is_associated and found["kind"] != ASSOCIATED:
            self._at(row, "he_associated", f"Its role in the grant is another one than “{HE_ASSOCIATED}”.")
        if found["kind"] == ASSOCIATED and found.get("cost") == 0:
            # Who takes part without funding has costs; a system that does not know them writes 0.
            found["cost"] = None
        cost, public, given = found.get("cost"), _whole(found.get("public")), _whole(found.get("in_kind"))
        if found["kind"] == ASSOCIATED and public:
            self._at(row, "public", f"“{HE_ASSOCIATED}” gets none.")
        if cost is not None and public + given > _whole(cost):
            key = "in_kind" if given else "public"
            self._at(row, key, "The costs do not hold it: public money and own cost are more than the eligible costs.")
        if found.get("in_kind") is None and cost is not None:
            found["in_kind"] = max(0, _whole(cost) - public)
        if (found.get("cash") or 0) and not found.get("role"):
            self._at(row, "cash", "Only who takes part in a role of the programme gives money; say which one.")

    def _days(self, row: SheetRow, found: dict[str, Plain]) -> None:
        """That a project ends after it starts."""
        starts, ends = found.get("starts_on"), found.get("ends_on")
        if isinstance(starts, str) and isinstance(ends, str) and ends < starts:
            self._at(row, "ends_on", f"It ends before it starts, on {starts}.")

    def _at(self, row: SheetRow, key: str, words: str) -> None:
        """Note what is wrong with a cell of a row, by its key."""
        index = self.places.get(key)
        label = next(one.label for one in self.asked if one.key == key)
        self.fault(row.number, index, label, row.at(index).text if index is not None else "", words)


_FORMULAS: Final = "Amounts that come from formulas were taken as the file was saved."


def read(scheme: Scheme, workbook: WorkbookText, wanted: Wanted) -> Read:
    """Read the first sheet that has the headings; the others are named in the notes."""
    notes = list(workbook.notes)
    filled = [sheet for sheet in workbook.sheets if sheet.rows]
    if not filled:
        return Read((), (WrongCell("the file", 0, "", "", "", "No sheet of it has any cell that is filled."),))
    readers = [_Reader(scheme, wanted, sheet) for sheet in filled]
    for one in readers:
        one.head()
    reader = next((one for one in readers if one.headings is not None), readers[0])
    others = [sheet.name for sheet in filled if sheet is not reader.sheet]
    if others:
        notes.append(f"Sheets that are not read: {', '.join(name[:40] for name in others[:10])}.")
    if reader.sheet.is_hidden:
        notes.append(f"The sheet {reader.sheet.name} is hidden; it was read all the same.")
    return _rows(reader, notes)


def _rows(reader: _Reader, notes: list[str]) -> Read:
    """The rows of the sheet that is read."""
    strangers, reader.notes = reader.notes, []
    if strangers:
        notes.append(f"Columns that are not read: {', '.join(strangers[:20])}.")
    lines: list[SheetLine] = []
    if reader.headings is not None:
        number = reader.headings.number
        rows = [row for row in reader.sheet.rows if row.number > number and _says_something(row, reader.places)]
        if reader.sheet.is_cut or len(rows) > MOST_ROWS:
            reader.fault(0, None, "", "", f"It has more than {MOST_ROWS:,} rows. Split it.")
        elif not reader.wrong and not rows:
            reader.fault(0, None, "", "", "There is no row below the headings.")
        elif not reader.wrong:
            lines = [reader.line(row) for row in rows]
    columns = {key: letters(index) for key, index in reader.places.items()}
    return Read(tuple(lines), tuple(reader.wrong), (*notes, *reader.notes), columns)


def _value_of(one: Asked, written: str, *, is_he: bool) -> tuple[Plain, str]:
    """Read one text: its value (None where it is empty), and what is wrong with it."""
    text = " ".join(written.split())
    if not text:
        return None, "It is empty." if one.is_needed else ""
    if one.key == "grant" and _FRACTION.fullmatch(text):
        return None, "It is a number with a fraction, and no number of a grant agreement."
    if one.form == "day":
        return _day(text)
    if one.form == "kind":
        return _kind(text, is_he=is_he)
    if one.form == "pic":
        try:
            return read_pic(text), ""
        except WrongIdentifierError as error:
            return None, str(error)
    if one.form == "number":
        is_number = text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 10_000
        return (int(text), "") if is_number and len(text) < 6 else (None, "It is no whole number from 1 to 9999.")
    if one.form == "choice" and text.casefold() in ("true", "false"):
        text = "yes" if text.casefold() == "true" else "no"
    value, fault = consortium_sheet.value_of(one, text)
    return (value if isinstance(value, str | int) else None), fault


def _kind(text: str, *, is_he: bool) -> tuple[str | None, str]:
    """The role in a grant, whatever system wrote it."""
    word = plain(text)
    if word == UNCLEAR:
        return (ASSOCIATED, "") if is_he else (None, _SAY_WHICH)
    known = {plain(name): code for code, label in KINDS for name in (code, label)} | dict(KIND_WORDS)
    if word in known:
        return known[word], ""
    return None, f"Choose one of: Coordinator; {'; '.join(label for _, label in KINDS)}."


def _day(text: str) -> tuple[str | None, str]:
    """A day as text; Excel's own days come with a time of day."""
    try:
        return date.fromisoformat(text.removesuffix("T00:00:00")).isoformat(), ""
    except ValueError:
        return None, "It is no day. Write it as year-month-day, for example 2027-01-31."


def _whole(value: Plain) -> int:
    """Cents; 0 for nothing."""
    return value if isinstance(value, int) else 0


def _says_something(row: SheetRow, places: Mapping[str, int]) -> bool:
    """Whether a row has anything in the columns that are read."""
    return any(not row.at(index).is_empty for index in places.values())
