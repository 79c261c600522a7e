"""Votes: of whoever holds a seat, and those that the secretary records from the minutes. A changed vote is a new row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cofund.actions import audit, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import guards
from cofund.actions.locks import writing
from cofund.queries import ballots, clock, groups, seats
from cofund.queries.ballots import MeetingState
from cofund.records.programme.models import AgendaItem, Meeting, Seat, Vote
from cofund.rules.voting import CHOICES

VOTE_CHANGED = "vote changed"


def cast(actor: Actor, item: AgendaItem, seat_id: int, choice: str, *, at: datetime | None = None) -> Vote:
    """Cast the vote of the own seat, or that of the own organisation; until the point is decided, the last one counts.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the seat is not the person's own, has no vote or a conflict, was absent, or votes are not taken now.
    """
    actor.require("cast vote")
    asked = f"You asked to vote on “{item.title}”."
    instant = at or clock.now()
    with writing():
        row = guards.locked_item(item.pk, "cast vote", asked)
        seat = guards.seat_on(row, seat_id, asked)
        if not seats.may_speak(actor.user_id, seat):
            raise Refused(asked=asked, wrong="That is not your seat.", remedy="Vote for your own seat.", field="seat")
        guards.refuse_conflicted(actor, row, asked)
        _check_time(row.meeting, asked)
        state = ballots.state_of(row.meeting)
        _check(state, row, seat, choice, asked)
        return _write(actor, "cast vote", row, {seat: choice}, instant, state.one(row.pk).votes)[0]


def record(
    actor: Actor, item: AgendaItem, choices: Mapping[int, str], reason: str = "", *, at: datetime | None = None
) -> list[Vote]:
    """Record the votes of seats as the minutes, or the answers in a written procedure, have them.

    A bloc that votes as one has one vote: what is recorded for one of its seats holds for those without a conflict. What a seat
    voted itself is replaced only with a reason; everybody who reads the votes reads it, and whoever speaks for the seat is told.
    What is recorded in writing needs its evidence, as the reason.

    Raises:
        NotAllowed: the role does not include it.
        Refused: a seat has no vote or a conflict, was absent, the point is decided, or a reason is missing.
    """
    actor.require("record votes")
    asked = f"You asked to record votes on “{item.title}”."
    instant = at or clock.now()
    with writing():
        row = guards.locked_item(item.pk, "record votes", asked)
        guards.refuse_conflicted(actor, row, asked)
        state = ballots.state_of(row.meeting)
        wanted: dict[Seat, str] = {}
        for seat_id, choice in choices.items():
            seat = guards.seat_on(row, seat_id, asked)
            _check(state, row, seat, choice, asked, is_whole_bloc=True)
            wanted |= dict.fromkeys(_with_bloc(state, row, seat), choice)
        standing = state.one(row.pk).votes
        # What a seat cast itself stays its own where nothing changes.
        kept = {key: vote.choice for key, vote in standing.items() if not vote.is_recorded}
        wanted = {seat: choice for seat, choice in wanted.items() if kept.get(seat.pk) != choice}
        _check_reason(row.meeting, wanted, standing, reason, asked)
        made = _write(actor, "record votes", row, wanted, instant, standing, reason.strip(), is_recorded=True)
        _tell(row, [vote for vote in made if _is_own(standing.get(vote.seat_id))], instant)
        return made


def _is_own(vote: Vote | None) -> bool:
    """Whether a seat cast its vote itself."""
    return vote is not None and not vote.is_recorded


def _check_reason(
    meeting: Meeting, wanted: Mapping[Seat, str], standing: Mapping[int, Vote], reason: str, asked: str
) -> None:
    """Refuse to replace what somebody voted, or to record what came in writing, without a reason."""
    if reason.strip() or not wanted:
        return
    own = [groups.name_of(seat) for seat in wanted if _is_own(standing.get(seat.pk))]
    if own:
        raise Refused(
            asked=asked,
            wrong=f"{', '.join(own)} voted already, and you would change that.",
            remedy="Say why, for everybody who reads the votes; or leave it as it was cast.",
            field="reason",
        )
    if meeting.procedure == Meeting.Procedure.WRITTEN:
        wrong = "It is not said where these votes come from."
        remedy = "Name the evidence: the letter or e-mail in which each of them answered, with its day."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="reason")


def _tell(item: AgendaItem, changed: list[Vote], at: datetime) -> None:
    """Write to whoever speaks for a seat whose own vote was replaced."""
    meeting = item.meeting
    for vote in changed:
        words = f"{vote.get_instead_of_display().lower()} to {vote.get_choice_display().lower()}"
        text = (
            f"{vote.cast_by} changed the vote of {groups.name_of(vote.seat)} on “{item.title}” ({meeting.title}) from {words}.\n\n"
            f"Why: {vote.reason}\n\n"
            "If this is wrong, sign in and vote again before the point is decided, or tell the secretary of the group.\n"
        )
        for person in seats.people_of(meeting.group, meeting.held_on, vote.seat_id):
            key = f"{VOTE_CHANGED}/{vote.pk}/{person.pk}"
            messages.write(VOTE_CHANGED, person.email, f"Your vote was changed: {item.title}", text, key=key, at=at)


def _check_time(meeting: Meeting, asked: str) -> None:
    """Refuse a vote in writing outside of its days."""
    today = clock.today()
    if meeting.procedure != Meeting.Procedure.WRITTEN:
        return
    if today > meeting.held_on or (meeting.opens_on is not None and today < meeting.opens_on):
        first = meeting.opens_on.isoformat() if meeting.opens_on else "its opening"
        wrong = f"Votes were taken from {first} to {meeting.held_on.isoformat()}."
        raise Refused(asked=asked, wrong=wrong, remedy="Tell the secretary of the group.")


def _check(
    state: MeetingState, item: AgendaItem, seat: Seat, choice: str, asked: str, *, is_whole_bloc: bool = False
) -> None:
    """Refuse a vote that does not count."""
    name = groups.name_of(seat)
    if choice not in CHOICES:
        raise Refused(asked=asked, wrong="That is no vote.", remedy="Choose yes, no or abstain.", field="choice")
    if not item.needs_decision or not ballots.has_vote(seat, state.rule):
        wrong = f"{name} has no vote here." if item.needs_decision else "Nothing is voted on in this point."
        raise Refused(
            asked=asked, wrong=wrong, remedy="Observers and advisers say their view in the meeting.", field="seat"
        )
    if state.one(item.pk).conflict_of(seat) is not None:
        wrong = f"{name} has a conflict of interest on this point, which counts as an abstention."
        raise Refused(asked=asked, wrong=wrong, remedy="Leave its vote out.", field="seat")
    was_there = state.attendance.get(seat.pk)
    if state.meeting.procedure != Meeting.Procedure.WRITTEN and was_there is not None and not was_there.is_present:
        wrong = f"{name} is recorded as absent."
        raise Refused(asked=asked, wrong=wrong, remedy="Correct the attendance first.", field="seat")
    if not is_whole_bloc:
        _check_bloc(state, item, seat, choice, asked)


def _check_bloc(state: MeetingState, item: AgendaItem, seat: Seat, choice: str, asked: str) -> None:
    """Refuse a vote that differs from that of another seat of a bloc with one vote."""
    if state.rule is None or seat.bloc not in state.rule.indivisible:
        return
    found = state.one(item.pk)
    for other in state.voting:
        vote = found.votes.get(other.pk)
        if other.bloc == seat.bloc and other.pk != seat.pk and vote is not None and vote.choice != choice:
            if found.conflict_of(other) is not None:
                continue
            said = vote.get_choice_display().lower()
            wrong = f"The seats of the bloc {seat.bloc} have one vote together, and {said} is cast for it."
            raise Refused(
                asked=asked,
                wrong=wrong,
                remedy="Agree within the bloc; the secretary records its one vote.",
                field="choice",
            )


def _with_bloc(state: MeetingState, item: AgendaItem, seat: Seat) -> list[Seat]:
    """The seats that a recorded vote holds for: the seat, or all of its bloc that may vote where it votes as one."""
    if state.rule is None or seat.bloc not in state.rule.indivisible:
        return [seat]
    found = state.one(item.pk)
    return [one for one in state.voting if one.bloc == seat.bloc and found.conflict_of(one) is None]


def _write(
    actor: Actor,
    action: str,
    item: AgendaItem,
    wanted: Mapping[Seat, str],
    at: datetime,
    standing: Mapping[int, Vote],
    reason: str = "",
    *,
    is_recorded: bool = False,
) -> list[Vote]:
    """Write votes, with one audit row that says what stood before."""
    rows = [
        Vote.objects.create(
            item=item,
            seat=seat,
            choice=choice,
            cast_by=actor.name,
            cast_at=at,
            is_recorded=is_recorded,
            instead_of=_instead_of(standing.get(seat.pk), choice) if is_recorded else "",
            reason=reason,
        )
        for seat, choice in wanted.items()
    ]
    names = {row.seat_id: f"{groups.name_of(row.seat)} ({row.seat_id})" for row in rows}
    before = {names[key]: vote.choice for key, vote in standing.items() if key in names}
    after = {names[row.seat_id]: row.choice for row in rows}
    subject = f"{item.meeting.group.scheme.code}/meeting/{item.meeting_id}/item/{item.pk}"
    audit.record(actor, action, subject, at=at, before=before or None, after=after, reason=reason)
    return rows


def _instead_of(before: Vote | None, choice: str) -> str:
    """The vote that the seat cast itself and that does not stand any more; empty where it cast none, or the same."""
    if before is None:
        return ""
    own = before.instead_of if before.is_recorded else before.choice
    return own if own != choice else ""
