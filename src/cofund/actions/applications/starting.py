"""Starts an application, from a lead or directly, with an empty draft of its letter."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cofund.actions import lead_steps
from cofund.actions.actors import Actor
from cofund.actions.applications import guarding
from cofund.actions.errors import Refused, together
from cofund.actions.lead_steps import LeadMove
from cofund.actions.leads import locked
from cofund.actions.locks import writing
from cofund.queries import leads, schemes
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Application, Letter, LetterLine
from cofund.records.programme.models import Lead, Project, Scheme, Topic
from cofund.rules import roles
from cofund.rules.lifecycles import LEAD

START_OF_LEAD: Final = "start application of lead"


@dataclass(frozen=True, slots=True)
class NewApplication:
    """Who applies to which scheme, in which role and for what; `lead` where it comes from one."""

    scheme: str
    organisation: Organisation
    role: str
    topic: Topic | None = None
    project: Project | None = None
    proposal: str = ""
    lead: Lead | None = None


def start(actor: Actor, wanted: NewApplication, *, at: datetime | None = None) -> Application:
    """Start an application with a draft of its letter; a lead behind it is then applying.

    Raises:
        NotAllowed: the role does not include it, or the partner's organisation has not given the right to apply.
        Refused: the scheme has no such role, the role is matched by nothing, or topic, project and lead do not belong to it,
            the lead does not stand where an application starts, or one that came of it is not over.
    """
    actor.require("start application")
    guarding.require_right(actor, wanted.organisation.pk, "start application")
    instant = guarding.now(at)
    with writing():
        scheme = _checked(wanted)
        row = Application.objects.create(
            scheme=scheme,
            reference=f"new-{secrets.token_hex(12)}",
            organisation=wanted.organisation,
            lead=wanted.lead,
            role=wanted.role,
            topic=wanted.topic or (wanted.project.topic if wanted.project else None),
            project=wanted.project,
            proposal=wanted.proposal.strip(),
            status_since_at=instant,
            made_by_id=actor.user_id,
            made_at=instant,
        )
        row.reference = f"{scheme.code}-A{row.pk}"
        row.save(update_fields=["reference"])
        letter = Letter.objects.create(application=row, number=1, written_by=actor.name, written_at=instant)
        if wanted.lead is not None:
            _from_lead(actor, wanted.lead, letter, instant)
        after = {"organisation": wanted.organisation.slug, "role": wanted.role}
        guarding.record(actor, row, "start application", instant, after=after)
        return row


def _checked(wanted: NewApplication) -> Scheme:
    """The scheme's row, once everything that is wanted belongs to it."""
    asked = f"You asked to start an application of {wanted.organisation}."
    row = Scheme.objects.filter(code=wanted.scheme, book__isnull=False).first()
    if row is None:
        raise Refused(asked=asked, wrong="The programme has no book.", remedy="Open its book first.", field="target")
    together(
        lambda: _check_role(wanted, asked),
        lambda: _check_target(row, wanted, asked),
        lambda: _check_organisation(wanted, asked),
    )
    if wanted.lead is not None:
        _check_lead(locked(wanted.lead.reference), asked)
    return row


def _check_role(wanted: NewApplication, asked: str) -> None:
    """Refuse a role in which nobody applies. Raises: Refused."""
    rules, _ = schemes.current(wanted.scheme)
    matched = [role for role in rules.roles if role.matched and role.side == "partner"]
    if wanted.role not in [role.code for role in matched]:
        known = ", ".join(role.label for role in matched) or "none"
        wrong = f"{rules.name} takes applications for these roles only: {known}."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose one of them.", field="role")


def _check_target(row: Scheme, wanted: NewApplication, asked: str) -> None:
    """Refuse what it is for, where that is of another programme or was dropped. Raises: Refused."""
    strangers = [one for one in (wanted.topic, wanted.project, wanted.lead) if one and one.scheme_id != row.pk]
    if strangers:
        wrong = f"{strangers[0]} belongs to another programme."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose one of this programme.", field="target")
    if wanted.topic is not None and wanted.topic.status == Topic.Status.DROPPED:
        wrong = f"{wanted.topic.code} was dropped."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose a topic that is still open.", field="target")


def _check_organisation(wanted: NewApplication, asked: str) -> None:
    """Refuse another organisation than that of the lead. Raises: Refused."""
    if wanted.lead is not None and wanted.lead.organisation_id != wanted.organisation.pk:
        wrong = f"{wanted.lead.reference} is a lead of {wanted.lead.organisation}."
        raise Refused(asked=asked, wrong=wrong, remedy="Start it for that organisation.", field="organisation")


def _check_lead(lead: Lead, asked: str) -> None:
    """Refuse a lead from which no application starts: by its stage, or since one that it has is not over.

    Raises:
        Refused: with what to do first.
    """
    step = LEAD.step(START_OF_LEAD)
    if lead.stage not in step.starts_from:
        starts_from = LEAD.in_words(step.starts_from)
        wrong = f"{lead.reference} stands in “{lead.get_stage_display()}”; an application starts from: {starts_from}."
        raise Refused(asked=asked, wrong=wrong, remedy="Move the lead on first, or start without it.", field="")
    living = leads.living_application(lead)
    if living is not None:
        wrong = f"Application {living.reference} came of {lead.reference} and is not over."
        raise Refused(asked=asked, wrong=wrong, remedy="Go on with that one, or withdraw it first.", field="")


def _from_lead(actor: Actor, lead: Lead, letter: Letter, at: datetime) -> None:
    """Bring the lead to applying, and what it says of kind and amount into the letter's first line.

    Where a partner's person starts it, the amount stays out: what the office reckons is the office's own.
    """
    application = letter.application
    topic = application.topic if lead.topic_id is None else None
    reason = f"Application {application.reference} started"
    lead_steps.follow_application(actor, lead, LeadMove(START_OF_LEAD, reason=reason, topic=topic), at)
    amount = lead.amount_cents if actor.role != roles.PARTNER else None
    if lead.kind or amount:
        LetterLine.objects.create(
            letter=letter,
            number=1,
            kind=lead.kind,
            currency=lead.scheme.currency,
            amount_cents=amount,
        )
