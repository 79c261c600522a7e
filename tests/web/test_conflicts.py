"""What a person with a conflict of interest on a point neither sees nor does, on whichever page or in whichever seat."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.applications import brought_to, line, meeting
from tests.boards import HELD_ON, SECRETARY, Board, proposed, refusal
from tests.books import Office, shipped
from tests.proofs import Proved
from tests.worlds import world

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.applications import scheduling
from cofund.actions.governance import agenda, conflicts, deciding, groups, votes
from cofund.queries import clock
from cofund.queries import meetings as reading
from cofund.records.directory.models import AuditEvent, PartnerRight, User
from cofund.records.ledger.models import Letter
from cofund.records.programme.models import AgendaItem, Conflict, Decision, Meeting, Seat
from cofund.rules import roles
from cofund.web.office import tokens

SECRET = "The company has no licence"
NATURE = "A sister company supplies it"
HANDLING = (
    "You declared a conflict of interest on this point, so you neither change nor defer it, "
    "nor lift a conflict of somebody else on it."
)


@world
def board() -> Board:
    """The board of IHI."""
    return Board.of_ihi()


def in_2015() -> Office:
    """The book of IMI2, in the year of its applications."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    return office


def greta() -> User:
    """A governance officer."""
    return User.objects.create_user("greta", role=roles.GOVERNANCE_OFFICER, password=None)


def browser(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, address: str) -> int:
    """The status of a page or a file, which is read to its end: that closes it."""
    answer: Any = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


def seat_of(board: Board, user: User, name: str = "The secretary") -> Seat:
    """A seat without a vote that somebody holds."""
    wanted = groups.SeatWanted(Seat.Capacity.OBSERVER, holder=name, user=user)
    return groups.add_seat(SECRETARY, board.group, wanted)


def with_conflict(board: Board, item: AgendaItem) -> User:
    """A governance officer who declared a conflict on a point."""
    user = greta()
    conflicts.declare(SECRETARY, item, seat_of(board, user).pk, NATURE)
    return user


def topic_wanted(board: Board) -> agenda.ItemWanted:
    """The adoption of a topic, as it is put on an agenda."""
    return agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adopt T1", topic=proposed(board.office.topic("T1")), risks=SECRET)


def test_trail_says_nothing_of_what_is_for_the_group_alone(board: Board) -> None:
    item = agenda.put_on_agenda(SECRETARY, board.meeting(), topic_wanted(board))
    agenda.edit_item(SECRETARY, item, agenda.ItemWanted(item.kind, "Adopt it", risks=f"{SECRET} at all"))
    user = with_conflict(board, item)
    # As it was written out before.
    subject = f"ihi/meeting/{item.meeting_id}/item/{item.pk}"
    audit.record(SECRETARY, "edit item", subject, at=clock.now(), before={"risks": ""}, after={"risks": SECRET})
    audit.record(SECRETARY, "declare conflict", f"{subject}/conflict/1", at=clock.now(), reason=NATURE)
    client, address = browser(user), reverse("office-trail")
    for query in ("", "?format=json", "?format=csv"):
        answer = client.get(f"{address}{query}")
        text = (answer.getvalue() if answer.streaming else answer.content).decode()
        assert (query, "edit item" in text or "Edit item" in text or "point" in text) == (query, True)
        assert (query, SECRET in text, NATURE in text) == (query, False, False)
    made = AuditEvent.objects.get(action="put on agenda")
    assert ("risks" in made.after, len(made.after["risks_sha256"])) == (False, 64)


def test_board_paper_and_its_part_of_the_page_are_hidden_from_who_has_a_conflict(db: None) -> None:
    office = in_2015()
    row = brought_to(office, "scheduled")
    assert row.agenda_item is not None
    user = User.objects.create_user("olga", role=roles.OFFICER, password=None)
    seat = Seat.objects.create(group=row.agenda_item.meeting.group, holder="The office", user=user)
    page = reverse("office-application", args=[row.reference])
    paper = reverse("office-board-paper", args=[row.reference])
    client = browser(user)

    def seen() -> tuple[int, bool, bool]:
        html = client.get(page).content.decode()
        return client.get(paper).status_code, paper in html, "Completeness and eligibility" in html

    assert seen() == (200, True, True)
    conflicts.declare(SECRETARY, row.agenda_item, seat.pk, NATURE)
    assert seen() == (404, False, False)
    topic = row.topic
    assert topic is not None
    assert [reading.has_conflict(user, one) for one in (row, row.agenda_item, topic)] == [True, True, False]


@pytest.mark.parametrize("role", ["officer", "scientific_officer", "governance_officer", "finance_officer", "auditor"])
def test_letter_is_absent_for_who_has_a_conflict_whatever_the_role(
    db: None, role: str, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "signed.pdf").write_bytes(b"%PDF-1.7 signed")
    row = brought_to(in_2015(), "scheduled", line(700_000_000))
    assert row.agenda_item is not None
    Letter.objects.update(file="signed.pdf", file_name="scan-of-it.pdf", subject_matter=SECRET)
    user = User.objects.create_user("olga", role=role, password=None)
    seat = Seat.objects.create(group=row.agenda_item.meeting.group, holder="The office", user=user)
    client = browser(user)
    letter, signed = (reverse(f"office-letter-{name}", args=[row.reference, 1]) for name in ("pdf", "signed"))
    approve = reverse("office-application-step", args=[row.reference, "approve"])
    told = (SECRET, "scan-of-it.pdf", "7,000,000", "This version", "would unlock", letter)

    def seen() -> tuple[list[int], list[str]]:
        html = client.get(reverse("office-application", args=[row.reference])).text + client.get(approve).text
        return [read(client, address) for address in (letter, signed)], [one for one in told if one in html]

    assert seen() == ([200, 200], list(told))
    conflict = conflicts.declare(SECRETARY, row.agenda_item, seat.pk, NATURE)
    assert seen() == ([404, 404], [])
    for address in (letter, signed):
        absent = client.get(address.replace("/1", "/999"))
        assert (client.get(address).content, absent.status_code) == (absent.content, 404)
    form = reverse("office-letter", args=[row.reference])
    shut = {
        client.get(form).status_code,
        client.post(reverse("office-letter-unlocks", args=[row.reference])).status_code,
    }
    assert shut <= {403, 404}
    conflicts.lift(SECRETARY, conflict, "It was a mistake")
    assert seen()[0] == [200, 200]


def test_partner_goes_on_reading_what_it_wrote(db: None) -> None:
    row = brought_to(in_2015(), "scheduled", line(700_000_000))
    assert row.agenda_item is not None
    user = User.objects.create_user("petra", role=roles.PARTNER, password=None, organisation=row.organisation)
    PartnerRight.objects.create(user=user, organisation=row.organisation, right="read", granted_at=clock.now())
    seat = Seat.objects.create(group=row.agenda_item.meeting.group, holder="Gates", user=user)
    conflicts.declare(SECRETARY, row.agenda_item, seat.pk, NATURE)
    client = browser(user)
    page = client.get(reverse("office-application", args=[row.reference])).text
    letter = reverse("office-letter-pdf", args=[row.reference, 1])
    assert (client.get(letter).status_code, letter in page, "7,000,000" in page) == (200, True, True)


def test_proof_and_audit_file_hold_no_letter_for_who_has_a_conflict(db: None, settings: Any, tmp_path: Path) -> None:
    settings.COFUND_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    proved = Proved.make()
    item = proved.application.agenda_item
    assert item is not None
    user = User.objects.create_user("aud", role=roles.AUDITOR, password=None)
    seat = Seat.objects.create(group=item.meeting.group, holder="An auditor", user=user)
    client = browser(user)
    proof = reverse("office-proof-of", args=[proved.contribution.reference])
    file = reverse("office-audit-file", args=["ihi", "x"])
    project = reverse("office-project", args=["ihi", "x"])

    def seen() -> tuple[bool, bool, bool, int]:
        page, of_project = client.get(proof).text, client.get(project).text
        return "/letters/" in page, file in page, file in of_project, read(client, file)

    assert seen() == (True, True, True, 200)
    # The point is decided: it stands as one that was declared before.
    Conflict.objects.create(item=item, seat=seat, nature=NATURE, declared_by="The secretary", declared_at=clock.now())
    assert seen() == (False, False, False, 404)
    assert AuditEvent.objects.filter(action="make audit file").count() == 1


def test_decision_tells_who_had_a_conflict_what_anybody_reads(board: Board) -> None:
    item = board.item(board.meeting())
    user = with_conflict(board, item)
    board.attend(item.meeting)
    board.vote(item, "yes", "Union", "COCIR", "EuropaBio", "EFPIA", "MedTech Europe")
    decision = board.decide(item).decision
    assert decision is not None
    Decision.objects.filter(pk=decision.pk).update(caveats=[SECRET])
    address = reverse("office-decision", args=[decision.pk])
    other = User.objects.create_user("gerd", role=roles.GOVERNANCE_OFFICER, password=None)
    shown = {one.username: browser(one).get(address).content.decode() for one in (user, other)}
    found = {name: (SECRET in html, NATURE in html) for name, html in shown.items()}
    assert found == {"greta": (False, False), "gerd": (True, True)}
    assert "declared a conflict of interest" in shown["greta"]
    assert (reading.has_conflict(user, decision), reading.has_conflict(other, decision)) == (True, False)


def test_who_has_a_conflict_handles_nothing_of_the_point(board: Board) -> None:
    item = board.item(board.meeting())
    actor = Actor.of(with_conflict(board, item))
    of_another = board.conflict(item, "EFPIA")
    assert refusal(agenda.defer_item, actor, item, "Later") == HANDLING
    assert refusal(agenda.edit_item, actor, item, agenda.ItemWanted(item.kind, "Other words")) == HANDLING
    assert refusal(conflicts.lift, actor, of_another, "A mistake") == HANDLING
    client = browser(User.objects.get(username="greta"))
    assert client.get(reverse("office-conflict-lift", args=[of_another.pk])).status_code == 404
    assert client.get(reverse("office-defer", args=[item.pk])).status_code == 404
    page = client.get(reverse("office-item", args=[item.pk])).content.decode()
    assert reverse("office-defer", args=[item.pk]) not in page


def test_conflict_follows_a_deferred_point_that_is_taken_up_and_no_other(board: Board) -> None:
    item = board.item(board.meeting(), "Who audits the accounts")
    board.conflict(item, "EFPIA")
    agenda.defer_item(SECRETARY, item, "Not ready")
    wanted = agenda.ItemWanted(AgendaItem.Kind.OTHER, "Who audits the accounts, again", continues=item)
    again = agenda.put_on_agenda(SECRETARY, board.meeting(), wanted)
    other = board.item(board.meeting(), "Who prints the report")
    assert [one.conflicts.count() for one in (again, other)] == [1, 0]


def test_agenda_shows_no_tally_of_a_point_to_who_has_a_conflict_on_it(board: Board) -> None:
    item = board.item(board.meeting())
    user = with_conflict(board, item)
    board.attend(item.meeting)
    board.vote(item, "yes", "Union", "COCIR", "EuropaBio", "EFPIA")
    address = reverse("office-meeting", args=[item.meeting_id])
    other = User.objects.create_user("gerd", role=roles.GOVERNANCE_OFFICER, password=None)
    shown = [browser(one).get(address).content.decode() for one in (user, other)]
    assert ["Adopted" in html for html in shown] == [False, True]


def test_conflict_counts_for_every_seat_of_the_person(board: Board) -> None:
    board.sit("EFPIA too", "")
    user = board.seats["COCIR"].user
    for name in ("EFPIA", "EFPIA too"):
        Seat.objects.filter(pk=board.seats[name].pk).update(user=user)
        board.seats[name].refresh_from_db()
    item = board.item(board.meeting())
    board.attend(item.meeting)
    board.vote(item, "yes", "COCIR", "EFPIA", "Union")
    before = board.state(item).outcome
    board.conflict(item, "EFPIA too")
    after = board.state(item).outcome
    assert before is not None
    assert after is not None
    assert (before.yes, after.yes) == (75, 50)
    words = "COCIR has a conflict of interest on this point, which counts as an abstention."
    assert refusal(votes.record, SECRETARY, item, {board.seats["COCIR"].pk: "yes"}) == words


def test_seat_with_a_conflict_on_an_open_point_goes_to_nobody_else(board: Board) -> None:
    item, seat = board.item(board.meeting()), board.seats["EFPIA"]
    conflict = board.conflict(item, "EFPIA")

    def wanted(user: User | None) -> groups.SeatWanted:
        return groups.SeatWanted(organisation=seat.organisation, user=user, bloc="members")

    words = f"Its person has a conflict of interest on point 1 of {item.meeting}, which waits."
    for other in (board.seats["COCIR"].user, None):
        assert refusal(groups.edit_seat, SECRETARY, seat, wanted(other)) == words
    groups.edit_seat(SECRETARY, seat, wanted(seat.user))
    conflicts.lift(SECRETARY, conflict, "A mistake")
    other = board.seats["COCIR"].user
    assert groups.edit_seat(SECRETARY, seat, wanted(other)).user == other


def test_conflict_stands_on_when_the_point_is_put_on_the_next_agenda(board: Board) -> None:
    first = agenda.put_on_agenda(SECRETARY, board.meeting(), topic_wanted(board))
    board.conflict(first, "EFPIA")
    lifted = board.conflict(first, "COCIR")
    conflicts.lift(SECRETARY, lifted, "A mistake")
    board.attend(first.meeting, "Union")
    # The end of scenario S9: without the Union there is no quorum.
    assert board.decide(first).status == AgendaItem.Status.DEFERRED
    second = agenda.put_on_agenda(SECRETARY, board.meeting(dt.date(2024, 6, 1)), topic_wanted(board))
    paper, user = board.annex(second), board.seats["EFPIA"].user
    assert user is not None
    assert not reading.visible_papers(user).filter(pk=paper.pk).exists()
    (carried,) = Conflict.objects.filter(item=second)
    assert (carried.seat, carried.nature, carried.declared_by) == (board.seats["EFPIA"], NATURE, "EFPIA")
    row = AuditEvent.objects.filter(action="put on agenda").latest("pk")
    assert row.after["conflicts_carried"] == ["EFPIA"]
    assert refusal(board.vote, second, "yes", "EFPIA").startswith("You declared a conflict of interest")


def test_conflict_on_a_free_point_follows_the_point_and_not_its_title(board: Board) -> None:
    first = board.item(board.meeting(), "Approve the plan")
    board.conflict(first, "EFPIA")
    agenda.defer_item(SECRETARY, first, "Not ready")
    later = board.meeting(dt.date(2024, 6, 1))
    same = agenda.ItemWanted(AgendaItem.Kind.OTHER, "approve the plan")
    said = refusal(agenda.put_on_agenda, SECRETARY, later, same)
    assert said == f"Point 1 of {first.meeting} has this title, and was deferred."
    renamed = agenda.ItemWanted(AgendaItem.Kind.OTHER, "Approve the plan for 2025", continues=first)
    second = agenda.put_on_agenda(SECRETARY, later, renamed)
    assert [one.seat for one in Conflict.objects.filter(item=second)] == [board.seats["EFPIA"]]
    # It is taken up once; another point of the same title is another point then.
    assert refusal(agenda.put_on_agenda, SECRETARY, later, renamed).endswith("that waits for another meeting.")
    third = agenda.put_on_agenda(SECRETARY, later, same)
    assert Conflict.objects.filter(item=third).count() == 0


def test_form_of_a_point_offers_the_deferred_ones(board: Board) -> None:
    first = board.item(board.meeting(), "Approve the plan")
    agenda.defer_item(SECRETARY, first, "Not ready")
    later = board.meeting(dt.date(2024, 6, 1))
    client = Client()
    client.force_login(User.objects.create_user("greta", role=roles.GOVERNANCE_OFFICER, password=None))
    path = f"/office/governance/meetings/{later.pk}/new-point/"
    typed = {"kind": "other", "title": "Approve the plan", "needs_decision": "on"}
    answer = client.post(path, typed | {"token": tokens.new()})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["continues"])
    assert client.post(path, typed | {"continues": first.pk, "token": tokens.new()}).status_code == 302
    assert AgendaItem.objects.get(meeting=later).continues == first


def test_conflict_stands_on_when_an_application_goes_to_another_meeting(db: None) -> None:
    office = in_2015()
    row = brought_to(office, "scheduled")
    assert row.agenda_item is not None
    user = User.objects.create_user("olga", role=roles.OFFICER, password=None)
    seat = Seat.objects.create(group=row.agenda_item.meeting.group, holder="The office", user=user)
    conflicts.declare(SECRETARY, row.agenda_item, seat.pk, NATURE)
    Meeting.objects.filter(pk=row.agenda_item.meeting_id).update(status=Meeting.Status.OPEN)
    agenda.defer_item(SECRETARY, row.agenda_item, "Not ready")
    item = scheduling.schedule(office.actor, row, meeting(office, dt.date(2015, 10, 21)), at=office.at)
    row.refresh_from_db()
    assert (row.agenda_item, reading.has_conflict(user, row)) == (item, True)
    done = AuditEvent.objects.filter(action="schedule application").latest("pk")
    assert done.after["conflicts_carried"] == ["The office"]


def test_decision_by_who_has_a_conflict_is_refused_as_before(board: Board) -> None:
    item = board.item(board.meeting())
    actor = Actor.of(with_conflict(board, item))
    wanted = deciding.DecisionWanted(HELD_ON, conflicts_asked=True)
    assert refusal(deciding.decide, actor, item, wanted).endswith("neither vote on it nor record votes.")
