"""Who may do what with sheets of the grant system, through the pages: every cell, states, absent and forbidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.giveback import SIGNED_IN
from tests.rights import partner
from tests.sheets import ROWS, Sheets, as_csv

from cofund.queries import grant_sheets
from cofund.records.directory.models import AuditEvent, User
from cofund.records.ledger.models import SheetImport
from cofund.rules import roles
from cofund.rules.lifecycle_sheets import SHEET
from cofund.web.office import tokens

TESTED = set(roles.SUBJECTS["sheets of the grant system"])
ACTIONS = sorted(TESTED - {"read sheets"})
ROLES = (*SIGNED_IN, roles.PUBLIC)


@pytest.fixture
def sheets(db: None, settings: Any, tmp_path: Path) -> Sheets:
    settings.MEDIA_ROOT = tmp_path
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


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_act_is_open_to_exactly_the_roles_of_the_table(sheets: Sheets, action: str, role: str) -> None:
    row = sheets.taken(as_csv(ROWS)) if action == "undo sheet" else sheets.read_in(as_csv(ROWS))
    client = client_of(sheets, role)
    address, data = act(row, action)
    before = AuditEvent.objects.count()
    answer = client.post(address, data)
    written = AuditEvent.objects.count() - before
    if roles.may(role, action):
        assert (answer.status_code, written > 0) == (302, True)
    else:
        assert (answer.status_code, written) == (302 if role == roles.PUBLIC else 403, 0)


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_read_by_exactly_the_roles_of_the_table(sheets: Sheets, role: str) -> None:
    row = sheets.taken(as_csv(ROWS))
    client = client_of(sheets, role)
    pages = [
        reverse("office-sheets", args=["ihi"]),
        reverse("office-sheet", args=["ihi", row.pk]),
        reverse("office-sheet-file", args=["ihi", row.pk]),
        reverse("office-participants", args=["ihi", "one"]),
    ]
    expected = 200 if roles.may(role, "read sheets") else 302 if role == roles.PUBLIC else 403
    answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [expected] * len(pages)
    # Reading to the end closes the file.
    assert [bool(b"".join(answer)) for answer in answers if answer.streaming] == [True] * (expected == 200)


@pytest.mark.parametrize("state", SHEET.states)
@pytest.mark.parametrize("action", [one.action for one in SHEET.steps])
def test_sheet_in_a_state_that_does_not_allow_it_is_refused_in_words(sheets: Sheets, action: str, state: str) -> None:
    row = sheets.taken(as_csv(ROWS)) if state in ("applied", "undone") else sheets.read_in(as_csv(ROWS))
    SheetImport.objects.filter(pk=row.pk).update(status=state)
    row.refresh_from_db()
    client = client_of(sheets, roles.OFFICER)
    address, data = act(row, action)
    page = client.get(reverse("office-sheet", args=["ihi", row.pk])).content.decode()
    answer = client.post(address, data)
    allowed = SHEET.allows(action, state)
    assert (answer.status_code, f'"{address}"' in page) == ((302, True) if allowed else (422, False))
    if not allowed:
        assert f"The sheet stands at “{SHEET.states[state].lower()}”." in answer.content.decode()


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
    pages = [
        reverse("office-sheets", args=["ihi"]),
        reverse("office-sheet", args=["ihi", row.pk]),
        reverse("office-participants", args=["ihi", "one"]),
    ]
    assert ["page-actions" in client.get(page).content.decode() for page in pages] == [False] * len(pages)


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
