"""The office's relationship with an organisation: who looks after it, what comes next, and what was said with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cofund.actions import audit
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.organisations import current, subject_of
from cofund.queries import clock
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Exchange, Lead
from cofund.rules import roles


@dataclass(frozen=True, slots=True)
class NewExchange:
    """A call, a meeting, an e-mail or a note; `by_office` tells that the office approached the organisation."""

    channel: str
    on: date
    summary: str
    by_office: bool = True
    lead: Lead | None = None
    source_url: str = ""


def plan(
    actor: Actor,
    organisation: Organisation,
    owner: User | None,
    next_step: str,
    next_step_on: date | None,
    *,
    seen: str = "",
    at: datetime | None = None,
) -> Organisation:
    """Say who of the office looks after an organisation, and what is to be done next by when; all empty: nothing is planned.

    `seen` is the mark of what the writer was shown of `planned`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the owner does not work in the office, a day stands without a step, nothing changes, or somebody changed it
            meanwhile.
    """
    actor.require("plan next step")
    asked = f"You asked to plan the next step with {organisation.name}."
    step = " ".join(next_step.split())
    with writing():
        row = current(organisation, asked)
        if owner is not None and not roles.may(owner.role or roles.PUBLIC, "plan next step"):
            wrong = f"{owner} does not work in the office."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose somebody of the office.", field="owner")
        if next_step_on is not None and not step:
            wrong = "A day stands without what is to be done."
            raise Refused(asked=asked, wrong=wrong, remedy="Say what is to be done.", field="next_step")
        before = planned(row)
        row.owner, row.next_step, row.next_step_on = owner, step, next_step_on
        unseen.check(asked, seen, before, planned(row))
        if planned(row) == before:
            raise Refused(asked=asked, wrong="Nothing is different.", remedy="Change something, or cancel.")
        row.save(update_fields=["owner", "next_step", "next_step_on"])
        instant = at or clock.now()
        audit.record(actor, "plan next step", subject_of(row), at=instant, before=before, after=planned(row))
        return row


def log(actor: Actor, organisation: Organisation, wanted: NewExchange, *, at: datetime | None = None) -> Exchange:
    """Keep what was said with an organisation.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nothing is said, the day is still to come, or the lead is another organisation's.
    """
    actor.require("log exchange")
    asked = f"You asked to keep what was said with {organisation.name}."
    instant = at or clock.now()
    with writing():
        row = current(organisation, asked)
        if not wanted.summary.strip():
            raise Refused(asked=asked, wrong="Nothing is said.", remedy="Say what was said.", field="summary")
        if wanted.on > clock.today():
            remedy = "Enter the day on which it was, or plan it as the next step."
            raise Refused(asked=asked, wrong="That day is still to come.", remedy=remedy, field="on")
        if wanted.lead is not None and wanted.lead.organisation_id != row.pk:
            wrong = f"{wanted.lead.reference} is a lead of another organisation."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose one of this organisation.", field="lead")
        made = Exchange.objects.create(
            organisation=row,
            lead=wanted.lead,
            channel=wanted.channel,
            on=wanted.on,
            summary=wanted.summary.strip(),
            by_office=wanted.by_office,
            recorded_by=actor.name,
            recorded_at=instant,
            source_url=wanted.source_url,
        )
        after = {"exchange": made.pk, "channel": str(made.channel), "on": made.on.isoformat()}
        audit.record(actor, "log exchange", subject_of(row), at=instant, after=after, evidence=wanted.source_url)
        return made


def planned(row: Organisation) -> dict[str, str | None]:
    """Give what is planned with an organisation, for the audit trail and for whoever changes it."""
    on = row.next_step_on
    owner = str(row.owner) if row.owner else None
    return {"owner": owner, "next_step": row.next_step, "next_step_on": on.isoformat() if on else None}
