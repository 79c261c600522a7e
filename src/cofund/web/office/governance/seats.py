"""Seats of a group: added, changed and ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cofund.actions.governance import groups as acting
from cofund.queries import groups
from cofund.records.programme.models import Group
from cofund.web import components as c
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.governance import lookup
from cofund.web.office.governance.forms import EndSeatForm, SeatForm
from cofund.web.routes import reverse


@opened_by("add seat")
def new(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/governance/groups/<scheme>/<slug>/new-seat/`: somebody sits in a group."""
    group = lookup.group_or_404(scheme, slug)
    form = SeatForm(request.POST if request.method == "POST" else None, rule=groups.decision_rule(group))
    editing = Editing(
        f"Add a seat to {group.name}",
        "Add the seat",
        _href(group),
        "The seat is added.",
        scheme=scheme,
        crumbs=lookup.group_crumbs(group),
    )

    def act(data: dict[str, Any]) -> str:
        acting.add_seat(actor_of(request), group, acting.SeatWanted(**data))
        return _href(group)

    return edit(request, editing, form, act)


@opened_by("edit seat")
def change(request: HttpRequest, seat: int) -> HttpResponse:
    """`/office/governance/seats/<seat>/edit/`: what is said of a seat."""
    row = lookup.seat_or_404(seat)
    rule = groups.decision_rule(row.group)
    initial = {name: getattr(row, name) for name in acting.SeatWanted.__dataclass_fields__}
    form = SeatForm(request.POST if request.method == "POST" else None, initial=initial, rule=rule)
    watched(form, acting.said(row))
    end = c.Link("End the seat with a day", reverse("office-seat-end", args=[row.pk]))
    words = "This is for what was wrong or is new. Where somebody else follows, end this seat and add another."
    editing = Editing(
        f"Change the seat of {groups.name_of(row)}",
        "Save",
        _href(row.group),
        "The seat is changed.",
        scheme=row.group.scheme.code,
        crumbs=lookup.group_crumbs(row.group),
        callouts=(c.Callout("A seat keeps its history", words, action=end),),
    )

    def act(data: dict[str, Any]) -> str:
        seen = data.pop("seen")
        acting.edit_seat(actor_of(request), row, acting.SeatWanted(**data), seen=seen)
        return _href(row.group)

    return edit(request, editing, form, act)


@opened_by("end seat")
def end(request: HttpRequest, seat: int) -> HttpResponse:
    """`/office/governance/seats/<seat>/end/`: the last day of a seat."""
    row = lookup.seat_or_404(seat)
    form = EndSeatForm(request.POST if request.method == "POST" else None)
    editing = Editing(
        f"End the seat of {groups.name_of(row)}",
        "End the seat",
        _href(row.group),
        "The seat ends on that day; it stays in the history.",
        lede=row.group.name,
        scheme=row.group.scheme.code,
        crumbs=lookup.group_crumbs(row.group),
        is_grave=True,
    )

    def act(data: dict[str, Any]) -> str:
        acting.end_seat(actor_of(request), row, data["until_on"], data["reason"])
        return _href(row.group)

    return edit(request, editing, form, act)


def _href(group: Group) -> str:
    """The page of a group."""
    return reverse("office-group", args=[group.scheme.code, group.slug])
