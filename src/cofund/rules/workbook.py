"""A spreadsheet as plain values: sheets of numbered rows of texts, and what is wrong with single cells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell holds, numbers as exact decimal text. `is_formula`: the text is the value that the formula had when it was saved.

    `fault` says why there is no value that can be taken.
    """

    text: str = ""
    is_formula: bool = False
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.text and not self.fault


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with its number in the file, from 1."""

    number: int
    cells: tuple[CellText, ...]

    def at(self, index: int) -> CellText:
        """The cell at a place, from 0; an empty one beyond the last."""
        return self.cells[index] if index < len(self.cells) else CellText()


@dataclass(frozen=True, slots=True)
class SheetText:
    """One sheet; rows in which nothing stands are left out. `is_cut`: it has more rows than are read."""

    name: str
    rows: tuple[SheetRow, ...] = ()
    is_hidden: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class WorkbookText:
    """A whole file; `notes` say what a reader should know about it."""

    sheets: tuple[SheetText, ...]
    notes: tuple[str, ...] = ()

    def sheet(self, name: str) -> SheetText | None:
        """The sheet of this name, whatever its capitals; None where there is none."""
        return next((one for one in self.sheets if one.name.strip().casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that cannot be taken: sheet, row from 1, column by its letters and its heading, value, and what is wrong with it."""

    sheet: str
    row: int
    column: str
    heading: str
    value: str
    wrong: str

    def __str__(self) -> str:
        where = f"Sheet {self.sheet}" + (f", row {self.row}" if self.row else "")
        where += f", column {self.column}" if self.column else ""
        where += f" ({self.heading})" if self.heading else ""
        return f"{where}: {self.wrong}" + (f" It holds “{self.value[:60]}”." if self.value else "")


def letters(index: int) -> str:
    """The letters of a column, from 0: A to Z, then AA."""
    written = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        written = chr(65 + rest) + written
    return written
