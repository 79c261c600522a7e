"""The pages of boards: as many queries for one row as for three, files of the same rows, and what of it everybody reads."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import ical
from tests.boards import HELD_ON, MEMBERS, SECRETARY, Board, proposed
from tests.books import EPOCH, MILLION, Office, shipped
from tests.nu import assert_valid_html
from tests.worlds import world

from cofund.actions.governance import agenda, cancelling, deciding, groups, meetings
from cofund.queries import clock, seats
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, Message, User
from cofund.records.ledger.models import Application, Letter, LetterLine
from cofund.records.programme.models import AgendaItem, Certainty, Decision, Group, Meeting, Paper
from cofund.web.office import tokens


@world
def board() -> Board:
    """The board of IHI."""
    return Board.of_ihi()


@pytest.fixture
def secretary(db: None) -> Client:
    """A browser of the governance officer."""
    client = Client()
    client.force_login(User.objects.create_user("greta", role="governance_officer", password=None))
    return client


def delegate(board: Board, name: str = "COCIR") -> Client:
    """A browser of somebody with a seat."""
    client = Client()
    user = board.seats[name].user
    assert user is not None
    client.force_login(user)
    return client


def queries(client: Client, address: str) -> int:
    """How many queries a page makes."""
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def grow(board: Board) -> None:
    """One more of everything that is listed."""
    name = f"Group {Group.objects.count()}"
    panel = groups.add_group(SECRETARY, "ihi", groups.GroupWanted(name, Group.Kind.PANEL))
    groups.add_seat(SECRETARY, panel, groups.SeatWanted(holder="A state"))
    meeting = board.meeting()
    item = board.item(meeting)
    board.annex(item)
    board.attend(meeting)
    board.conflict(item, "EFPIA")
    board.vote(item, "yes", "Union", "COCIR", "EuropaBio")
    board.vote(item, "no", "MedTech Europe")
    decision = board.decide(item).decision
    assert decision is not None
    meetings.publish_agenda(SECRETARY, meeting)
    deciding.publish(SECRETARY, decision)


def test_lists_make_the_same_queries_for_one_row_and_for_three(board: Board, secretary: Client) -> None:
    addresses = [reverse(name) for name in ("office-meetings", "office-groups", "office-decisions")]
    public = [reverse(name, args=["ihi"]) for name in ("public-decisions", "public-groups")]
    grow(board)
    pages = (
        [(secretary, one) for one in addresses]
        + [(delegate(board), addresses[0])]
        + [(Client(), one) for one in public]
    )
    # What is public of the book is read once and kept until something is booked.
    queries(Client(), public[0])
    first = [queries(client, address) for client, address in pages]
    grow(board)
    grow(board)
    assert [queries(client, address) for client, address in pages] == first


def test_agenda_makes_the_same_queries_for_one_point_and_for_three(board: Board, secretary: Client) -> None:
    meeting = board.meeting()
    board.annex(board.item(meeting))
    board.attend(meeting)
    meetings.publish_agenda(SECRETARY, meeting)
    pages = [
        (secretary, reverse("office-meeting", args=[meeting.pk])),
        (delegate(board), reverse("office-meeting", args=[meeting.pk])),
        (Client(), reverse("public-meeting", args=["ihi", meeting.pk])),
    ]
    # What is public of the book is read once and kept until something is booked.
    queries(*pages[0])
    first = [queries(client, address) for client, address in pages]
    for title in ("Two", "Three"):
        item = board.item(meeting, title)
        board.annex(item)
        board.vote(item, "yes", "Union")
    assert [queries(client, address) for client, address in pages] == first


def test_register_is_filtered_and_handed_out_as_files(board: Board, secretary: Client) -> None:
    grow(board)
    meeting = board.meeting()
    item = board.item(meeting, "Buy a boat")
    board.attend(meeting)
    board.vote(item, "no", "Union", *MEMBERS)
    board.decide(item)
    address = reverse("office-decisions")
    for query, numbers in (
        ("", ["IHI-GB-DEC-2024-02", "IHI-GB-DEC-2024-01"]),
        ("result=rejected", ["IHI-GB-DEC-2024-02"]),
        ("state=published", ["IHI-GB-DEC-2024-01"]),
        ("q=boat", ["IHI-GB-DEC-2024-02"]),
        ("year=2023", []),
        ("programme=ihi&year=2024", ["IHI-GB-DEC-2024-02", "IHI-GB-DEC-2024-01"]),
    ):
        rows = json.loads(secretary.get(f"{address}?{query}&format=json").content)["rows"]
        assert (query, [row["number"] for row in rows]) == (query, numbers)
        html = secretary.get(f"{address}?{query}").content.decode()
        assert [number for number in ("IHI-GB-DEC-2024-02", "IHI-GB-DEC-2024-01") if number in html] == numbers
    assert secretary.get(f"{address}?format=csv").content.decode().startswith("scheme,number,decided_on,title,group")


def test_file_of_published_decisions_tells_a_share_of_votes_and_none_of_a_consensus(board: Board) -> None:
    meeting = board.meeting()
    voted, agreed = board.item(meeting, "Voted"), board.item(meeting, "Agreed")
    board.attend(meeting)
    board.vote(voted, "yes", "Union", *MEMBERS)
    for item, by_consensus in ((voted, False), (agreed, True)):
        decision = board.decide(item, by_consensus=by_consensus).decision
        assert decision is not None
        deciding.publish(SECRETARY, decision)
    rows = json.loads(Client().get(reverse("public-decisions", args=["ihi"]) + "?format=json").content)["rows"]
    assert {row["title"]: row["yes_share"] or None for row in rows} == {"Voted": "1", "Agreed": None}


def test_everybody_reads_decision_and_agenda_and_never_the_annex_or_a_person(board: Board) -> None:
    grow(board)
    meeting, decision = Meeting.objects.get(), Decision.objects.get()
    found = [
        Client().get(reverse(name, args=arguments)).content.decode()
        for name, arguments in (
            ("public-decision", ["ihi", decision.number]),
            ("public-meeting", ["ihi", meeting.pk]),
            ("public-group", ["ihi", board.group.slug]),
            ("public-decisions", ["ihi"]),
        )
    ]
    assert "EFPIA declared a conflict of interest" in found[0]
    assert "75 of 87.5 points say yes, 85.7 %" in found[0]
    assert decision.number in found[1]
    for html in found:
        assert ("A sister company" in html, "What only the board reads" in html, "example.org" in html) == (False,) * 3
    paper = Paper.objects.get()
    assert Client().get(reverse("public-paper", args=["ihi", paper.pk])).status_code == 404


def test_decision_writes_its_points_and_shares_in_french(board: Board) -> None:
    grow(board)
    address = "/fr" + reverse("public-decision", args=["ihi", Decision.objects.get().number])
    html = Client().get(address).content.decode()
    assert [said for said in ("75 points sur 87,5", "85,7\xa0%", ">12,5<", ">Membres<") if said not in html] == []
    assert [said for said in ("87.5", "85.7", "12.5", ">members<") if said in html] == []


def test_open_paper_is_published_with_its_agenda_only(board: Board) -> None:
    meeting = board.meeting()
    board.annex(board.item(meeting), is_confidential=False)
    address = reverse("public-meeting", args=["ihi", meeting.pk])
    assert Client().get(address).status_code == 404
    meetings.publish_agenda(SECRETARY, meeting)
    assert "What only the board reads" in Client().get(address).content.decode()


def test_decision_that_is_not_published_is_not_there(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    decision = board.decide(item, by_consensus=True).decision
    assert decision is not None
    forbidden = Client().get(reverse("public-decision", args=["ihi", decision.number]))
    absent = Client().get(reverse("public-decision", args=["ihi", "IHI-GB-DEC-1999-01"]))
    assert (forbidden.status_code, absent.status_code) == (404, 404)
    assert decision.number not in Client().get(reverse("public-decisions", args=["ihi"])).content.decode()


def test_agenda_of_a_scheme_that_publishes_none_stays_inside(meeting_of_imi2: Meeting) -> None:
    address = reverse("public-meeting", args=["imi2", meeting_of_imi2.pk])
    assert Client().get(address).status_code == 404


@pytest.fixture
def meeting_of_imi2(db: None) -> Meeting:
    """A meeting in IMI2, whose rules publish decisions and no agendas."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    group = groups.add_group(SECRETARY, "imi2", groups.GroupWanted("Governing Board", Group.Kind.BOARD))
    board = Board(office, group)
    meeting = board.meeting()
    board.item(meeting)
    return meetings.publish_agenda(SECRETARY, meeting)


def test_adopted_topic_offers_its_reservation_with_the_decision_filled_in(board: Board) -> None:
    topic = board.office.topic("T1")
    pledged = board.office.pledge(2 * MILLION, "Trust", kind="FC", target=Target(topic=topic), on=HELD_ON).contribution
    board.office.endorse(pledged, on=HELD_ON)
    meeting = board.meeting()
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adopt T1", topic=proposed(topic))
    item = agenda.put_on_agenda(SECRETARY, meeting, wanted)
    board.attend(meeting)
    finance = Client()
    finance.force_login(User.objects.create_user("finn", role="finance_officer", password=None))
    page = reverse("office-item", args=[item.pk])
    # Finance reads the audit trail, and is led to everything that happened to the point.
    assert (
        f'?about={meeting.group.scheme.code}/meeting/{meeting.pk}/item/{item.pk}"' in finance.get(page).content.decode()
    )
    before = finance.get(page).content.decode()
    assert ("Reserve the match" in before, "EUR 2,000,000" in before, "EUR 198,000,000" in before) == (
        False,
        True,
        True,
    )
    board.decide(item, by_consensus=True)
    href = "/office/ihi/topics/T1/reserve/?decision=IHI-GB-DEC-2024-01&amp;decided_on=2024-03-05"
    assert href in finance.get(page).content.decode()
    topic.refresh_from_db()
    assert topic.adopted_on is None
    form = finance.get(href.replace("&amp;", "&")).content.decode()
    assert ('value="IHI-GB-DEC-2024-01"' in form, 'value="2024-03-05"' in form) == (True, True)


def test_public_page_of_a_topic_agrees_with_the_vote(board: Board) -> None:
    topic = proposed(board.office.topic("T1"))
    meeting = board.meeting()
    item = agenda.put_on_agenda(SECRETARY, meeting, agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adopt T1", topic=topic))
    board.attend(meeting)
    decision = board.decide(item, by_consensus=True).decision
    assert decision is not None
    page = reverse("topic", args=["ihi", "T1"])
    assert "The board adopted this topic" not in Client().get(page).text
    deciding.publish(SECRETARY, decision)
    shown = Client().get(page).text
    assert ("The board adopted this topic" in shown, f"Decision {decision.number}, 5 March 2024" in shown) == (
        True,
        True,
    )


def test_application_shows_as_a_short_paper(board: Board) -> None:
    topic = board.office.topic("T1")
    meeting = board.meeting()
    item = agenda.put_on_agenda(SECRETARY, meeting, agenda.ItemWanted(AgendaItem.Kind.APPLICATION, "Approve Trust"))
    application = Application.objects.create(
        scheme=board.office.row,
        reference="APP-1",
        organisation=board.office.organisation("Trust"),
        role="partner",
        topic=topic,
        agenda_item=item,
        status_since_at=EPOCH,
        made_at=EPOCH,
    )
    letter = Letter.objects.create(
        application=application, number=1, status="submitted", written_by="Trust", written_at=EPOCH
    )
    for number, currency, amount, cents in ((1, "EUR", 3 * MILLION, None), (2, "USD", 2 * MILLION, None)):
        LetterLine.objects.create(
            letter=letter, number=number, kind="FC", currency=currency, amount_cents=amount, scheme_amount_cents=cents
        )
    html = delegate(board).get(reverse("office-item", args=[item.pk])).content.decode()
    assert "Trust as Contributing Partner (APP-1)" in html
    assert "stated as USD 2,000,000" in html
    assert html.count("not known") >= 2


@pytest.mark.parametrize("name", ["office-vote", "office-decide"])
def test_form_keeps_what_was_typed_and_leads_to_what_is_missing(board: Board, secretary: Client, name: str) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    client = secretary if name == "office-decide" else delegate(board)
    answer = client.post(reverse(name, args=[item.pk]), {"choice": "yes", "title": "My own words"})
    html = answer.content.decode()
    assert (answer.status_code, "error-summary" in html) == (422, True)
    assert ("My own words" in html) or ('value="yes"' in html and "checked" in html)


def test_form_that_is_sent_twice_votes_once(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    client, token = delegate(board), tokens.new()
    data = {"seat": str(board.seats["COCIR"].pk), "choice": "yes", "confirmed": "on", "token": token}
    answers = [client.post(reverse("office-vote", args=[item.pk]), data) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, reverse("office-item", args=[item.pk]))
    ] * 2
    assert item.votes.count() == 1


def test_delegate_is_led_to_the_own_meetings(board: Board) -> None:
    meeting = board.meeting()
    board.item(meeting)
    client = delegate(board)
    desk = client.get(reverse("desk"))
    assert (desk.status_code, f'href="{reverse("office-meetings")}"' in desk.content.decode()) == (200, True)
    html = client.get(reverse("office-meetings")).content.decode()
    assert ("My meetings" in html, "41st meeting" in html) == (True, True)


def test_cancelled_meeting_stays_readable_and_tells_its_group(board: Board, secretary: Client) -> None:
    on = clock.today() + dt.timedelta(days=30)
    meeting = board.meeting(on, is_open=False)
    item = board.item(meeting)
    paper = board.annex(item)
    meetings.publish_agenda(SECRETARY, meeting)
    address = reverse("office-meeting-cancel", args=[meeting.pk])
    assert address in secretary.get(reverse("office-meeting", args=[meeting.pk])).text
    silent = secretary.post(address, {"reason": " ", "token": tokens.new()})
    assert (silent.status_code, Meeting.objects.get().status) == (422, "planned")
    assert secretary.post(address, {"reason": "The hall is flooded", "token": tokens.new()}).status_code == 302
    item.refresh_from_db()
    assert (Meeting.objects.get().status, item.status) == ("cancelled", "deferred")
    told = Message.objects.filter(purpose="meeting cancelled")
    assert (told.count(), "Why: The hall is flooded" in told[0].text) == (len(board.seats), True)
    event = AuditEvent.objects.get(action="cancel meeting")
    assert (event.before, event.after["deferred"], event.reason) == ({"status": "planned"}, [1], "The hall is flooded")
    member = delegate(board)
    html = member.get(reverse("office-meeting", args=[meeting.pk])).text
    assert ("This meeting was cancelled on" in html, "The hall is flooded" in html, item.title in html) == (True,) * 3
    assert paper.title in member.get(reverse("office-item", args=[item.pk])).text
    outside = Client().get(reverse("public-meeting", args=["ihi", meeting.pk])).text
    assert ("This meeting was cancelled" in outside, "flooded" in outside, item.title in outside) == (True, False, True)
    feed = Client().get("/programmes/ihi/calendar.ics").content
    assert (b"STATUS:CANCELLED" in feed, ical.problems(feed)) == (True, [])
    assert seats.meetings_to_come() == ()


def test_cancelling_shows_no_agenda_that_was_not_published(board: Board) -> None:
    meeting = board.meeting(is_open=False)
    board.item(meeting)
    cancelling.cancel_meeting(SECRETARY, meeting, "Nobody can come")
    assert delegate(board).get(reverse("office-meeting", args=[meeting.pk])).status_code == 404


def test_pages_are_valid_html(board: Board, secretary: Client) -> None:
    grow(board)
    meeting = board.meeting()
    item = board.item(meeting)
    board.annex(item)
    board.conflict(item, "EFPIA")
    decision = Decision.objects.get()
    inside: list[tuple[str, list[Any]]] = [
        ("office-meetings", []),
        ("office-meeting", [meeting.pk]),
        ("office-item", [item.pk]),
        ("office-votes", [item.pk]),
        ("office-decide", [item.pk]),
        ("office-item-new", [meeting.pk]),
        ("office-groups", []),
        ("office-group", ["ihi", board.group.slug]),
        ("office-seat-new", ["ihi", board.group.slug]),
        ("office-decisions", []),
        ("office-decision", [decision.pk]),
    ]
    pages = {name: secretary.get(reverse(name, args=arguments)).text for name, arguments in inside}
    outside: list[tuple[str, list[Any]]] = [
        ("public-decisions", ["ihi"]),
        ("public-decision", ["ihi", decision.number]),
        ("public-groups", ["ihi"]),
        ("public-group", ["ihi", board.group.slug]),
        ("public-meeting", ["ihi", Meeting.objects.exclude(agenda_published_at=None).get().pk]),
    ]
    pages |= {name: Client().get(reverse(name, args=arguments)).text for name, arguments in outside}
    assert_valid_html(pages)


def test_made_up_meeting_says_so(board: Board) -> None:
    meeting = board.meeting()
    board.item(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(certainty=Certainty.ASSUMED)
    meetings.publish_agenda(SECRETARY, meeting)
    assert (
        "This meeting is made up" in Client().get(reverse("public-meeting", args=["ihi", meeting.pk])).content.decode()
    )
