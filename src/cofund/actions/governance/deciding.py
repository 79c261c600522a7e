"""Decisions: the votes and the scheme's rule make the result, and everything that it rests on is kept with its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cofund.actions import audit, confirmations
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import guards
from cofund.actions.governance.grounds import grounds_of
from cofund.actions.locks import writing
from cofund.queries import ballots, clock, decisions, objections
from cofund.queries.ballots import ItemState, MeetingState
from cofund.records.programme.models import AgendaItem, Decision, Meeting
from cofund.rules import voting


@dataclass(frozen=True, slots=True)
class DecisionWanted:
    """A decision as the secretary records it. `number` empty: the next one of the register.

    `conflicts_asked` says that conflicts of interest were asked for before the point; the list of them may be empty, but nobody
    decides without having asked. `by_consensus`: nobody objected, and no votes were counted.
    """

    decided_on: date
    number: str = ""
    title: str = ""
    text: str = ""
    minutes: str = ""
    by_consensus: bool = False
    conflicts_asked: bool = False


def decide(actor: Actor, item: AgendaItem, wanted: DecisionWanted, *, at: datetime | None = None) -> AgendaItem:
    """Decide a point as its votes and the rule of the scheme have it: adopted or not adopted with a number, or deferred.

    Without a quorum nothing is decided: the point is deferred and gets no number. It books nothing.

    Raises:
        NotAllowed: the role does not include it.
        Refused: attendance, conflicts, or votes without a consensus are not recorded, the number is taken, the day cannot be,
            or somebody objects to a consensus.

    Source: Regulation (EU) 2021/2085, Article 16.
    """
    actor.require("decide item")
    asked = f"You asked to decide “{item.title}”."
    instant = at or clock.now()
    with writing():
        row = guards.locked_item(item.pk, "decide item", asked)
        guards.refuse_conflicted(actor, row, asked)
        meeting = ballots.state_of(row.meeting)
        state = meeting.one(row.pk)
        outcome = _checked(meeting, state, wanted, asked)
        if not outcome.quorum.is_reached:
            return _deferred(actor, row, outcome, wanted, instant)
        if wanted.by_consensus:
            _check_consensus(meeting, outcome, asked)
        else:
            _check_votes(meeting, outcome, asked)
        is_adopted = wanted.by_consensus or outcome.is_adopted
        decision = _decision(actor, meeting, state, outcome, wanted, instant, is_adopted=is_adopted)
        confirmations.keep_with(decision, objections.of_item(row))
        row.status = AgendaItem.Status.ADOPTED if is_adopted else AgendaItem.Status.REJECTED
        row.decision, row.minutes = decision, wanted.minutes.strip()
        row.save(update_fields=["status", "decision", "minutes"])
        _audit(actor, "decide item", row, instant, {"status": row.status, "decision": decision.number})
        return row


def publish(actor: Actor, decision: Decision, *, at: datetime | None = None) -> Decision:
    """Publish a decision with its reasoning, where the scheme publishes decisions.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is published, or the scheme publishes no decisions.
    """
    actor.require("publish decision")
    asked = f"You asked to publish decision {decision.number}."
    instant = at or clock.now()
    with writing():
        row = Decision.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=decision.pk)
        if row.published_at is not None:
            raise Refused(asked=asked, wrong="It is published already.", remedy="Nothing is left to do.")
        if not decisions.publishes(row.scheme.code, "decision"):
            wrong = f"{row.scheme.name} publishes no decisions, as its rules say."
            raise Refused(asked=asked, wrong=wrong, remedy="Leave it in the register of the office.")
        row.published_at = instant
        row.save(update_fields=["published_at"])
        subject = f"{row.scheme.code}/decision/{row.number}"
        audit.record(actor, "publish decision", subject, at=instant, after={"published_at": instant.isoformat()})
        return row


def _checked(meeting: MeetingState, state: ItemState, wanted: DecisionWanted, asked: str) -> voting.Outcome:
    """Give the outcome, once everything that a decision rests on is recorded (INV-13)."""
    if not state.item.needs_decision or state.outcome is None:
        wrong = state.problem or "It needs no decision, so it has no votes."
        raise Refused(
            asked=asked, wrong=wrong, remedy="Correct the seats of the group, or conclude the point in words."
        )
    if not wanted.conflicts_asked:
        wrong = "It is not said that conflicts of interest were asked for."
        remedy = "Ask for them before the point is decided, and record those that are declared."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="conflicts_asked")
    if not meeting.is_attendance_complete:
        wrong = "It is not recorded of every seat with a vote whether it was there."
        raise Refused(asked=asked, wrong=wrong, remedy="Record the attendance first.")
    _check_day(meeting, state, wanted, asked)
    return state.outcome


def _check_day(meeting: MeetingState, state: ItemState, wanted: DecisionWanted, asked: str) -> None:
    """Refuse a day before the meeting or still to come, and a written procedure that is not over."""
    row = meeting.meeting
    guards.check_day(wanted.decided_on, clock.today(), asked, field="decided_on")
    is_written = row.procedure == Meeting.Procedure.WRITTEN
    first = row.opens_on if is_written and row.opens_on is not None else row.held_on
    if wanted.decided_on < first:
        wrong = f"The {'procedure opened' if is_written else 'meeting was held'} on {first.isoformat()}."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter that day or a later one.", field="decided_on")
    if not is_written or wanted.decided_on > row.held_on:
        return
    # What the secretary typed ends nothing early: until the last day, the seat may still say something else.
    own = {seat_id for seat_id, vote in state.votes.items() if not vote.is_recorded}
    waiting = [seat for seat in meeting.voting if seat.pk not in own and state.conflict_of(seat) is None]
    if waiting and clock.today() <= row.held_on:
        wrong = f"Votes are taken until {row.held_on.isoformat()}, and {len(waiting)} of the seats have not voted themselves."
        raise Refused(asked=asked, wrong=wrong, remedy="Wait until that day is over, or until all have voted.")


def _check_votes(meeting: MeetingState, outcome: voting.Outcome, asked: str) -> None:
    """Refuse while somebody who is there, and free to vote, has no vote recorded. To abstain is to vote.

    A bloc that votes as one needs one vote. In writing, who says nothing takes no part.
    """
    silent = [unit.name for unit in outcome.units if unit.standing == voting.SILENT]
    if not silent:
        return
    remedy = "Record how each of them voted; who said neither yes nor no abstained."
    if meeting.rule is not None and meeting.rule.consensus_first:
        remedy += " Where nobody objected, decide by consensus instead."
    wrong = f"No vote is recorded of {', '.join(silent)}, who {'was' if len(silent) == 1 else 'were'} there."
    raise Refused(asked=asked, wrong=wrong, remedy=remedy)


def _check_consensus(meeting: MeetingState, outcome: voting.Outcome, asked: str) -> None:
    """Refuse a consensus that the scheme does not know, or to which somebody objects."""
    remedy = "Record the votes and decide by them."
    if meeting.rule is None or not meeting.rule.consensus_first:
        wrong = "The scheme decides by votes, not by consensus."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="by_consensus")
    if outcome.objectors:
        wrong = f"{', '.join(outcome.objectors)} objected, as the votes are recorded."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="by_consensus")


def _deferred(
    actor: Actor, row: AgendaItem, outcome: voting.Outcome, wanted: DecisionWanted, at: datetime
) -> AgendaItem:
    """Defer a point for want of a quorum."""
    words = " ".join(("There was no quorum, so nothing was decided.", *outcome.quorum.reasons))
    row.status, row.minutes = AgendaItem.Status.DEFERRED, f"{words} {wanted.minutes.strip()}".strip()
    row.save(update_fields=["status", "minutes"])
    _audit(actor, "decide item", row, at, {"status": row.status}, reason=words)
    return row


def _decision(
    actor: Actor,
    meeting: MeetingState,
    state: ItemState,
    outcome: voting.Outcome,
    wanted: DecisionWanted,
    at: datetime,
    *,
    is_adopted: bool,
) -> Decision:
    """Write the decision with its number and its grounds."""
    group = meeting.meeting.group
    number = wanted.number.strip() or decisions.suggested_number(group, wanted.decided_on)
    if Decision.objects.filter(scheme=group.scheme, number=number).exists():
        raise Refused(
            asked=f"You asked to record decision {number}.",
            wrong="The register has a decision of this number.",
            remedy=f"The next one is {decisions.suggested_number(group, wanted.decided_on)}.",
            field="number",
        )
    decision = Decision.objects.create(
        scheme=group.scheme,
        number=number,
        decided_on=wanted.decided_on,
        title=(wanted.title.strip() or state.item.title)[:300],
        group=group,
        text=wanted.text.strip() or state.item.proposal,
        grounds=grounds_of(meeting, state, outcome, is_adopted=is_adopted, by_consensus=wanted.by_consensus),
        certainty=meeting.meeting.certainty,
    )
    after = {"decided_on": wanted.decided_on.isoformat(), "title": decision.title, "result": decision.grounds["result"]}
    audit.record(actor, "record decision", f"{group.scheme.code}/decision/{number}", at=at, after=after)
    return decision


def _audit(actor: Actor, action: str, item: AgendaItem, at: datetime, after: dict[str, Any], reason: str = "") -> None:
    subject = f"{item.meeting.group.scheme.code}/meeting/{item.meeting_id}/item/{item.pk}"
    audit.record(actor, action, subject, at=at, after=after, reason=reason)
