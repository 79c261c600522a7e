"""Boards in action: what a decision rests on, what is refused without it, and what of it stays in the register."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.boards import HELD_ON, SECRETARY, Board, known, proposed, refusal
from tests.books import FINANCE, Office, shipped
from tests.worlds import world

from cofund.actions.governance import agenda, conflicts, deciding, groups, meetings, votes
from cofund.actions.submissions import Typed, book
from cofund.queries import clock, decisions
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import AgendaItem, Certainty, Decision, Group, Meeting


@world
def board() -> Board:
    """The board of IHI."""
    return Board.of_ihi()


def test_decision_keeps_everything_that_it_rests_on(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.conflict(item, "EFPIA")
    board.vote(item, "yes", "Union", "COCIR", "EuropaBio")
    board.vote(item, "no", "MedTech Europe")
    decision = board.decide(item).decision
    assert decision is not None
    found = decision.grounds
    assert (decision.number, decision.decided_on, found["result"]) == ("IHI-GB-DEC-2024-01", HELD_ON, "adopted")
    assert (found["yes"], found["base"], found["share"], found["majority"]) == ("75", "175/2", "6/7", "3/4")
    assert [(one["name"], one["points"], one["standing"]) for one in found["votes"]] == [
        ("Union", "50", "yes"),
        ("COCIR", "25/2", "yes"),
        ("EFPIA", "25/2", "conflict"),
        ("EuropaBio", "25/2", "yes"),
        ("MedTech Europe", "25/2", "no"),
    ]
    assert [one["is_present"] for one in found["attendance"]] == [True] * 6
    assert [one["seat"] for one in found["conflicts"]] == ["EFPIA"]
    assert (found["quorum"]["is_reached"], found["scheme"], found["scheme_version"]) == (True, "ihi", "4")
    assert found["steps"][-1].startswith("75 of 87.5 points say yes, 85.7 %")


@pytest.mark.parametrize(
    ("asked", "attends", "wrong"),
    [
        (False, True, "It is not said that conflicts of interest were asked for."),
        (True, False, "It is not recorded of every seat with a vote whether it was there."),
    ],
)
def test_decision_without_what_it_rests_on_is_refused(board: Board, asked: bool, attends: bool, wrong: str) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    if attends:
        board.attend(meeting)
    assert refusal(board.decide, item, conflicts_asked=asked) == wrong


@pytest.mark.parametrize(
    ("on", "wrong"),
    [
        (dt.date(2024, 3, 4), "The meeting was held on 2024-03-05."),
        (dt.date(2999, 1, 1), "That day is still to come."),
    ],
)
def test_decision_on_another_day_is_refused(board: Board, on: dt.date, wrong: str) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    assert refusal(board.decide, item, on) == wrong


def test_point_without_a_quorum_is_deferred_and_gets_no_number(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting, "Union")
    board.vote(item, "yes", "EFPIA", "COCIR", "EuropaBio", "MedTech Europe")
    found = board.decide(item)
    assert (found.status, found.decision, Decision.objects.count()) == ("deferred", None, 0)
    assert "The bloc union does not take part, and has to." in found.minutes


def test_vote_that_fails_is_a_decision_too_and_nothing_is_booked_on_it(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "yes", "Union", "COCIR")
    board.vote(item, "no", "EFPIA", "EuropaBio", "MedTech Europe")
    found = board.decide(item)
    assert found.decision is not None
    assert (found.status, found.decision.grounds["result"]) == ("rejected", "rejected")
    typed = Typed(HELD_ON, "A test", decision=found.decision.number, decided_on=HELD_ON)
    words = refusal(book, FINANCE, "ihi", typed, lambda grounds: None, token="one")
    assert words == "The board decided it against the proposal: it was not adopted."


def test_point_is_not_decided_while_a_vote_of_who_was_there_is_missing(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting, "MedTech Europe")
    words = refusal(board.decide, item)
    assert words == "No vote is recorded of Union, COCIR, EFPIA, EuropaBio, who were there."
    board.conflict(item, "EFPIA")
    board.vote(item, "yes", "Union", "COCIR")
    assert refusal(board.decide, item) == "No vote is recorded of EuropaBio, who was there."
    board.vote(item, "abstain", "EuropaBio")
    found = board.decide(item)
    assert (found.status, Decision.objects.count()) == ("adopted", 1)


def test_consensus_is_recorded_as_such(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting, "MedTech Europe")
    found = board.decide(item, by_consensus=True)
    assert found.decision is not None
    assert (found.status, found.decision.grounds["manner"]) == ("adopted", "consensus")
    assert found.decision.grounds["steps"][-1] == (
        "Nobody objected: it is adopted by consensus, and no majority was counted."
    )


def test_consensus_is_refused_where_somebody_objects(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.vote(item, "no", "COCIR")
    assert refusal(board.decide, item, by_consensus=True) == "COCIR objected, as the votes are recorded."


def test_consensus_without_a_quorum_decides_nothing(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting, "Union")
    assert board.decide(item, by_consensus=True).status == "deferred"


def test_foundation_decides_by_its_own_rule_and_knows_no_consensus(db: None) -> None:
    office = Office.with_scheme(shipped("foundation"), "foundation")
    group = groups.add_group(SECRETARY, "foundation", groups.GroupWanted("Trustees", Group.Kind.BOARD))
    board = Board(office, group)
    for name in ("Ann", "Ben", "Cleo", "Dan"):
        board.sit(name, "trustees")
    meeting = board.meeting()
    first, second = board.item(meeting, "One"), board.item(meeting, "Two")
    board.attend(meeting, "Dan")
    board.vote(first, "yes", "Ann", "Ben")
    board.vote(first, "no", "Cleo")
    assert refusal(board.decide, second, by_consensus=True) == "The scheme decides by votes, not by consensus."
    found = board.decide(first).decision
    assert found is not None
    assert (found.number, found.grounds["share"], found.grounds["result"]) == (
        "FOUNDATION-GB-DEC-2024-01",
        "2/3",
        "adopted",
    )


def test_partner_or_topic_is_never_put_on_an_agenda_without_a_decision(board: Board) -> None:
    meeting = board.meeting()
    wanted = agenda.ItemWanted(AgendaItem.Kind.APPLICATION, "A partner", needs_decision=False)
    words = refusal(agenda.put_on_agenda, SECRETARY, meeting, wanted)
    assert words == "A partner or a topic is never approved without a decision."
    item = board.item(meeting)
    words = refusal(agenda.conclude_item, SECRETARY, item, is_supported=True, minutes="Fine")
    assert words == "It needs a decision with a number, a quorum and a majority."


def test_group_that_advises_decides_nothing(board: Board) -> None:
    panel = groups.add_group(SECRETARY, "ihi", groups.GroupWanted("Panel", Group.Kind.PANEL))
    wanted = meetings.MeetingWanted("First", Meeting.Procedure.ORDINARY, HELD_ON)
    meeting = meetings.open_meeting(SECRETARY, known(meetings.add_meeting(SECRETARY, panel, wanted)))
    words = refusal(agenda.put_on_agenda, SECRETARY, meeting, agenda.ItemWanted(AgendaItem.Kind.OTHER, "A plan"))
    assert words == "Panel has no rule by which it decides; only the board of a programme has."
    point = agenda.ItemWanted(AgendaItem.Kind.OTHER, "A plan", needs_decision=False)
    item = agenda.put_on_agenda(SECRETARY, meeting, point)
    agenda.conclude_item(SECRETARY, item, is_supported=True, minutes="Well argued")
    item.refresh_from_db()
    assert (item.status, item.minutes, Decision.objects.count()) == ("adopted", "Well argued", 0)


def test_topic_that_was_never_proposed_is_put_on_no_agenda_for_adoption(board: Board) -> None:
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adopt T1", topic=board.office.topic("T1"))
    words = refusal(agenda.put_on_agenda, SECRETARY, board.meeting(), wanted)
    assert words == "T1 is being drafted, and not proposed to the board."


def test_topic_waits_on_one_agenda_only(board: Board) -> None:
    topic = board.office.topic("T1")
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adopt T1", topic=proposed(topic))
    item = agenda.put_on_agenda(SECRETARY, board.meeting(), wanted)
    later = board.meeting(dt.date(2024, 6, 1))
    assert refusal(agenda.put_on_agenda, SECRETARY, later, wanted).startswith("It is on the agenda already: point 1")
    agenda.defer_item(SECRETARY, item, "Not ready")
    assert agenda.put_on_agenda(SECRETARY, later, wanted).number == 1


def test_written_procedure_waits_for_its_last_day_or_for_every_vote(board: Board) -> None:
    meeting = board.written()
    item = board.item(meeting)
    today = clock.today()
    board.vote(item, "yes", "Union", "EFPIA", "COCIR", "EuropaBio")
    words = refusal(board.decide, item, today)
    assert (
        words == f"Votes are taken until {meeting.held_on.isoformat()}, and 1 of the seats have not voted themselves."
    )
    board.conflict(item, "MedTech Europe")
    found = board.decide(item, today).decision
    assert found is not None
    assert (found.grounds["procedure"], found.grounds["share"]) == ("written", "1")
    assert [one["is_present"] for one in found.grounds["attendance"]] == [True] * 5 + [False]


def test_written_procedure_takes_no_vote_after_its_last_day(board: Board) -> None:
    meeting = board.written()
    item = board.item(meeting)
    over = clock.today() - dt.timedelta(days=1)
    Meeting.objects.filter(pk=meeting.pk).update(held_on=over, opens_on=over)
    words = refusal(votes.cast, board.delegate("COCIR"), item, board.seats["COCIR"].pk, "yes")
    assert words == f"Votes were taken from {over.isoformat()} to {over.isoformat()}."
    late = {board.seats["COCIR"].pk: "yes"}
    assert refusal(votes.record, SECRETARY, item, late) == "It is not said where these votes come from."
    assert [row.choice for row in votes.record(SECRETARY, item, late, "Letter of the same day")] == ["yes"]


def test_written_procedure_is_not_closed_early_by_votes_that_the_secretary_typed(board: Board) -> None:
    meeting = board.written()
    item = board.item(meeting)
    board.vote(item, "yes", "Union", "EFPIA", "COCIR", "EuropaBio")
    votes.record(SECRETARY, item, {board.seats["MedTech Europe"].pk: "yes"}, "E-mail of today")
    words = refusal(board.decide, item, clock.today())
    assert words.endswith("and 1 of the seats have not voted themselves.")
    board.vote(item, "yes", "MedTech Europe")
    assert board.decide(item, clock.today()).decision is not None


def test_numbers_follow_the_pattern_of_the_register(board: Board) -> None:
    for number, on in (
        ("IHI-GB-DEC-2023-11", "2023-12-01"),
        ("IHI-GB-DEC-2024-06", "2024-02-01"),
        ("D-1", "2024-02-02"),
    ):
        Decision.objects.create(
            scheme=board.office.row, number=number, decided_on=dt.date.fromisoformat(on), title="Earlier"
        )
    assert decisions.suggested_number(board.group, HELD_ON) == "IHI-GB-DEC-2024-07"
    assert decisions.suggested_number(board.group, dt.date(2025, 1, 9)) == "IHI-GB-DEC-2025-01"
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    words = refusal(board.decide, item, by_consensus=True, number="IHI-GB-DEC-2024-06")
    assert words == "The register has a decision of this number."
    found = board.decide(item, by_consensus=True, number="Own-7")
    assert found.decision is not None
    assert found.decision.number == "Own-7"


def test_decision_of_an_assumed_meeting_is_assumed(board: Board) -> None:
    meeting = board.meeting()
    Meeting.objects.filter(pk=meeting.pk).update(certainty=Certainty.ASSUMED)
    item = board.item(meeting)
    board.attend(meeting)
    found = board.decide(item, by_consensus=True).decision
    assert found is not None
    assert found.certainty == Certainty.ASSUMED


def test_decision_is_published_once_and_only_where_the_scheme_publishes(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    decision = board.decide(item, by_consensus=True).decision
    assert decision is not None
    assert not decisions.published("ihi").exists()
    deciding.publish(SECRETARY, decision)
    assert [row.number for row in decisions.published("ihi")] == [decision.number]
    assert refusal(deciding.publish, SECRETARY, decision) == "It is published already."


def test_every_write_leaves_its_audit_row(board: Board) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.annex(item)
    meetings.publish_agenda(SECRETARY, meeting)
    board.attend(meeting)
    conflict = board.conflict(item, "EFPIA")
    conflicts.lift(SECRETARY, conflict, "A mistake")
    board.vote(item, "yes", "Union", "COCIR", "EFPIA", "EuropaBio", "MedTech Europe")
    decision = board.decide(item).decision
    assert decision is not None
    deciding.publish(SECRETARY, decision)
    meetings.close_meeting(SECRETARY, meeting)
    found = list(AuditEvent.objects.filter(subject__startswith="ihi/").order_by("pk").values_list("action", flat=True))
    assert found[found.index("add meeting") :] == [
        "add meeting",
        "open meeting",
        "put on agenda",
        "add paper",
        "publish agenda",
        "record attendance",
        "declare conflict",
        "lift conflict",
        *["cast vote"] * 5,
        "record decision",
        "decide item",
        "publish decision",
        "close meeting",
    ]
