"""Opens a lead and keeps what is said of it up to date."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cofund.actions import audit, organisations
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, all_of, together
from cofund.actions.locks import writing
from cofund.actions.organisations import NewOrganisation
from cofund.queries import clock, leads, schemes
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Certainty, Idea, Lead, LeadStep, Scheme, Seat, Topic
from cofund.rules.money import MOST_CENTS, in_words

# What an edit can change, in the order in which an audit row tells it.
FIELDS = (
    *("topic", "idea", "seat", "kind", "amount_cents", "probability_percent", "interest", "owner"),
    *("next_step", "next_step_on", "source_url", "note"),
)


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What is said of a lead. `amount_cents` is in the scheme's currency; everything may be unknown."""

    topic: Topic | None = None
    idea: Idea | None = None
    seat: Seat | None = None
    kind: str = ""
    amount_cents: int | None = None
    probability_percent: int | None = None
    interest: str = ""
    owner: User | None = None
    next_step: str = ""
    next_step_on: date | None = None
    source_url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead as it is opened: whose, on which route, since when, and what is said of it so far.

    `organisation` is None where `new_organisation` is added with it. `is_another` says that open leads like it were looked at, and
    that it is none of them.
    """

    scheme: str
    organisation: Organisation | None
    route: str
    facts: LeadFacts = LeadFacts()
    opened_on: date | None = None
    new_organisation: NewOrganisation | None = None
    certainty: str = Certainty.RECORDED
    reason: str = ""
    is_another: bool = True


def open_lead(actor: Actor, wanted: NewLead, *, at: datetime | None = None) -> Lead:
    """Open a lead in its first stage, with its first step and its audit row.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no such scheme or organisation, a fact does not fit the scheme, the day is still to come, or
            there is an open lead like it and nobody said that this is another one.
    """
    actor.require("open lead")
    instant = at or clock.now()
    with writing():
        organisation = wanted.organisation
        if wanted.new_organisation is not None:
            organisation = organisations.add(actor, wanted.new_organisation, at=instant)
        _refuse_twin(wanted, organisation)
        return write_lead(actor, "open lead", wanted, organisation, instant)


def _refuse_twin(wanted: NewLead, organisation: Organisation | None) -> None:
    """Refuse a lead that is likely open already, unless it is said to be another: two would count twice. Raises: Refused."""
    scheme = Scheme.objects.filter(code=wanted.scheme).first()
    if wanted.is_another or organisation is None or scheme is None:
        return
    twins = leads.like(organisation, scheme, wanted.facts.topic, wanted.facts.amount_cents)
    if twins:
        raise Refused(
            asked=f"You asked to open a lead of {organisation}.",
            wrong=f"A lead like it is open already: {', '.join(one.reference for one in twins[:3])}.",
            remedy="Use that one, or say that this is another one.",
            field="is_another",
        )


def write_lead(actor: Actor, action: str, wanted: NewLead, organisation: Organisation | None, at: datetime) -> Lead:
    """Write a lead with its reference, first step and audit row; the caller has asked for the right to do so, and holds the lock.

    Raises:
        Refused: as for `open_lead`.
    """
    asked = f"You asked to open a lead of {organisation or 'nobody'}."
    scheme = Scheme.objects.filter(code=wanted.scheme).first()
    if scheme is None:
        raise Refused(asked=asked, wrong="There is no such programme.", remedy="Choose one of this site.")
    opened_on = wanted.opened_on or timezone.localdate(at)
    organisation = (organisation.merged_into or organisation) if organisation else None
    together(
        lambda: _check_way(wanted, organisation, asked),
        lambda: check_day(asked, opened_on, at, "opened_on"),
        lambda: check_facts(asked, scheme, organisation, wanted.route, wanted.facts),
    )
    assert organisation is not None, "a lead without an organisation was refused"
    made = Lead(scheme=scheme, organisation=organisation, route=wanted.route, opened_on=opened_on)
    made.stage_since_on, made.certainty = opened_on, wanted.certainty
    for name in FIELDS:
        setattr(made, name, getattr(wanted.facts, name))
    # The key that the database gives makes the reference, so that two that are opened at one time never share it.
    made.reference = f"new-{uuid.uuid4()}"
    made.save(force_insert=True)
    made.reference = f"{scheme.code}-lead-{made.pk}"
    made.save(update_fields=["reference"])
    record_step(actor, made, opened_on, wanted.reason, at)
    audit.record(
        actor,
        action,
        subject(made),
        at=at,
        after={"organisation": organisation.slug, "route": wanted.route, **plain(made)},
        reason=wanted.reason,
        evidence=wanted.facts.source_url,
    )
    return made


def _check_way(wanted: NewLead, organisation: Organisation | None, asked: str) -> None:
    """Refuse a lead of nobody, and one that came on no route. Raises: Refused."""
    faults = {}
    if organisation is None:
        faults["organisation"] = "A lead belongs to an organisation. Choose one, or name a new one."
    if wanted.route not in Lead.Route.values:
        faults["route"] = "It does not say how the organisation came. Choose one of the routes."
    if faults:
        raise all_of(asked, faults)


def edit_lead(actor: Actor, reference: str, facts: LeadFacts, *, seen: str = "", at: datetime | None = None) -> Lead:
    """Change what is said of a lead; the audit row keeps what was said before.

    `seen` is the mark of what the writer was shown (`actions.seen.mark` of `plain`).

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no such lead, a fact does not fit its scheme, nothing is changed, or somebody changed it meanwhile.
    """
    actor.require("edit lead")
    with writing():
        row = locked(reference)
        asked = f"You asked to change {reference}."
        check_facts(asked, row.scheme, row.organisation, row.route, facts, known_kind=row.kind)
        before = plain(row)
        for name in FIELDS:
            setattr(row, name, getattr(facts, name))
        after = plain(row)
        unseen.check(asked, seen, before, after)
        if after == before:
            raise Refused(asked=asked, wrong="That changes nothing.", remedy="Change a field, or go back to the lead.")
        row.save(update_fields=list(FIELDS))
        changed = [name for name in after if after[name] != before[name]]
        audit.record(
            actor,
            "edit lead",
            subject(row),
            at=at or clock.now(),
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        return row


def locked(reference: str) -> Lead:
    """Give a lead with its row locked until the transaction ends; the caller has opened one.

    Raises:
        Refused: there is no such lead.
    """
    # Only its own row is locked: what may be unknown cannot be, and the scheme is nobody's to hold.
    rows = Lead.objects.select_for_update(of=("self",)).select_related("scheme", "organisation", "topic")
    row = rows.filter(reference=reference).first()
    if row is None:
        raise Refused(
            asked=f"You asked for the lead {reference}.",
            wrong="There is none of that reference.",
            remedy="Look for it in the list of leads.",
        )
    return row


def record_step(actor: Actor, lead: Lead, on: date, reason: str, at: datetime) -> None:
    """Write into the history of a lead that it stands in its stage from a day on."""
    LeadStep.objects.create(lead=lead, stage=lead.stage, on=on, reason=reason, recorded_by=actor.name, recorded_at=at)


def subject(lead: Lead) -> str:
    """How audit rows name a lead."""
    return f"{lead.scheme.code}/lead/{lead.reference}"


def plain(lead: Lead) -> dict[str, Any]:
    """What is said of a lead, as plain values for an audit row."""
    return {
        "topic": lead.topic.code if lead.topic else None,
        "idea": lead.idea.reference if lead.idea else None,
        "seat": lead.seat_id,
        "kind": lead.kind,
        "amount_cents": lead.amount_cents,
        "probability_percent": lead.probability_percent,
        "interest": lead.interest,
        "owner": str(lead.owner) if lead.owner else None,
        "next_step": lead.next_step,
        "next_step_on": lead.next_step_on.isoformat() if lead.next_step_on else None,
        "source_url": lead.source_url,
        "note": lead.note,
    }


def check_day(asked: str, on: date, at: datetime, field: str) -> None:
    """Refuse a day that is still to come.

    Raises:
        Refused: with `field`.
    """
    today = timezone.localdate(at)
    if on > today:
        wrong = f"{on.isoformat()} is still to come; today is {today.isoformat()}."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter the day on which it happened.", field=field)


def check_facts(
    asked: str, scheme: Scheme, organisation: Organisation | None, route: str, facts: LeadFacts, *, known_kind: str = ""
) -> None:
    """Refuse everything that does not fit the scheme, the organisation or the route.

    Raises:
        Refused: with `faults` for topic, idea, seat, kind, amount_cents, probability_percent or owner.
    """
    rules, _ = schemes.current(scheme.code)
    kinds = {kind.code for kind in rules.kinds} | {known_kind, ""}
    seat = facts.seat
    wrong = {
        "topic": facts.topic is not None and facts.topic.scheme_id != scheme.pk and "It is of another programme.",
        "idea": facts.idea is not None and facts.idea.scheme_id != scheme.pk and "It is of another programme.",
        "kind": facts.kind not in kinds and f"{rules.name} has no such kind.",
        "amount_cents": facts.amount_cents is not None
        and not 0 < facts.amount_cents <= MOST_CENTS
        and f"It is more than nothing and at most {in_words(MOST_CENTS, rules.currency)}.",
        "probability_percent": facts.probability_percent is not None
        and not 0 <= facts.probability_percent <= 100
        and "It is between 0 and 100.",
        "owner": facts.owner is not None
        and facts.owner.role not in leads.KEEPERS
        and "Somebody of that role does not look after leads.",
        "seat": (seat is not None and route != Lead.Route.SEATED and "Only a lead on the route of a seat has one.")
        or (seat and organisation and seat.organisation_id != organisation.pk and "Another organisation holds it.")
        or (seat is not None and seat.group.scheme_id != scheme.pk and "It is in a group of another programme."),
    }
    faults = {field: words for field, words in wrong.items() if words}
    remedy = "Choose another, or leave it empty."
    if len(faults) == 1:
        (field, words) = faults.popitem()
        raise Refused(asked=asked, wrong=words, remedy=remedy, field=field)
    if faults:
        raise all_of(asked, {field: f"{words} {remedy}" for field, words in faults.items()})
