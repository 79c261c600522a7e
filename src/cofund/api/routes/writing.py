"""What a key writes: leads and pledges, through the actions that the pages use, each request once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from cofund.actions import contributions as contribution_actions
from cofund.actions import leads as lead_actions
from cofund.actions import pledges
from cofund.actions.books import Grounds
from cofund.actions.errors import Refused
from cofund.actions.leads import LeadFacts
from cofund.actions.moves import Booked as BookedMove
from cofund.actions.moves import Statements
from cofund.actions.pledges import Pledge
from cofund.api import callers, problems
from cofund.api.callers import Holder
from cofund.api.opening import opened_by
from cofund.api.repeating import Name, done_once
from cofund.api.shapes import desk as shapes
from cofund.api.shapes import giving
from cofund.api.shapes.common import Shape
from cofund.api.shapes.desk import Booked, Lead, NewLead, NewPledge, NextStep, Reduction, Withdrawal
from cofund.queries import access, chains, contributions, dossiers, leads, schemes
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Topic
from cofund.rules import scopes

router = Router()
_PLEDGES: dict[str, Any] = {**opened_by(scopes.WRITE_PLEDGES), "tags": ["Pledges"]}
_LEADS: dict[str, Any] = {**opened_by(scopes.WRITE_LEADS), "tags": ["Leads"]}


@router.post("/programmes/{programme}/pledges", response={201: Booked}, summary="Record a pledge", **_PLEDGES)
def record_pledge(request: HttpRequest, programme: str, body: NewPledge, idempotency_key: Name) -> HttpResponse:
    """Record what somebody promises to a topic or project, and promise what it would unlock."""
    holder = callers.need(request, scopes.WRITE_PLEDGES)
    schemes.current(programme)

    def act() -> Shape:
        asked = "You asked to record a pledge."
        target = _target(asked, programme, body)
        organisations = tuple(_organisation(asked, slug, "partners") for slug in body.partners)
        grounds = Grounds(body.effective_on, _said(asked, body.reason), body.evidence)
        stated = Statements(body.no_other_union_funding, body.public_origin_cents, body.place)
        amount = body.amount_cents
        wanted = Pledge(
            programme, target, body.role, body.kind, organisations, amount, grounds, stated, body.accepts_unmatched
        )
        return _booked(pledges.pledge(holder.actor, wanted))

    return done_once(request, holder, idempotency_key, body, act)


@router.post("/contributions/{reference}/reduce", response={201: Booked}, summary="Reduce a contribution", **_PLEDGES)
def reduce(request: HttpRequest, reference: str, body: Reduction, idempotency_key: Name) -> HttpResponse:
    """Lower a contribution; the match that it no longer carries goes back to the tranche."""

    def act(holder: Holder, row: Contribution, grounds: Grounds) -> BookedMove:
        return contribution_actions.reduce(holder.actor, row, body.amount_cents, grounds)

    return _changed(request, reference, body, idempotency_key, act)


@router.post(
    "/contributions/{reference}/withdraw", response={201: Booked}, summary="Withdraw a contribution", **_PLEDGES
)
def withdraw(request: HttpRequest, reference: str, body: Withdrawal, idempotency_key: Name) -> HttpResponse:
    """Take back everything of a contribution that was not delivered, and give its match back to the tranche."""

    def act(holder: Holder, row: Contribution, grounds: Grounds) -> BookedMove:
        return contribution_actions.withdraw(holder.actor, row, grounds)

    return _changed(request, reference, body, idempotency_key, act)


@router.post("/programmes/{programme}/leads", response={201: Lead}, summary="Open a lead", **_LEADS)
def open_lead(request: HttpRequest, programme: str, body: NewLead, idempotency_key: Name) -> HttpResponse:
    """Open a lead in its first stage. One that is likely open already is refused."""
    holder = callers.need(request, scopes.WRITE_LEADS)
    schemes.current(programme)

    def act() -> Shape:
        asked = "You asked to open a lead."
        topic = _topic(asked, programme, body.topic) if body.topic else None
        facts = LeadFacts(
            topic=topic,
            kind=body.kind,
            amount_cents=body.amount_cents,
            probability_percent=body.probability_percent,
            interest=body.interest,
            owner=holder.user,
            next_step=body.next_step,
            next_step_on=body.next_step_on,
            note=body.note,
        )
        wanted = lead_actions.NewLead(
            programme,
            _organisation(asked, body.partner, "partner"),
            body.route,
            facts,
            body.opened_on,
            reason=body.reason,
            is_another=False,
        )
        return shapes.lead(lead_actions.open_lead(holder.actor, wanted))

    return done_once(request, holder, idempotency_key, body, act)


@router.post("/leads/{lead}/next-step", response={201: Lead}, summary="Plan the next step of a lead", **_LEADS)
def plan_next_step(request: HttpRequest, lead: str, body: NextStep, idempotency_key: Name) -> HttpResponse:
    """Say what the office does next with a lead, and by when."""
    holder = callers.need(request, scopes.WRITE_LEADS)
    row = leads.find(holder.user, lead)
    if row is None:
        raise problems.not_found("lead")
    known = {name: getattr(row, name) for name in lead_actions.FIELDS}
    facts = replace(LeadFacts(**known), next_step=body.next_step, next_step_on=body.next_step_on)

    def act() -> Shape:
        return shapes.lead(lead_actions.edit_lead(holder.actor, lead, facts))

    return done_once(request, holder, idempotency_key, body, act)


def _changed(
    request: HttpRequest,
    reference: str,
    body: Withdrawal,
    name: str,
    act: Callable[[Holder, Contribution, Grounds], BookedMove],
) -> HttpResponse:
    """Change a contribution that the holder of the key may see. Raises: Problem where there is none."""
    holder = callers.need(request, scopes.WRITE_PLEDGES)
    row = contributions.find(reference)
    if row is None or not access.visible_contributions(holder.user).filter(pk=row.pk).exists():
        raise problems.not_found("contribution")
    asked = f"You asked to change {reference}."

    def acting() -> Shape:
        return _booked(act(holder, row, Grounds(body.effective_on, _said(asked, body.reason), body.evidence)))

    return done_once(request, holder, name, body, acting)


def _booked(made: BookedMove) -> Booked:
    """What was booked, as the contribution stands by it."""
    rows = Contribution.objects.filter(pk=made.contribution.pk)
    state = contributions.states(rows, as_of=made.entry.effective_on)[0]
    rules, _ = schemes.current(state.contribution.book.scheme.code)
    return Booked(entry=made.entry.number, contribution=giving.contribution(state, rules, callers.OWN))


def _said(asked: str, reason: str) -> str:
    """A reason that says something. Raises: Refused."""
    if not reason.strip():
        raise Refused(asked=asked, wrong="It does not say why.", remedy="Give the reason.", field="reason")
    return reason.strip()


def _target(asked: str, programme: str, body: NewPledge) -> Target:
    """What a pledge is for. Raises: Refused where it is not one topic or one project that there is."""
    if bool(body.topic) == bool(body.project):
        remedy = "Give a topic or a project, and not both."
        raise Refused(asked=asked, wrong="It is not said what it is for.", remedy=remedy, field="topic")
    if body.topic:
        return Target(topic=_topic(asked, programme, body.topic))
    found = dossiers.of_project(programme, body.project or "")
    if found is None or found.project is None:
        raise Refused(asked=asked, wrong="There is no such project.", remedy="Look for its id.", field="project")
    return Target(project=found.project)


def _topic(asked: str, programme: str, code: str) -> Topic:
    """A topic of a programme. Raises: Refused where there is none of this code."""
    row = chains.find_topic(programme, code)
    if row is None:
        raise Refused(asked=asked, wrong="There is no such topic.", remedy="Look for its code.", field="topic")
    return row


def _organisation(asked: str, slug: str, field: str) -> Organisation:
    """An organisation of the directory. Raises: Refused where there is none of this id."""
    row = dossiers.organisation(slug)
    if row is None:
        raise Refused(asked=asked, wrong=f"There is no organisation {slug}.", remedy="Look for its id.", field=field)
    return row
