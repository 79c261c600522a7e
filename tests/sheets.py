"""Builders for tests of grant and participant sheets: files in CSV and Excel, and short ways to read them in and take them over."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from tests.books import FINANCE, Office, shipped
from tests.workbooks import saved

from cofund.actions.sheets import reading, taking, undoing
from cofund.actions.sheets.reading import Handed
from cofund.importers import spreadsheets
from cofund.queries import grant_sheets
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.records.programme.models import Project
from cofund.rules.grant_columns import MOST_ROWS

GRANTS = ("Grant agreement", "Acronym", "Title", "Topic", "Starts on", "Ends on")
PARTICIPANTS = (
    *("Number", "PIC", "Legal name", "Country", "Role in the grant", "Takes part as"),
    *("Eligible costs (EUR)", "JU contribution (EUR)", "In-kind contribution (EUR)"),
)
UNIVERSITY = (1, "999991334", "Katholieke Universiteit Leuven", "BE", "Coordinator", None, 5_000_000, 5_000_000, None)
COMPANY = (2, "999000111", "Novo Nordisk", "DK", "Participant", "Constituent entity", 4_500_000, 0, None)
ROWS = (UNIVERSITY, COMPANY)
GRANT = ("101112153", "CLAIMS", "Claims of a registry", None, "2023-06-01", "2027-05-31")
GRANT_ROWS = (GRANT, ("101112066", "GUIDE", "A guide", None, "2023-06-01", "2027-05-31"))


def as_csv(rows: Sequence[Sequence[Any]], headings: Sequence[str] = PARTICIPANTS, separator: str = ",") -> bytes:
    """A CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


def as_excel(
    rows: Sequence[Sequence[Any]],
    headings: Sequence[str] = PARTICIPANTS,
    change: Callable[[Workbook], object] = lambda book: None,
) -> bytes:
    """An Excel file; `change` may do with the workbook what it likes before it is saved."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Participants"
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    change(book)
    return saved(book)


@dataclass
class Sheets:
    """A programme with one project, and short ways to import into it."""

    office: Office
    project: Project

    @classmethod
    def make(cls, code: str = "ihi") -> Sheets:
        """Open the programme and its project."""
        office = Office.with_scheme(shipped(code), code)
        return cls(office, Project.objects.create(scheme=office.row, slug="one", acronym="ONE", grant_agreement="101"))

    def handed(self, content: bytes, kind: str = "participants", **more: Any) -> Handed:
        """A file as it is handed in; of participants for the one project unless said otherwise."""
        if kind == "participants":
            more = {"project": self.project, **more}
        workbook = spreadsheets.read(content, most_rows=MOST_ROWS)
        return Handed(self.office.row.code, kind, more.pop("name", "sheet.csv"), content, workbook, **more)

    def wrong(self, content: bytes, kind: str = "participants", **more: Any) -> list[str]:
        """What of a file cannot be taken."""
        return [str(one) for one in reading.look(self.handed(content, kind, **more)).wrong]

    def read_in(self, content: bytes, kind: str = "participants", **more: Any) -> SheetImport:
        """Read a file in."""
        return reading.read_in(FINANCE, self.handed(content, kind, **more))

    def take_over(self, row: SheetImport) -> SheetImport:
        """Take a sheet over as it is shown."""
        return taking.take_over(FINANCE, row, grant_sheets.compared_now(row).seen)

    def taken(self, content: bytes, kind: str = "participants", **more: Any) -> SheetImport:
        """Read a file in and take it over."""
        return self.take_over(self.read_in(content, kind, **more))

    def undo(self, row: SheetImport) -> SheetImport:
        """Undo a sheet."""
        return undoing.undo(FINANCE, row, "The wrong file")

    def holding(self) -> list[tuple[Any, ...]]:
        """The participants that hold now: number, name, kind, role, costs, public money, own cost."""
        return list(
            GrantParticipant.objects.filter(holds=True).values_list(
                "number", "organisation__name", "kind", "role", "eligible_cost_cents", "public_money_cents", "in_kind_cents"
            )
        )  # fmt: skip
