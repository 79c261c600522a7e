"""Reads the results of proposals from CSV: documented columns in, rows out, and every wrong cell by line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

# Column, whether a row must have it, and what it holds: the columns that are documented and read, and no others.
COLUMNS: Final[Mapping[str, tuple[bool, str]]] = {
    "topic": (True, "code of a topic of the programme"),
    "proposal": (True, "code of the proposal"),
    "acronym": (False, "acronym of the proposal"),
    "stage": (True, "1 or 2"),
    "coordinator": (False, "legal name of the coordinator"),
    "submitted_on": (False, "day as year-month-day"),
    "score": (False, "as the evaluators wrote it"),
    "rank": (False, "place on the list, from 1"),
    "result": (True, "ineligible, below, reserve, invited or selected"),
    "requested": (False, "public money asked for, in units of the programme's currency, cents after a point"),
    "project": (False, "short name of the project in its address, where there is one"),
}
RESULTS: Final = ("ineligible", "below", "reserve", "invited", "selected")
LONGEST: Final = {"topic": 80, "proposal": 40, "acronym": 80, "coordinator": 300, "score": 20, "project": 80}
MOST_ROWS: Final = 5_000
_AMOUNT: Final = re.compile(r"^\d{1,14}(\.\d{1,2})?$")
_DAY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One proposal at one stage; the amount in whole cents. `line` is where the row stands in the file, from 1."""

    line: int
    topic: str
    proposal: str
    stage: int
    result: str
    acronym: str = ""
    coordinator: str = ""
    submitted_on: date | None = None
    score: str = ""
    rank: int | None = None
    requested_cents: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that cannot be taken: its line from 1, its column, its value and what is wrong with it. No column: the row."""

    line: int
    column: str
    value: str
    wrong: str

    def __str__(self) -> str:
        where = f"Line {self.line}, column {self.column}" if self.column else f"Line {self.line}"
        return f"{where}: {self.wrong}" + (f" It holds “{self.value[:60]}”." if self.value else "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says: its rows, and what is wrong; a file with anything wrong is not taken at all."""

    rows: tuple[ResultRow, ...]
    wrong: tuple[WrongCell, ...]


def read(content: bytes) -> Sheet:
    """Read a CSV file in UTF-8, separated by commas or semicolons, with the names of its columns in the first line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Sheet((), (WrongCell(1, "", "", "The file is not UTF-8 text. Save it as CSV UTF-8."),))
    first = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        return Sheet((), (WrongCell(reader.line_num, "", "", f"It cannot be read as CSV: {error}."),))
    if not lines:
        return Sheet((), (WrongCell(1, "", "", "The file is empty."),))
    names = [cell.strip().lower() for cell in lines[0][1]]
    wrong = _wrong_names(names)
    if len(lines) - 1 > MOST_ROWS:
        wrong.append(WrongCell(lines[0][0], "", "", f"It has more than {MOST_ROWS:,} rows. Split it."))
    if wrong:
        return Sheet((), tuple(wrong))
    return _rows(names, lines[1:])


def _wrong_names(names: list[str]) -> list[WrongCell]:
    """What is wrong with the first line."""
    wrong = [WrongCell(1, name, "", "No such column is read.") for name in names if name not in COLUMNS]
    wrong += [
        WrongCell(1, name, "", "The column is missing.")
        for name, (is_needed, _) in COLUMNS.items()
        if is_needed and name not in names
    ]
    return wrong + [WrongCell(1, name, "", "The column stands twice.") for name in COLUMNS if names.count(name) > 1]


def _rows(names: list[str], lines: list[tuple[int, list[str]]]) -> Sheet:
    """The rows, and what is wrong with their cells."""
    rows: list[ResultRow] = []
    wrong: list[WrongCell] = []
    seen: dict[tuple[str, str, int], int] = {}
    for line, cells in lines:
        if len(cells) != len(names):
            wrong.append(WrongCell(line, "", "", f"It has {len(cells)} cells, and there are {len(names)} columns."))
            continue
        stated = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
        faults = [
            WrongCell(line, name, stated.get(name, ""), said)
            for name in COLUMNS
            if (said := _fault(name, stated.get(name, "")))
        ]
        wrong += faults
        if faults:
            continue
        row = _row(line, stated)
        key = (row.topic, row.proposal, row.stage)
        if key in seen:
            wrong.append(
                WrongCell(line, "proposal", row.proposal, f"The same proposal and stage stands in line {seen[key]}.")
            )
            continue
        seen[key] = line
        rows.append(row)
    if not lines:
        wrong.append(WrongCell(2, "", "", "There is no row below the names of the columns."))
    return Sheet(tuple(rows), tuple(wrong))


def _fault(name: str, value: str) -> str:
    """What is wrong with one cell; empty where it can be taken."""
    if not value:
        return "It is empty." if COLUMNS[name][0] else ""
    if "\0" in value:
        return "It holds a sign that is no text."
    if len(value) > LONGEST.get(name, 40):
        return f"It is longer than {LONGEST.get(name, 40)} characters."
    if name == "stage" and value not in ("1", "2"):
        return "A stage is 1 or 2."
    if name == "result" and value not in RESULTS:
        return f"A result is one of: {', '.join(RESULTS)}."
    if name == "rank" and not (value.isascii() and value.isdecimal() and 0 < int(value) < 100_000):
        return "A rank is a whole number from 1."
    if name == "requested" and not _AMOUNT.match(value):
        return "An amount is written as 1250000 or 1250000.50."
    if name == "submitted_on" and _day(value) is None:
        return "A day is written as year-month-day, for example 2025-04-29, and is one of the calendar."
    return ""


def _row(line: int, stated: Mapping[str, str]) -> ResultRow:
    """One row of cells that can all be taken."""
    whole, _, rest = stated.get("requested", "").partition(".")
    return ResultRow(
        line=line,
        topic=stated["topic"],
        proposal=stated["proposal"],
        stage=int(stated["stage"]),
        result=stated["result"],
        acronym=stated.get("acronym", ""),
        coordinator=stated.get("coordinator", ""),
        submitted_on=_day(stated.get("submitted_on", "")),
        score=stated.get("score", ""),
        rank=int(stated["rank"]) if stated.get("rank") else None,
        requested_cents=int(whole) * 100 + int(rest.ljust(2, "0")) if whole else None,
        project=stated.get("project", ""),
    )


def _day(value: str) -> date | None:
    """A day; None where it is none."""
    try:
        return date.fromisoformat(value) if _DAY.match(value) else None
    except ValueError:
        return None
