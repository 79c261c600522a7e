"""Rows that an import did not take: counted by reason, the first kept, and all written to a CSV file if wanted."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any

from cofund.rules.spreadsheets import guarded

KEPT = 1_000  # rejects that a run keeps for its page; the CSV report has all
LONGEST_VALUE = 200  # characters of a value that are shown


@dataclass(frozen=True)
class Reject:
    """One row that was not taken: where it stands, and what was wrong with it."""

    member: str
    line: int
    column: str
    value: str
    reason: str


@dataclass
class Rejects:
    """What was rejected so far. `line` is where the row ends in its file, from 1."""

    first: list[Reject] = field(default_factory=list)
    by_reason: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sheet: Any = None  # a csv writer, where a report was asked for

    def add(self, member: str, line: int, reason: str, column: str = "", value: str = "") -> None:
        """Count one row that was not taken."""
        # Bytes that were no text, and NUL, which PostgreSQL cannot keep, are shown as what they were.
        shown = value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
        if len(shown) > LONGEST_VALUE:
            shown = shown[: LONGEST_VALUE - 1] + "…"
        reject = Reject(member, line, column, shown, reason)
        self.by_reason[member, column, reason] += 1
        if len(self.first) < KEPT:
            self.first.append(reject)
        if self.sheet is not None:
            self.sheet.writerow([guarded(str(cell)) for cell in astuple(reject)])

    @property
    def total(self) -> int:
        """How many rows were not taken."""
        return self.by_reason.total()


@contextmanager
def rejects_to(report: Path | None) -> Iterator[Rejects]:
    """Collect rejects, and write each to `report` as it comes: a CSV file with one row for each.

    What came from others stands there as a text: no spreadsheet takes it for a formula.

    Raises: OSError if the report cannot be written.
    """
    if report is None:
        yield Rejects()
        return
    with report.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow([column.name for column in fields(Reject)])
        yield Rejects(sheet=sheet)
