"""Forms about the relationship with an organisation: next step, exchanges, relations, contacts, and what it wants or offers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cofund.actions import contacts, relations, relationships
from cofund.actions.contacts import ContactFacts
from cofund.actions.relations import NewRelation
from cofund.actions.relationships import NewExchange
from cofund.actions.seen import mark
from cofund.queries import organisations
from cofund.records.directory.models import Organisation
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing
from cofund.web.office.partners import forms, reaching


@opened_by("plan next step")
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/plan/`: who looks after it and what comes next."""
    one = reaching.organisation_or_404(slug)
    initial = {"owner": one.owner_id, "next_step": one.next_step, "next_step_on": one.next_step_on}
    form = editing.watched(forms.PlanForm(request.POST or None, initial=initial), relationships.planned(one))

    def act(data: dict[str, Any]) -> str:
        planned = (data["owner"], data["next_step"], data["next_step_on"])
        relationships.plan(actor_of(request), one, *planned, seen=data["seen"])
        return reaching.href(one)

    return editing.edit(request, _page(one, f"Next step with {one}", "Plan it", "The next step is planned."), form, act)


@opened_by("log exchange")
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/exchange/`: a call, a meeting, a letter or a note."""
    one = reaching.organisation_or_404(slug)
    form = forms.ExchangeForm(request.POST or None, organisation=one)

    def act(data: dict[str, Any]) -> str:
        relationships.log(actor_of(request), one, NewExchange(**data))
        return reaching.href(one)

    page = _page(one, f"What was said with {one}", "Keep it", "It is kept in the timeline.")
    return editing.edit(request, page, form, act)


@opened_by("relate organisations")
def relate(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/relation/`: how it stands to another organisation, or another to it."""
    one = reaching.organisation_or_404(slug)
    form = forms.RelationForm(request.POST or None, organisation=one)

    def act(data: dict[str, Any]) -> str:
        direction, other = data.pop("direction"), data.pop("other")
        first, second = (one, other) if direction == "from" else (other, one)
        relations.relate(actor_of(request), NewRelation(organisation=first, other=second, **data))
        return reaching.href(one)

    page = _page(one, f"Relation of {one}", "Record the relation", "The relation is recorded.")
    return editing.edit(request, page, form, act)


@opened_by("end relation")
def end_relation(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/partners/relations/<key>/end/`: its last day."""
    row = reaching.found_or_404(organisations.relation(key))

    def act(data: dict[str, Any]) -> str:
        relations.end(actor_of(request), row, data["until_on"], data["reason"])
        return reaching.href(row.organisation)

    page = _page(row.organisation, "End a relation", "End it", "The relation is ended.", lede=f"{row}.")
    return editing.edit(request, page, forms.EndForm(request.POST or None), act)


@opened_by("add contact")
def add_contact(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/contact/`: whom to call there."""
    one = reaching.organisation_or_404(slug)

    def act(data: dict[str, Any]) -> str:
        contacts.add(actor_of(request), one, ContactFacts(**data))
        return reaching.href(one)

    page = _page(one, f"Contact at {one}", "Add the contact", "The contact is added.")
    return editing.edit(request, page, forms.ContactForm(request.POST or None), act)


@opened_by("edit contact")
def edit_contact(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/partners/contacts/<key>/`: what is known of a contact."""
    row = reaching.found_or_404(organisations.contact(key))
    initial = contacts.known(row)

    def act(data: dict[str, Any]) -> str:
        seen = data.pop("seen")
        contacts.edit(actor_of(request), row, ContactFacts(**data), seen=seen)
        return reaching.href(row.organisation)

    form = forms.ContactEditForm(request.POST or None, initial=initial | {"seen": mark(initial)})
    page = _page(row.organisation, f"Contact: {row.name}", "Record", "The contact is changed.")
    return editing.edit(request, page, form, act)


@opened_by("mark contact as left")
def leave(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/partners/contacts/<key>/left/`: that the person left."""
    row = reaching.found_or_404(organisations.contact(key))

    def act(data: dict[str, Any]) -> str:
        contacts.leave(actor_of(request), row, data["left_on"])
        return reaching.href(row.organisation)

    lede = "The person stays in the history and is no longer offered."
    page = _page(row.organisation, f"{row.name} left", "Mark as left", "The contact is marked as left.", lede=lede)
    return editing.edit(request, page, forms.LeftForm(request.POST or None), act)


@opened_by("add interest")
def add_interest(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/interest/`: what it is interested in, offers or needs."""
    one = reaching.organisation_or_404(slug)

    def act(data: dict[str, Any]) -> str:
        stated_on, source_url = data["stated_on"], data["source_url"]
        contacts.state_interest(
            actor_of(request), one, data["kind"], data["text"], stated_on=stated_on, source_url=source_url
        )
        return reaching.href(one)

    page = _page(one, f"What {one} wants, offers or needs", "Record it", "It is recorded.")
    return editing.edit(request, page, forms.InterestForm(request.POST or None), act)


@opened_by("end interest")
def end_interest(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/partners/interests/<key>/end/`: that it no longer holds."""
    row = reaching.found_or_404(organisations.interest(key))

    def act(data: dict[str, Any]) -> str:
        contacts.end_interest(actor_of(request), row, data["ended_on"])
        return reaching.href(row.organisation)

    page = _page(row.organisation, "It no longer holds", "End it", "It is ended.", lede=f"{row}.")
    return editing.edit(request, page, forms.EndInterestForm(request.POST or None), act)


def _page(one: Organisation, heading: str, verb: str, done: str, lede: str = "") -> Editing:
    """A form about an organisation, which leads back to its page."""
    return Editing(heading, verb, reaching.href(one), done, lede=lede, crumbs=reaching.crumbs(one))
