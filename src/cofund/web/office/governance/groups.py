"""Groups: the list, and the page of one with its seats now and then and its meetings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions.governance import groups as acting
from cofund.queries import access, clock, groups
from cofund.records.programme.models import Group, Meeting, Seat
from cofund.web import components as c
from cofund.web import lists
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.exports import answer
from cofund.web.office.governance import lookup, showing
from cofund.web.office.governance.forms import GroupForm, NewGroupForm
from cofund.web.routes import reverse

MEETINGS_SHOWN = 20


@opened_by("read groups")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/governance/groups/`: every group, with how many sit in it."""
    address = c.Address.of(request.path, request.GET.items())
    found = groups.listed(address.get("programme"), address.get("kind"), address.get("q"))
    file = answer(address.get("format"), "groups", [_plain(row) for row in found]) if address.get("format") else None
    if file is not None:
        return file
    count = found.count()
    part, pages = lists.page_of(address, count)
    table = c.Table(
        "groups",
        "Groups",
        (
            c.Column("Group"),
            c.Column("Programme"),
            c.Column("Kind"),
            c.Column("Seats now", numeric=True),
            c.Column("Until"),
        ),
        tuple(_row(row) for row in found[part]),
        noun=("group", "groups"),
        total_count=count,
        empty=c.EmptyState("No group fits." if request.GET else "No group yet."),
        filters=_filters(request, address),
        exports=lists.files_of(address),
        pages=pages,
    )
    may_add = access.may(request.user, "add group")
    context = navigation.context(request, "Groups") | {
        "table": table,
        "faces": showing.faces(request, "office-groups"),
        "lede": "Boards, advisory groups and panels, with who sits in them and from when until when.",
        "actions": [c.Link("Add a group", reverse("office-group-new"))] if may_add else [],
    }
    return render(request, "cofund/pages/office/governance/list.html", context)


@opened_by("read groups")
def page(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/governance/groups/<scheme>/<slug>/`: who sits in it and did, and its meetings."""
    group = lookup.group_or_404(scheme, slug)
    every = groups.seats(group)
    today = clock.today()
    now = [seat for seat in every if _is_held(seat)]
    past = [seat for seat in every if seat.until_on is not None and seat.until_on < today]
    coming = [seat for seat in every if seat not in now and seat not in past]
    rule = groups.decision_rule(group)
    weights = showing.weights_of(now, rule)
    may_edit = access.may(request.user, "edit seat")
    href = reverse("office-group", args=[scheme, slug])
    context = navigation.context(request, group.name, scheme, lookup.group_crumbs(group)[:1]) | {
        "group": group,
        "certainty": showing.mark(group.certainty),
        "facts": _facts(group),
        "now": _seats_table("now", "Seats now", now, rule, weights, may_edit=may_edit),
        "coming": _seats_table("coming", "Seats to come", coming, None, {}, may_edit=may_edit) if coming else None,
        "past": _seats_table("past", "Earlier seats", past, None, {}, may_edit=False) if past else None,
        "meetings": _meetings_table(group),
        "actions": [
            c.Link(text, href + path)
            for text, path, action in (
                ("Plan a meeting", "new-meeting/", "add meeting"),
                ("Add a seat", "new-seat/", "add seat"),
                ("Change the group", "edit/", "edit group"),
            )
            if access.may(request.user, action)
        ],
    }
    return render(request, "cofund/pages/office/governance/group.html", context)


@opened_by("add group")
def new(request: HttpRequest) -> HttpResponse:
    """`/office/governance/groups/new/`: a group of a programme."""
    form = NewGroupForm(request.POST if request.method == "POST" else None)
    editing = Editing(
        "Add a group",
        "Add the group",
        reverse("office-groups"),
        "The group is added. Its seats come next.",
        crumbs=(c.Link("Groups", reverse("office-groups")),),
    )

    def act(data: dict[str, Any]) -> str:
        made = acting.add_group(actor_of(request), data["scheme"].code, _wanted(data))
        return reverse("office-group", args=[made.scheme.code, made.slug])

    return edit(request, editing, form, act)


@opened_by("edit group")
def change(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/governance/groups/<scheme>/<slug>/edit/`: what is said of a group."""
    group = lookup.group_or_404(scheme, slug)
    href = reverse("office-group", args=[scheme, slug])
    initial = {name: getattr(group, name) for name in ("name", "kind", "remit", "from_on", "until_on", "source_url")}
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial)
    watched(form, acting.said_of(group))
    editing = Editing(
        f"Change {group.name}", "Save", href, "The group is changed.", scheme=scheme, crumbs=lookup.group_crumbs(group)
    )

    def act(data: dict[str, Any]) -> str:
        acting.edit_group(actor_of(request), group, _wanted(data), seen=data["seen"])
        return href

    return edit(request, editing, form, act)


def _wanted(data: dict[str, Any]) -> acting.GroupWanted:
    """What the form says of a group."""
    return acting.GroupWanted(**{name: data[name] for name in acting.GroupWanted.__dataclass_fields__})


def _is_held(seat: Seat) -> bool:
    """Whether a seat is held today."""
    today = clock.today()
    return (seat.from_on is None or seat.from_on <= today) and (seat.until_on is None or seat.until_on >= today)


def _row(group: Group) -> c.Row:
    """A group as a row of the list."""
    href = reverse("office-group", args=[group.scheme.code, group.slug])
    return c.Row.of(
        c.Cell(group.name, href=href, certainty=showing.mark(group.certainty)),
        group.scheme.name,
        group.get_kind_display(),
        int(getattr(group, "seats_now", 0)),
        group.until_on or "–",
    )


def _plain(group: Group) -> dict[str, str | int | bool | None]:
    """A group as a row of a file."""
    return {
        "scheme": group.scheme.code,
        "group": group.slug,
        "name": group.name,
        "kind": str(group.kind),
        "seats_now": int(getattr(group, "seats_now", 0)),
        "certainty": str(group.certainty),
        "source_url": group.source_url,
    }


def _filters(request: HttpRequest, address: c.Address) -> c.FilterBar:
    """By programme, kind, and a part of the name of the group or of who sits in it."""
    schemes = tuple(c.Choice(row.code, row.name) for row in navigation.installed(request))
    kinds = tuple(c.Choice(value, label) for value, label in Group.Kind.choices)
    return c.FilterBar(
        (
            c.Filter("q", "Name or who sits in it", address.get("q")),
            c.Filter("programme", "Programme", address.get("programme"), schemes),
            c.Filter("kind", "Kind", address.get("kind"), kinds),
        ),
        address,
    )


def _facts(group: Group) -> tuple[c.Fact, ...]:
    """What is known of a group."""
    rule = groups.decision_rule(group)
    return (
        c.Fact("Programme", group.scheme.name),
        c.Fact("Kind", group.get_kind_display()),
        c.Fact("What it is for", group.remit),
        c.Fact("Decides", "by the rule of the programme" if rule else "not by votes: it advises"),
        c.Fact("There since", group.from_on),
        c.Fact("Last day", group.until_on or "Still there"),
        c.Fact("Source", c.Link(group.source_url, group.source_url) if group.source_url else None),
    )


def _seats_table(
    name: str, caption: str, seats: list[Seat], rule: Any, weights: dict[str, str], *, may_edit: bool
) -> c.Table:
    """Seats with capacity, votes and days."""
    rows = tuple(
        c.Row.of(
            showing.seat_cell(seat),
            seat.get_capacity_display(),
            c.Cell(showing.weight_words(seat, rule, weights), note=seat.note),
            seat.from_on,
            seat.last_on or "Still",
            *([c.Cell("Change", href=reverse("office-seat-edit", args=[seat.pk]))] if may_edit else []),
        )
        for seat in seats
    )
    columns = (c.Column("Seat"), c.Column("Capacity"), c.Column("Votes"), c.Column("From"), c.Column("Until"))
    more = (c.Column("Change"),) if may_edit else ()
    empty = c.EmptyState("Nobody sits in it, as far as it is known.")
    return c.Table(name, caption, (*columns, *more), rows, noun=("seat", "seats"), empty=empty)


def _meetings_table(group: Group) -> c.Table:
    """The newest meetings of a group."""
    found = Meeting.objects.filter(group=group)
    count = found.count()
    rows = tuple(
        c.Row.of(
            c.Cell(
                meeting.title,
                href=reverse("office-meeting", args=[meeting.pk]),
                certainty=showing.mark(meeting.certainty),
            ),
            showing.when(meeting),
            showing.meeting_status(meeting),
        )
        for meeting in found[:MEETINGS_SHOWN]
    )
    columns = (c.Column("Meeting"), c.Column("When"), c.Column("State"))
    empty = c.EmptyState("No meeting is recorded.")
    return c.Table("meetings", "Meetings", columns, rows, ("meeting", "meetings"), total_count=count, empty=empty)
