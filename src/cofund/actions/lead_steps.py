"""Moves a lead from stage to stage, and logs what was said with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.leads import check_day, locked, record_step, subject
from cofund.actions.locks import writing
from cofund.queries import clock, leads
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Certainty, Exchange, Lead, Topic
from cofund.rules.lifecycles import LEAD


@dataclass(frozen=True, slots=True)
class LeadMove:
    """A step of a lead: what is done, on which day, and why.

    `topic` is what was found for it; `next_step` and its day replace what was planned where they are given.
    """

    action: str
    on: date | None = None
    reason: str = ""
    topic: Topic | None = None
    next_step: str = ""
    next_step_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewExchange:
    """A call, a letter, a meeting or a note about a lead. `by_office` tells who approached whom."""

    channel: str
    summary: str
    on: date | None = None
    by_office: bool = True
    source_url: str = ""
    certainty: str = Certainty.RECORDED


def move_lead(actor: Actor, reference: str, move: LeadMove, *, at: datetime | None = None) -> Lead:
    """Do a step of a lead's life, with its row in the history and its audit row.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no such lead, its stage does not allow the step, the day is before the last step or still to come, or what
            the step needs is missing: a topic or idea, a reason.
    """
    actor.require(move.action)
    instant = at or clock.now()
    with writing():
        row = locked(reference)
        asked = f"You asked to {move.action.replace('lead', reference)}."
        step = LEAD.step(move.action)
        if row.stage not in step.starts_from:
            wrong = f"It stands in “{row.get_stage_display()}”; this starts from: {LEAD.in_words(step.starts_from)}."
            remedy = "Somebody may have moved it since you opened the page. Look at it again."
            raise Refused(asked=asked, wrong=wrong, remedy=remedy)
        on = move.on or max(timezone.localdate(instant), row.stage_since_on)
        check_day(asked, on, instant, "on")
        if on < row.stage_since_on:
            wrong = f"It has stood in its stage since {row.stage_since_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Enter that day or a later one.", field="on")
        _check_needs(asked, row, move)
        _take(actor, row, step.to, on, move, instant)
        return row


def follow_application(actor: Actor, lead: Lead, move: LeadMove, at: datetime) -> None:
    """Do the step of a lead that follows from its application; the caller holds the transaction and has asked for the right.

    A lead that stands where the step leads to, or that somebody has moved elsewhere since, stays as it is.
    """
    row = locked(lead.reference)
    step = LEAD.step(move.action)
    if row.stage != step.to and row.stage in step.starts_from:
        _take(actor, row, step.to, max(timezone.localdate(at), row.stage_since_on), move, at)


def log_exchange(actor: Actor, reference: str, wanted: NewExchange, *, at: datetime | None = None) -> Exchange:
    """Log an exchange with a lead: it shows on the lead, with its organisation, and in the log of whom the office approached.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no such lead, nothing is said, or the day is still to come.
    """
    actor.require("log exchange with lead")
    instant = at or clock.now()
    with writing():
        return write_exchange(actor, locked(reference), wanted, instant)


def write_exchange(actor: Actor, lead: Lead, wanted: NewExchange, at: datetime) -> Exchange:
    """Write an exchange with its audit row; the caller has asked for the right to do so.

    Raises:
        Refused: nothing is said, the channel is none, or the day is still to come.
    """
    asked = f"You asked to log an exchange with {lead.reference}."
    on = wanted.on or timezone.localdate(at)
    check_day(asked, on, at, "on")
    if not wanted.summary.strip() or wanted.channel not in Exchange.Channel.values:
        wrong = "An exchange has a channel, and says what it was about."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter both.", field="summary")
    made = Exchange.objects.create(
        organisation=lead.organisation,
        lead=lead,
        channel=wanted.channel,
        on=on,
        summary=wanted.summary.strip(),
        by_office=wanted.by_office,
        recorded_by=actor.name,
        recorded_at=at,
        source_url=wanted.source_url,
        certainty=wanted.certainty,
    )
    after = {"on": on.isoformat(), "channel": str(wanted.channel), "by_office": wanted.by_office}
    audit.record(
        actor,
        "log exchange with lead",
        subject(lead),
        at=at,
        after=after,
        reason=made.summary,
        evidence=wanted.source_url,
    )
    return made


def _check_needs(asked: str, row: Lead, move: LeadMove) -> None:
    """Refuse a step without what it needs.

    Raises:
        Refused: with `field` topic or reason.
    """
    if move.topic is not None and move.topic.scheme_id != row.scheme_id:
        wrong = f"{move.topic.code} is of another programme."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose a topic of its own programme.", field="topic")
    if move.topic is not None and move.topic.status == Topic.Status.DROPPED:
        wrong = f"{move.topic.code} was dropped."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose another topic.", field="topic")
    if move.action == "find topic for lead" and not (move.topic or row.topic_id or row.idea_id):
        wrong = "No topic is chosen, and the lead has neither topic nor idea."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose the topic that fits.", field="topic")
    if move.action in ("lose lead", "rest lead", "reopen lead") and not move.reason.strip():
        wrong = "It does not say why."
        raise Refused(asked=asked, wrong=wrong, remedy="Say why, for those who look later.", field="reason")
    if row.stage == Lead.Stage.CONVERTED and (stands := leads.standing(row)):
        wrong = f"What came of it still stands: {', '.join(stands)}."
        remedy = "Open another lead for more, or take it up again once that is withdrawn."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy)
    if move.action == "convert lead" and not move.reason.strip() and not _came_of_it(row):
        wrong = "Neither an approved application nor a contribution to its topic came of it yet."
        remedy = "Record the contribution first, or say what it became."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="reason")


def _came_of_it(row: Lead) -> bool:
    """Whether something of a lead stands in the books or was approved."""
    approved = (Application.Status.APPROVED, Application.Status.CONDITIONAL)
    return bool(leads.contributions(row)) or Application.objects.filter(lead=row, status__in=approved).exists()


def _take(actor: Actor, row: Lead, stage: str, on: date, move: LeadMove, at: datetime) -> None:
    """Take a step that is checked: the lead, its row in the history and its audit row."""
    before = {"stage": row.stage, "since": row.stage_since_on.isoformat()}
    _apply(row, stage, on, move)
    record_step(actor, row, on, move.reason, at)
    after = {"stage": row.stage, "since": on.isoformat(), "topic": row.topic.code if row.topic else None}
    audit.record(actor, move.action, subject(row), at=at, before=before, after=after, reason=move.reason)


def _apply(row: Lead, stage: str, on: date, move: LeadMove) -> None:
    """Put the lead into its new stage, and keep what was planned or found with the step."""
    row.stage, row.stage_since_on = stage, on
    row.topic = move.topic or row.topic
    # The reason of a loss goes when the lead is taken up again; the history keeps it.
    row.lost_reason = move.reason.strip() if stage == Lead.Stage.LOST else ""
    is_closed = stage in (Lead.Stage.LOST, Lead.Stage.CONVERTED)
    if move.next_step or move.next_step_on or is_closed:
        row.next_step, row.next_step_on = move.next_step, move.next_step_on
    row.save(update_fields=["stage", "stage_since_on", "topic", "lost_reason", "next_step", "next_step_on"])
