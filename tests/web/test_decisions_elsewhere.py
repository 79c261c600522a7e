"""A decision that was taken elsewhere says so wherever it stands: in the register, on pages, in files and in public."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.applications import decide_point
from tests.boards import HELD_ON, SECRETARY, Board, known, proposed
from tests.books import MILLION, Office
from tests.worlds import world

from cofund.actions import contributions, submissions
from cofund.actions.governance import agenda, meetings
from cofund.actions.governance.agenda import ItemWanted
from cofund.actions.submissions import Typed
from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import TAKEN_ELSEWHERE, Decision, Group, Meeting

MARK = "taken elsewhere, not recorded here"


@world
def office() -> Office:
    """IHI with a decision of its board, and a pledge that was endorsed on a number that somebody typed."""
    board = Board.of_ihi()
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "yes", *(name for name, seat in board.seats.items() if seat.bloc))
    board.decide(item)
    one = board.office.pledge(MILLION, "Foundation F", on=HELD_ON).contribution
    typed = Typed(HELD_ON, "The board decided", decision="GB-TYPED", decided_on=HELD_ON)
    submissions.book(
        *(
            board.office.actor,
            "ihi",
            typed,
            lambda grounds: contributions.endorse(board.office.actor, one, grounds).entry,
        ),
        token="one",
    )
    Decision.objects.update(published_at=clock.now())
    return board.office


@pytest.fixture
def auditor(db: None) -> Client:
    """A browser of an auditor, who reads everything."""
    client = Client()
    client.force_login(User.objects.create_user("anna", role="auditor", password=None))
    return client


def text(client: Client, address: str) -> str:
    """What a page says."""
    return client.get(address).content.decode()


def test_register_shows_and_filters_what_was_taken_elsewhere(office: Office, auditor: Client) -> None:
    address = reverse("office-decisions")
    html = text(auditor, address)
    assert ("GB-TYPED" in html, "IHI-GB-DEC-2024-01" in html, TAKEN_ELSEWHERE in html) == (True, True, True)
    only = text(auditor, f"{address}?result=elsewhere")
    assert ("GB-TYPED" in only, "IHI-GB-DEC-2024-01" in only) == (True, False)
    adopted = text(auditor, f"{address}?result=adopted")
    assert ("GB-TYPED" in adopted, "IHI-GB-DEC-2024-01" in adopted) == (False, True)
    rows = json.loads(text(auditor, f"{address}?format=json"))
    rows = rows["rows"] if isinstance(rows, dict) else rows
    assert {row["number"]: row["taken"] for row in rows} == {"GB-TYPED": TAKEN_ELSEWHERE, "IHI-GB-DEC-2024-01": ""}


def test_pages_of_the_decision_and_of_what_rests_on_it_say_where_it_was_taken(office: Office, auditor: Client) -> None:
    typed, real = Decision.objects.get(number="GB-TYPED"), Decision.objects.exclude(number="GB-TYPED").get()
    pages = {one.number: text(auditor, reverse("office-decision", args=[one.pk])) for one in (typed, real)}
    assert [TAKEN_ELSEWHERE in pages[one.number] for one in (typed, real)] == [True, False]
    entry = Entry.objects.get(decision=typed)
    assert MARK in text(auditor, reverse("office-entry", args=["ihi", entry.number]))
    assert MARK in text(auditor, reverse("office-books-of", args=["ihi"]))
    contribution = entry.transfers.exclude(contribution=None)[0].contribution
    assert contribution is not None
    assert MARK in text(auditor, reverse("office-contribution", args=[contribution.reference]))


def test_public_reads_where_a_decision_was_taken(office: Office) -> None:
    listed = text(Client(), reverse("public-decisions", args=["ihi"]))
    assert ("GB-TYPED" in listed, TAKEN_ELSEWHERE in listed) == (True, True)
    assert TAKEN_ELSEWHERE in text(Client(), reverse("public-decision", args=["ihi", "GB-TYPED"]))
    rows = json.loads(text(Client(), f"{reverse('public-decisions', args=['ihi'])}?format=json"))["rows"]
    assert {row["number"]: row["taken"] for row in rows} == {"GB-TYPED": TAKEN_ELSEWHERE, "IHI-GB-DEC-2024-01": ""}
    assert MARK in text(Client(), reverse("topic", args=["ihi", "T1"]))


def test_forms_of_an_adoption_know_the_decision_on_its_own_point(office: Office) -> None:
    topic = proposed(office.topic("T2"))
    wanted = ItemWanted("topic", "Adoption of T2", topic=topic)
    meeting = meetings.add_meeting(
        SECRETARY, Group.objects.get(), meetings.MeetingWanted("42nd", Meeting.Procedure.ORDINARY, HELD_ON)
    )
    item = agenda.put_on_agenda(SECRETARY, known(meeting), wanted)
    client = Client()
    client.force_login(User.objects.create_user("greta", role="governance_officer", password=None))
    form = reverse("office-topic-step", args=["ihi", "T2", "adopt"])
    assert 'value="IHI-GB-DEC-2024-02"' not in text(client, form)
    assert decide_point(office, item).number == "IHI-GB-DEC-2024-02"
    assert 'value="IHI-GB-DEC-2024-02"' in text(client, form)
    client.force_login(User.objects.create_user("fred", role="finance_officer", password=None))
    assert 'value="IHI-GB-DEC-2024-02"' in text(client, reverse("office-topic-act", args=["ihi", "T2", "reserve"]))


def test_files_of_the_register_say_what_the_page_says_of_a_number_that_is_not_known(office: Office) -> None:
    Decision.objects.filter(number="GB-TYPED").update(number="number-not-known-7")
    auditor = Client()
    auditor.force_login(User.objects.create_user("ada", role="auditor"))
    for client, path in ((auditor, "/office/governance/decisions/"), (Client(), "/programmes/ihi/decisions/")):
        for form in ("csv", "json"):
            text = client.get(path, {"format": form}).content.decode()
            assert ("number-not-known-7" in text, "number not known" in text) == (False, True)


def test_decision_without_a_known_number_says_so_on_every_page(office: Office) -> None:
    now = clock.now()
    for number in ("number-not-known-topics-of-call-9", "assumed-aims-2-trials-amendment-2"):
        made = Decision.objects.create(
            scheme=office.row, number=number, decided_on=HELD_ON, title="Topics", published_at=now, certainty="assumed"
        )
        secretary = Client()
        secretary.force_login(User.objects.create_user(f"greta-{made.pk}", role="governance_officer", password=None))
        for client, address in (
            (Client(), reverse("public-decisions", args=["ihi"])),
            (Client(), reverse("public-decision", args=["ihi", number])),
            (Client(), piece := reverse("embed-decision", args=["ihi", number])),
            (secretary, reverse("office-decisions")),
            (secretary, reverse("office-decision", args=[made.pk])),
        ):
            # Who cites a page, or shows it elsewhere, gives its address, in which the number stands that the site gave for itself.
            shown = re.sub(r"<[^>]*>", " ", client.get(address).text).replace(piece, "").replace(address, "")
            assert (address, number in shown, "number not known" in shown) == (address, False, True)
