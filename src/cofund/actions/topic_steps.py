"""Moves a topic on: to drafting, back for revision, before the board, adopted, without an award, dropped; and plans it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cofund.actions import audit, confirmations, decided, targets, topic_checks, topic_states
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.decided import Stated
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, consultations, contributions, objections, points, schemes
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.programme.models import Call, Topic
from cofund.rules.consortium_plan import action_types
from cofund.rules.lifecycle_topics import TOPIC


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned for a topic, and what it is about in our own words."""

    call: Call | None = None
    # One of `rules.consortium_plan.action_types`.
    action_type: str = ""
    adoption_planned_on: date | None = None
    duration_months: int | None = None
    scientific_officer: User | None = None
    summary: str = ""
    text_note: str = ""
    source_url: str = ""


def plan(actor: Actor, topic: Topic, wanted: Plan, *, seen: str = "", at: datetime | None = None) -> Topic:
    """Say in which call a topic is meant to be, when it is to be adopted, who looks after it, and what it is about.

    `seen` is the mark of what the writer was shown of `planned`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is decided already, the call is of another programme, its rules know no such type of action, or somebody
            changed it meanwhile.
    """
    asked = f"You asked to plan {topic.code}."
    if wanted.call is not None and wanted.call.scheme_id != topic.scheme_id:
        wrong = f"{wanted.call} belongs to another programme."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose a call of this one.", field="call")
    types = action_types(schemes.current(topic.scheme.code)[0])
    if wanted.action_type and wanted.action_type not in types:
        wrong = f"The rules know no type of action {wanted.action_type[:40]}."
        remedy = f"Choose one of: {', '.join(types)}." if types else "Leave it empty: all actions are alike here."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="action_type")

    def change(row: Topic) -> dict[str, Any]:
        before = planned(row)
        for name in Plan.__dataclass_fields__:
            setattr(row, name, getattr(wanted, name))
        after = planned(row)
        unseen.check(asked, seen, before, after)
        return {name: [before[name], after[name]] for name in after if before[name] != after[name]}

    return _step(actor, "plan topic", topic, asked, change, "", at)


def planned(topic: Topic) -> dict[str, str]:
    """Give what is planned for a topic, for the audit trail and for whoever changes it."""
    return {name: str(getattr(topic, name) or "") for name in Plan.__dataclass_fields__}


def draft(actor: Actor, topic: Topic, reason: str = "", *, at: datetime | None = None) -> Topic:
    """Begin to write the text, once need, partners and contributions are agreed. Raises NotAllowed; Refused if it is not scoped."""
    return _step(actor, "draft topic", topic, f"You asked to begin drafting {topic.code}.", None, reason, at)


def revise(actor: Actor, topic: Topic, reason: str, *, at: datetime | None = None) -> Topic:
    """End the consultation, or take the topic back from the board, so that its text is revised.

    Raises:
        NotAllowed: the role does not include it.
        Refused: a consultation still runs, or there is no reason.
    """
    asked = f"You asked to revise {topic.code}."
    why = topic_checks.check_text(reason, asked, "reason", "The reason")
    today = topic_checks.day_of(at or clock.now())

    def change(row: Topic) -> dict[str, Any]:
        running = [
            one for one in consultations.of_topic(row) if consultations.state_of(one, today) in ("planned", "open")
        ]
        if running:
            wrong = (
                f"The consultation of {running[0].group or 'the public'} runs until {running[0].closes_on.isoformat()}."
            )
            raise Refused(asked=asked, wrong=wrong, remedy="Wait for its end, or close it first.")
        return {}

    return _step(actor, "revise topic", topic, asked, change, why, at)


def propose(actor: Actor, topic: Topic, reason: str = "", *, at: datetime | None = None) -> Topic:
    """Put a topic before the board, once every consultation that it waits for is closed and every comment has its answer.

    A partner that does not stand by the text as it is now stops nothing: it is kept with the step. Where nobody was consulted, the
    reason says why nobody needs to be.

    Raises:
        NotAllowed: the role does not include it.
        Refused: something of that is missing, as `missing` lists it; or nobody was consulted, and no reason is given.
    """
    asked = f"You asked to put {topic.code} before the board."
    today = topic_checks.day_of(at or clock.now())

    def change(row: Topic) -> dict[str, Any]:
        missing = consultations.missing(row, on=today)
        if missing:
            remedy = "Close the consultations and answer every comment first."
            raise Refused(asked=asked, wrong=" ".join(missing), remedy=remedy, missing=missing)
        if not reason.strip() and not consultations.was_held(consultations.of_topic(row), today):
            remedy = "Start a consultation, or say in the reason why none is needed."
            raise Refused(asked=asked, wrong="Nobody was consulted yet.", remedy=remedy, field="reason")
        return _known(objections.words(objections.of_topic(row, today)))

    return _step(actor, "propose topic", topic, asked, change, reason, at)


def adopt(
    actor: Actor, topic: Topic, number: str, decided_on: date | None, reason: str = "", *, at: datetime | None = None
) -> Topic:
    """Adopt a topic by a decision of the board. Where endorsed contributions wait, their match is reserved by the same act instead.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not before the board, there is no decision, or endorsed contributions wait for their match.
    """
    asked = f"You asked to adopt {topic.code}."
    instant = at or clock.now()

    def change(row: Topic) -> dict[str, Any]:
        if any(state.amounts.get("endorsed") for state in contributions.states(Target(topic=row).contributions())):
            raise Refused(
                asked=asked,
                wrong="Endorsed contributions wait for their match.",
                remedy="Choose “Adopt and reserve”: it decides their match with the adoption.",
                offers="reserve",
            )
        stated, about = Stated(number, decided_on, f"Adoption of {row.code}"), points.of_adoption(Target(topic=row))
        decision = decided.take(actor, row.scheme, stated, about, asked, at=instant)
        row.adopted_on = decision.decided_on
        known = _known(confirmations.keep_with(decision, objections.of_topic(row)))
        return {**decided.said(decision), "adopted_on": decision.decided_on.isoformat(), **known}

    return _step(actor, "adopt topic", topic, asked, change, reason, instant)


def drop(actor: Actor, topic: Topic, reason: str, *, at: datetime | None = None) -> Topic:
    """Drop a topic before its adoption; what was pledged to it lapses.

    Raises:
        NotAllowed: the role does not include it, or not to release the money that stands behind it.
        Refused: it is adopted already, or there is no reason.
    """
    return _end(actor, "drop topic", topic, reason, at)


def record_no_award(actor: Actor, topic: Topic, reason: str, *, at: datetime | None = None) -> Topic:
    """Record that no project came out of an adopted topic; what was reserved for it is open again.

    Raises:
        NotAllowed: the role does not include it, or not to release the money that stands behind it.
        Refused: it is not adopted, or there is no reason.
    """
    return _end(actor, "record no award", topic, reason, at)


def _end(actor: Actor, action: str, topic: Topic, reason: str, at: datetime | None) -> Topic:
    """End a topic without a project, and give back the money that waits behind it."""
    asked = f"You asked to end {topic.code}."
    why = topic_checks.check_text(reason, asked, "reason", "The reason")
    instant = at or clock.now()

    def change(row: Topic) -> dict[str, Any]:
        live = [state for state in contributions.states(Target(topic=row).contributions()) if state.live_cents]
        if live:
            grounds = Grounds(topic_checks.day_of(instant), why)
            targets.drop(actor, row.scheme.code, row, grounds, at=at)
        return {"given back": [state.contribution.reference for state in live]}

    return _step(actor, action, topic, asked, change, why, instant)


def _known(said: list[str]) -> dict[str, Any]:
    """What partners had said, or owed, for the audit row of a step; nothing where there is nothing."""
    return {"not confirmed": said} if said else {}


def _step(
    actor: Actor,
    action: str,
    topic: Topic,
    asked: str,
    change: Any,
    reason: str,
    at: datetime | None,
) -> Topic:
    """Do one step of the life of a topic under its lock, with its audit row. `change` gives what else is audited."""
    actor.require(action)
    instant = at or clock.now()
    with writing():
        row = topic_checks.locked_topic(topic)
        topic_checks.check_step(TOPIC, action, row.status, asked)
        before = row.status
        more = change(row) if change is not None else {}
        if to := TOPIC.step(action).to:
            topic_states.enter(row, to)
        row.save()
        subject = f"{row.scheme.code}/topic/{row.code}"
        after = {**more, "status": row.status}
        audit.record(actor, action, subject, at=instant, before={"status": before}, after=after, reason=reason.strip())
        return row
