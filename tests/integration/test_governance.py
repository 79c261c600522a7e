"""Boards in action: what a decision rests on, what is refused without it, and what of it stays in the register."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.boards import HELD_ON, SECRETARY, Board
from tests.books import FINANCE, Office, shipped

from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.governance import agenda, conflicts, deciding, groups, meetings, papers, votes
from cofund.actions.submissions import Typed, book
from cofund.queries import clock, decisions
from cofund.queries import meetings as reading
from cofund.records.directory.models import AuditEvent, Message
from cofund.records.programme.models import AgendaItem, Certainty, Decision, Group, Meeting, Seat, Vote
from cofund.rules import roles


@pytest.fixture
def board(db: None) -> Board:
    """The board of IHI."""
    return Board.of_ihi()


def refusal(call: object, *args: object, **kwargs: object) -> str:
    """What an action says is wrong; it has to refuse and to write nothing."""
    before = (AuditEvent.objects.count(), Decision.objects.count(), Vote.objects.count())
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)  # type: ignore[operator]
    assert (AuditEvent.objects.count(), Decision.objects.count(), Vote.objects.count()) == before
    return found.value.wrong


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
    assert (found["quorum"]["is_reached"], found["scheme"], found["scheme_version"]) == (True, "ihi", "1")
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
    meeting = meetings.open_meeting(SECRETARY, meetings.add_meeting(SECRETARY, panel, wanted))
    words = refusal(agenda.put_on_agenda, SECRETARY, meeting, agenda.ItemWanted(AgendaItem.Kind.OTHER, "A plan"))
    assert words == "Panel has no rule by which it decides; only the board of a programme has."
    point = agenda.ItemWanted(AgendaItem.Kind.OTHER, "A plan", needs_decision=False)
    item = agenda.put_on_agenda(SECRETARY, meeting, point)
    agenda.conclude_item(SECRETARY, item, is_supported=True, minutes="Well argued")
    item.refresh_from_db()
    assert (item.status, item.minutes, Decision.objects.count()) == ("adopted", "Well argued", 0)


def test_topic_waits_on_one_agenda_only(board: Board) -> None:
    topic = board.office.topic("T1")
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adopt T1", topic=topic)
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
    assert words == f"Votes are taken until {meeting.held_on.isoformat()}, and 1 of the seats have not voted."
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
    assert [row.choice for row in votes.record(SECRETARY, item, {board.seats["COCIR"].pk: "yes"})] == ["yes"]


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
    votes.record(SECRETARY, item, {board.seats["Union"].pk: "no"})
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
    board.vote(item, "yes", "Union", "COCIR", "EFPIA")
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
        *["cast vote"] * 3,
        "record decision",
        "decide item",
        "publish decision",
        "close meeting",
    ]
