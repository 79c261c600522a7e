"""What a key opens for reading: itself, a partner's own desk, and the leads of the office."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from cofund.api import callers, problems
from cofund.api.asking import At, Paged, Text, cut, part, part_of
from cofund.api.callers import Holder
from cofund.api.opening import opened_by
from cofund.api.shapes import desk as shapes
from cofund.api.shapes import giving
from cofund.api.shapes.common import Dated, Listed
from cofund.api.shapes.desk import Application, ApplicationInFull, Contact, Due, Instalment, Key, Lead
from cofund.api.shapes.giving import Contribution
from cofund.queries import access, applications, clock, contributions, instalments, leads, letters, partnering, schemes
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import Ask
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import Organisation, PartnerRight
from cofund.rules import scopes

router = Router()


def _desk(request: HttpRequest) -> tuple[Holder, Organisation]:
    """Who asks for a desk, and whose. Raises: Problem where the owner of the key may not read it any more."""
    holder = callers.need(request, scopes.READ_DESK)
    own = holder.key.organisation
    if own is None or not access.may_for_organisation(holder.user, PartnerRight.Right.READ, own):
        raise problems.Problem(403, "The owner of this key may not read the desk of an organisation.")
    return holder, own


@router.get("/key", response=Key, summary="Get the key that asks", tags=["Your own key"], **opened_by(None))
def get_key(request: HttpRequest) -> object:
    """Whose key it is, what it opens, and until when."""
    return shapes.key(callers.need(request).key)


_DESK: dict[str, Any] = {**opened_by(scopes.READ_DESK), "tags": ["A partner's own desk"]}


@router.get("/desk/contributions", response=Dated[Contribution], summary="List your contributions", **_DESK)
def list_own_contributions(request: HttpRequest, paging: Paged, moment: At) -> object:
    """Every contribution that your organisation stands behind, public or not, on a day."""
    holder, _ = _desk(request)
    rows = access.visible_contributions(holder.user).order_by("pk")
    found = part_of(request, contributions.states(rows, as_of=moment.on, known_at=moment.known_at), paging)
    items = [
        giving.contribution(one, schemes.current(one.contribution.book.scheme.code)[0], callers.OWN)
        for one in found.rows
    ]
    return Dated[Contribution](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)


@router.get("/desk/contacts", response=Listed[Contact], summary="List the contacts with your organisation", **_DESK)
def list_own_contacts(request: HttpRequest, paging: Paged) -> object:
    """First contacts that the office follows with your organisation: for what, and where each stands."""
    _, own = _desk(request)
    found = part_of(request, partnering.leads(own), paging)
    return Listed[Contact](items=[shapes.contact(row) for row in found.rows], **found.fields())


@router.get("/desk/applications", response=Listed[Application], summary="List your applications", **_DESK)
def list_own_applications(request: HttpRequest, paging: Paged) -> object:
    """The applications of your organisation, newest first."""
    _, own = _desk(request)
    found = part_of(request, partnering.applications(own), paging)
    return Listed[Application](items=[shapes.application(row) for row, _ in found.rows], **found.fields())


@router.get(
    "/desk/applications/{application}",
    response=ApplicationInFull,
    summary="Get an application with its letters",
    **_DESK,
)
def get_own_application(request: HttpRequest, application: str) -> object:
    """One application of your organisation with every version of its letter."""
    holder, own = _desk(request)
    rows = applications.visible(holder.user).filter(organisation=own, reference=application)
    row = rows.select_related("scheme", "topic", "project").first()
    if row is None:
        raise problems.not_found("application")
    return shapes.application_in_full(row, list(letters.of_application(row).prefetch_related("lines")))


@router.get("/desk/instalments", response=Listed[Instalment], summary="List your instalments", **_DESK)
def list_own_instalments(request: HttpRequest, paging: Paged) -> object:
    """Cash that your organisation owes or has paid: late ones first, then by their day, those that are done last."""
    holder, _ = _desk(request)
    rows = instalments.selected(holder.user, instalments.Selection())
    found = part(request, instalments.lines(rows[cut(paging)]), rows.count(), paging)
    return Listed[Instalment](items=[shapes.instalment(line) for line in found.rows], **found.fields())


@router.get("/desk/due", response=Listed[Due], summary="List what waits for you", **_DESK)
def list_due(request: HttpRequest, paging: Paged) -> object:
    """What waits for the owner of the key, the nearest day first, as on the page of tasks."""
    holder, _ = _desk(request)
    tasks, total = listing.listed(Reader.of(holder.user), Ask(), first=cut(paging).start, most=paging.limit)
    found = part(request, tasks, total, paging)
    return Listed[Due](items=[shapes.due(task) for task in found.rows], **found.fields())


_LEADS: dict[str, Any] = {**opened_by(scopes.READ_LEADS), "tags": ["Leads"]}


@router.get("/leads", response=Listed[Lead], summary="List leads", **_LEADS)
def list_leads(
    request: HttpRequest, paging: Paged, programme: Text = "", stage: Text = "", organisation: Text = ""
) -> object:
    """The leads of all programmes, the newest first; `stage` is one of their stages, or `open` for all that are under way."""
    holder = callers.need(request, scopes.READ_LEADS)
    asked = leads.Selection(scheme=programme, stage=stage, organisation=organisation)
    rows = leads.with_names(leads.selected(leads.visible(holder.user), asked, clock.today()))
    found = part_of(request, rows.order_by("-opened_on", "-pk"), paging)
    return Listed[Lead](items=[shapes.lead(row) for row in found.rows], **found.fields())


@router.get("/leads/{lead}", response=Lead, summary="Get a lead", **_LEADS)
def get_lead(request: HttpRequest, lead: str) -> object:
    """One lead."""
    row = leads.find(callers.need(request, scopes.READ_LEADS).user, lead)
    if row is None:
        raise problems.not_found("lead")
    return shapes.lead(row)
