"""Seats, conflicts and votes: who may do and see what, and what does not fit is refused in words."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.boards import HELD_ON, SECRETARY, Board, refusal
from tests.worlds import world

from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.actions.governance import agenda, conflicts, deciding, groups, meetings, papers, votes
from cofund.queries import meetings as reading
from cofund.queries import seats
from cofund.records.directory.models import AuditEvent, Message
from cofund.records.programme.models import Seat, Vote
from cofund.rules import roles
from cofund.web import reasoning


@world
def board() -> Board:
    """The board of IHI."""
    return Board.of_ihi()


def test_conflict_hides_the_annex_until_it_is_lifted_by_another(board: Board) -> None:
    item = board.item(board.meeting())
    paper = board.annex(item)
    user = board.seats["EFPIA"].user
    assert user is not None

    def seen() -> bool:
        return reading.visible_papers(user).filter(pk=paper.pk).exists()

    assert seen()
    conflict = board.conflict(item, "EFPIA")
    assert not seen()
    assert refusal(board.conflict, item, "EFPIA") == "EFPIA has declared one on this point, and it stands."
    own = Actor("The same person", roles.GOVERNANCE_OFFICER, user.pk)
    assert refusal(conflicts.lift, own, conflict, "Mine") == "It is your own, and nobody lifts the own conflict."
    conflicts.lift(SECRETARY, conflict, "Another company was meant")
    assert seen()
    conflict.refresh_from_db()
    assert conflict.lifted_because == "Another company was meant"


def test_conflict_binds_the_person_whatever_the_role(board: Board) -> None:
    item = board.item(board.meeting())
    paper = board.annex(item)
    user = board.seats["EFPIA"].user
    assert user is not None
    board.conflict(item, "EFPIA")
    user.role = "governance_officer"
    user.save()
    actor = Actor.of(user)
    assert not reading.visible_papers(user).filter(pk=paper.pk).exists()
    words = "You declared a conflict of interest on this point, so you neither vote on it nor record votes."
    assert refusal(votes.record, actor, item, {board.seats["COCIR"].pk: "yes"}) == words
    assert refusal(papers.add_paper, actor, item, papers.PaperWanted("More", "Text")) == words
    wanted = deciding.DecisionWanted(HELD_ON, conflicts_asked=True)
    assert refusal(deciding.decide, actor, item, wanted) == words


def test_delegate_acts_for_the_own_seat_alone(board: Board) -> None:
    item = board.item(board.meeting())
    cocir = board.delegate("COCIR")
    assert refusal(votes.cast, cocir, item, board.seats["EFPIA"].pk, "yes") == "That is not your seat."
    assert refusal(conflicts.declare, cocir, item, board.seats["EFPIA"].pk, "Theirs") == "That is not your seat."
    with pytest.raises(NotAllowed):
        votes.record(cocir, item, {board.seats["COCIR"].pk: "yes"})


def test_delegate_whose_seat_ended_sees_no_later_meeting_and_no_annex(board: Board) -> None:
    before, after = board.meeting(), board.meeting(dt.date(2024, 9, 1))
    paper = board.annex(board.item(before))
    groups.end_seat(SECRETARY, board.seats["EFPIA"], dt.date(2024, 6, 30), "Another follows")
    user = board.seats["EFPIA"].user
    assert user is not None
    assert [row.pk for row in reading.visible_meetings(user)] == [before.pk]
    assert not reading.visible_papers(user).filter(pk=paper.pk).exists()
    item = board.item(after)
    words = refusal(votes.cast, Actor.of(user), item, board.seats["EFPIA"].pk, "yes")
    assert words == "It is no seat of Governing Board on the day of the meeting."


def test_bloc_that_votes_as_one_takes_one_vote(board: Board) -> None:
    board.sit("Union's second", "union")
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "yes", "Union")
    words = refusal(votes.cast, board.delegate("Union's second"), item, board.seats["Union's second"].pk, "no")
    assert words == "The seats of the bloc union have one vote together, and yes is cast for it."
    votes.record(SECRETARY, item, {board.seats["Union"].pk: "no"}, "Both said no")
    found = board.state(item).outcome
    assert found is not None
    assert (found.units[0].standing, found.units[0].weight) == ("no", 50)


def test_changed_vote_is_a_new_row_and_the_last_one_counts(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "yes", "COCIR")
    board.vote(item, "abstain", "COCIR")
    assert [row.choice for row in Vote.objects.order_by("pk")] == ["yes", "abstain"]
    found = board.state(item).outcome
    assert found is not None
    assert {unit.name: unit.standing for unit in found.units}["COCIR"] == "abstain"


def test_own_vote_is_changed_by_the_secretary_only_with_a_reason_that_everybody_reads(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "no", "COCIR")
    cocir = board.seats["COCIR"]
    words = refusal(votes.record, SECRETARY, item, {cocir.pk: "yes"})
    assert words == "COCIR voted already, and you would change that."
    assert Message.objects.filter(purpose="vote changed").count() == 0
    (made,) = votes.record(SECRETARY, item, {cocir.pk: "yes"}, "He said so in the meeting")
    assert (made.is_recorded, made.instead_of, made.reason) == (True, "no", "He said so in the meeting")
    event, name = AuditEvent.objects.latest("pk"), f"COCIR ({cocir.pk})"
    assert (event.before, event.after, event.reason) == ({name: "no"}, {name: "yes"}, "He said so in the meeting")
    told = Message.objects.get(purpose="vote changed")
    assert (told.recipient, "from no to yes" in told.text, "He said so in the meeting" in told.text) == (
        "cocir@example.org",
        True,
        True,
    )
    rest = {board.seats[one].pk: "yes" for one in ("Union", "EFPIA", "EuropaBio", "MedTech Europe")}
    assert len(votes.record(SECRETARY, item, rest)) == 5 - 1
    decision = board.decide(item).decision
    assert decision is not None
    assert decision.grounds["changes"] == [
        {"seat": "COCIR", "from": "no", "to": "yes", "reason": "He said so in the meeting"}
    ]
    table = reasoning.of_decision(decision, shows_nature=False).votes
    assert table is not None
    assert table.note == "The secretary changed the vote of COCIR from no to yes: He said so in the meeting."


def test_vote_that_the_secretary_repeats_stays_the_own_one(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "yes", "COCIR")
    assert votes.record(SECRETARY, item, {board.seats["COCIR"].pk: "yes"}) == []
    assert not Vote.objects.get().is_recorded


def test_meeting_opens_on_its_day_and_closes_when_nothing_waits(board: Board) -> None:
    planned = board.meeting(dt.date(2999, 1, 1), is_open=False)
    assert refusal(meetings.open_meeting, SECRETARY, planned) == "It opens on 2999-01-01."
    meeting = board.meeting()
    item = board.item(meeting)
    words = refusal(meetings.close_meeting, SECRETARY, meeting)
    assert words == "Point 1, “Approve the work programme”, has no result."
    agenda.defer_item(SECRETARY, item, "Not ready")
    meetings.close_meeting(SECRETARY, meeting)
    words = refusal(board.item, meeting)
    assert words == "The meeting is closed; this is possible while it is planned, open."


def test_agenda_is_told_to_everybody_with_a_seat_once(board: Board) -> None:
    meeting = board.meeting()
    assert refusal(meetings.publish_agenda, SECRETARY, meeting) == "There is nothing on it yet."
    board.item(meeting)
    meetings.publish_agenda(SECRETARY, meeting)
    assert Message.objects.filter(purpose="agenda published").count() == 6
    words = refusal(meetings.publish_agenda, SECRETARY, meeting)
    assert words == "It is published already; points that are added now show at once."


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        (groups.SeatWanted(), "Nobody holds it."),
        (
            groups.SeatWanted(holder="X", bloc="moon"),
            "The scheme knows no such bloc here. Its blocs are union, members.",
        ),
        (
            groups.SeatWanted(Seat.Capacity.OBSERVER, holder="X", bloc="members"),
            "An observer has no vote, so it is of no bloc.",
        ),
        (groups.SeatWanted(holder="X", weight="3"), "A weight needs a bloc."),
        (
            groups.SeatWanted(holder="X", bloc="members", weight="much"),
            "The weight is no positive number or fraction, such as 12.5 or 25/2.",
        ),
        (
            groups.SeatWanted(holder="X", bloc="members", weight="51"),
            "The seats of the bloc members state 51 together, and the scheme gives it 50.",
        ),
    ],
)
def test_seat_that_does_not_fit_is_refused(board: Board, wanted: groups.SeatWanted, wrong: str) -> None:
    assert refusal(groups.add_seat, SECRETARY, board.group, wanted) == wrong


def test_stated_weights_decide(board: Board) -> None:
    for name, weight in (("EFPIA", "35"), ("COCIR", "5"), ("EuropaBio", "5"), ("MedTech Europe", "5")):
        seat = board.seats[name]
        wanted = groups.SeatWanted(organisation=seat.organisation, user=seat.user, bloc="members", weight=weight)
        groups.edit_seat(SECRETARY, seat, wanted)
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "yes", "Union", "EFPIA")
    found = board.state(item).outcome
    assert found is not None
    assert (found.yes, found.base, found.is_adopted) == (85, 100, True)


def test_seat_ends_with_its_group_at_the_latest(board: Board) -> None:
    seat, user = board.seats["COCIR"], board.seats["COCIR"].user
    assert user is not None
    assert (seat.last_on, [one.pk for one in seats.own(user)]) == (None, [seat.pk])
    board.group.until_on = dt.date(2021, 11, 29)
    board.group.save()
    seat.refresh_from_db()
    assert (seat.last_on, list(seats.own(user))) == (dt.date(2021, 11, 29), [])
