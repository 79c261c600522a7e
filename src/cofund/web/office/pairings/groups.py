"""Groups of legal bodies under one head, by the pairings that were accepted."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import pairings, registry
from cofund.rules.identifiers import ror_address
from cofund.web import components as c
from cofund.web.formatting import counted
from cofund.web.lists import page_of
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.pairings import pieces
from cofund.web.routes import reverse


@opened_by("read pairings")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/pairings/groups/`: every group, the largest first."""
    address = c.Address.of(request.path, request.GET.items())
    count = pairings.group_count()
    part, pages = page_of(address, count)
    table = c.Table(
        "groups",
        "Groups of organisations",
        (c.Column("Head"), c.Column("Country"), c.Column("Past organisations", numeric=True)),
        tuple(
            c.Row.of(
                c.Cell(row.name, href=reverse("office-group-of-organisations", args=[row.head])),
                row.country or None,
                row.members,
            )
            for row in pairings.groups(part)
        ),
        noun=("group", "groups"),
        total_count=count,
        empty=c.EmptyState("No group was accepted yet.", "Accept pairings that say what belongs to a group."),
        pages=pages,
    )
    context = navigation.context(request, "Groups of organisations", crumbs=pieces.crumbs()) | {"table": table}
    return render(request, "cofund/pages/office/pairings/groups.html", context)


@opened_by("read pairings")
def one(request: HttpRequest, head: str) -> HttpResponse:
    """`/office/pairings/groups/<record>/`: the past organisations of one group, each with what that rests on."""
    record = registry.record(head)
    rows = pairings.members(head)
    count = rows.count()
    if record is None or not count:
        raise Http404
    address = c.Address.of(request.path, request.GET.items())
    part, pages = page_of(address, count)
    shown = list(rows[part])
    projects = pairings.projects(row.past_organisation_id for row in shown)
    table = c.Table(
        "members",
        f"Past organisations of {record.name}",
        (c.Column("Past organisation"), c.Column("Why"), c.Column("Past projects", numeric=True)),
        tuple(
            c.Row.of(
                c.Cell(
                    pieces.name_of(row),
                    href=reverse("office-pairing", args=[row.pk]),
                    note=", ".join(filter(None, (f"PIC {row.past_organisation_id}", row.past_organisation.country))),
                ),
                "; ".join(row.reasons),
                projects.get(row.past_organisation_id, 0),
            )
            for row in shown
        ),
        noun=("organisation", "organisations"),
        total_count=count,
        pages=pages,
    )
    crumbs = (*pieces.crumbs(), c.Link("Groups", reverse("office-groups-of-organisations")))
    context = navigation.context(request, record.name, crumbs=crumbs) | {
        "table": table,
        "facts": (
            c.Fact("Head", f"ROR {record.pk}", href=ror_address(record.pk), note=record.country),
            c.Fact("Accepted", counted(count, "past organisation")),
        ),
    }
    return render(request, "cofund/pages/office/pairings/group.html", context)
