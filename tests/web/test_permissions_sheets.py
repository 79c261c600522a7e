"""Who may do what with sheets of the grant system, through the pages: what every cell is tried on; offers; absent; files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cells import Act
from tests.rights import partner
from tests.sheets import ROWS, Sheets, as_csv
from tests.worlds import world

from cofund.queries import grant_sheets
from cofund.records.directory.models import User
from cofund.records.ledger.models import SheetImport
from cofund.rules import roles
from cofund.rules.lifecycle_sheets import SHEET
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens


@world
def sheets() -> Sheets:
    return Sheets.make()


def client_of(sheets: Sheets, role: str) -> Client:
    """A browser in which somebody of a role is signed in."""
    client = Client()
    if role == roles.PARTNER:
        client.force_login(partner("p", sheets.office.organisation("Trust"), "read", "apply", "sign"))
    elif role != roles.PUBLIC:
        client.force_login(User.objects.create_user(f"s-{role}", role=role, password=None))
    return client


def act(row: SheetImport, action: str) -> tuple[str, dict[str, Any]]:
    """The page and the form of an action of the role table."""
    token = {"token": tokens.new()}
    here = ["ihi", row.pk]
    seen = grant_sheets.compared_now(row).seen if row.status == "read" else ""
    found: dict[str, tuple[str, dict[str, Any]]] = {
        "read sheet in": (
            reverse("office-sheet-new", args=["ihi"]),
            {"file": SimpleUploadedFile("new.csv", as_csv(ROWS[:1])), "kind": "participants", "project": "one"},
        ),
        "take over sheet": (reverse("office-sheet-take", args=here), {"seen": seen}),
        "discard sheet": (reverse("office-sheet-discard", args=here), {}),
        "undo sheet": (reverse("office-sheet-undo", args=here), {"reason": "A test"}),
    }
    address, data = found[action]
    return address, {**data, **token}


@dataclass
class Cells:
    """Sheets of one project, for the test of every cell."""

    sheets: Sheets
    row: SheetImport | None = None
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(Sheets.make())

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        if role != roles.PUBLIC:
            return client_of(self.sheets, role)
        client = Client()
        client.force_login(User.objects.create_user("without-a-role", password=None))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> SheetImport:
        """A sheet in a state; where none is asked for, one that is taken over."""
        self.row = in_state(self.sheets, state or "applied")
        return self.row

    def act(self, action: str, role: str) -> Act:
        """The pages that are read, or the page and the form of an act."""
        assert self.row is not None
        if action == "read sheets":
            first, *more = pages_of(self.row)
            return Act(first, more=(*more, reverse("office-sheet-file", args=["ihi", self.row.pk])))
        return Act(*act(self.row, action))


WORLDS = {"sheets of the grant system": Cells}


def in_state(sheets: Sheets, state: str) -> SheetImport:
    """A sheet in a state."""
    row = sheets.taken(as_csv(ROWS)) if state in ("applied", "undone") else sheets.read_in(as_csv(ROWS))
    SheetImport.objects.filter(pk=row.pk).update(status=state)
    row.refresh_from_db()
    return row


def pages_of(row: SheetImport) -> tuple[str, ...]:
    """The pages that show a sheet."""
    return (
        reverse("office-sheets", args=["ihi"]),
        reverse("office-sheet", args=["ihi", row.pk]),
        reverse("office-participants", args=["ihi", "one"]),
    )


@pytest.mark.parametrize("state", SHEET.states)
@pytest.mark.parametrize("action", [one.action for one in SHEET.steps])
def test_act_on_a_sheet_is_offered_where_its_state_allows_it(sheets: Sheets, action: str, state: str) -> None:
    row = in_state(sheets, state)
    page = client_of(sheets, roles.OFFICER).get(reverse("office-sheet", args=["ihi", row.pk])).content.decode()
    assert (f'"{act(row, action)[0]}"' in page) == SHEET.allows(action, state)


def test_refusal_says_where_the_sheet_stands(sheets: Sheets) -> None:
    row = in_state(sheets, "discarded")
    address, data = act(row, "take over sheet")
    answer = client_of(sheets, roles.OFFICER).post(address, data)
    assert "The sheet stands at “discarded”." in answer.content.decode()


def test_absent_sheets_and_those_of_another_programme_answer_alike(sheets: Sheets) -> None:
    row = sheets.read_in(as_csv(ROWS))
    client = client_of(sheets, roles.OFFICER)
    names = ("office-sheet", "office-sheet-file", "office-sheet-undo", "office-sheet-take", "office-sheet-discard")
    found = [client.get(reverse(name, args=["ihi", row.pk + 1])).status_code for name in names]
    found += [client.get(f"/office/imi2/sheets/{row.pk}/").status_code]
    found += [client.get(reverse("office-participants", args=["ihi", "none"])).status_code]
    assert found == [404] * 7


def test_auditor_is_offered_nothing_to_write(sheets: Sheets) -> None:
    row = sheets.read_in(as_csv(ROWS))
    client = client_of(sheets, roles.AUDITOR)
    offered = ["page-actions" in client.get(page).content.decode() for page in pages_of(row)]
    assert offered == [False] * len(pages_of(row))


def test_form_sent_twice_reads_the_file_once(sheets: Sheets) -> None:
    client = client_of(sheets, roles.OFFICER)
    row = sheets.read_in(as_csv(ROWS))
    address, data = act(row, "read sheet in")
    answers = []
    for _ in range(2):
        data["file"] = SimpleUploadedFile("new.csv", as_csv(ROWS[:1]))
        answers.append(client.post(address, data)["Location"])
    assert (answers[0] == answers[1], SheetImport.objects.count()) == (True, 2)


def test_file_that_cannot_be_read_is_refused_beside_its_field(sheets: Sheets) -> None:
    client = client_of(sheets, roles.OFFICER)
    address = reverse("office-sheet-new", args=["ihi"])
    answer = client.post(
        address,
        {
            "file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + bytes(90)),
            "kind": "participants",
            "token": tokens.new(),
        },
    )
    assert answer.status_code == 422
    assert "It is no Excel workbook, or it is broken." in answer.content.decode()
    assert SheetImport.objects.count() == 0
