"""The queue of pairings: what past organisations may be, those to be looked at first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, pairings
from cofund.queries.pairings import Selection
from cofund.records.directory.models import Pairing
from cofund.web import components as c
from cofund.web.formatting import counted
from cofund.web.lists import page_of
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.pairings import pieces
from cofund.web.routes import reverse

_COLUMNS = (
    c.Column("Past organisation"),
    c.Column("May be"),
    c.Column("Why"),
    c.Column("How sure", numeric=True, hint="In hundredths, from the kind of evidence. Not a measured share."),
    c.Column("Stands at"),
)


@opened_by("read pairings")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/pairings/`: the queue; without a filter what is to be looked at comes first."""
    address = c.Address.of(request.path, request.GET.items())
    selection = Selection(*(address.get(key) for key in ("q", "kind", "status", "country", "sure")))
    count = pairings.count(selection)
    part, pages = page_of(address, count)
    shown = pairings.page(selection, part.start, part.stop)
    projects = pairings.projects(row.past_organisation_id for row in shown)
    table = c.Table(
        "pairings",
        "What past organisations may be",
        _COLUMNS,
        tuple(_row(row, projects.get(row.past_organisation_id, 0)) for row in shown),
        noun=("pairing", "pairings"),
        total_count=count,
        empty=c.EmptyState(
            "No pairing here.",
            "They are looked for with the command cofund organisations match, once past projects and records of ROR were imported.",
        ),
        filters=_filters(address, selection),
        pages=pages,
    )
    found = pairings.counts()
    context = navigation.context(request, "Same organisations") | {
        "table": table,
        "tiles": _tiles(found),
        "bulk": _bulk(found) if access.may(request.user, "accept certain pairings") else (),
    }
    return render(request, "cofund/pages/office/pairings/list.html", context)


def _row(row: Pairing, projects: int) -> c.Row:
    """One pairing."""
    past = row.past_organisation
    note = ", ".join(filter(None, (f"PIC {past.pk}", past.country, counted(projects, "past project"))))
    other = pieces.other_cell(row)
    first, *more = row.reasons or ["–"]
    return c.Row.of(
        c.Cell(pieces.name_of(row), href=reverse("office-pairing", args=[row.pk]), note=note),
        c.Cell(other.value, href=other.href, note=f"{pieces.KINDS[row.kind]} – {other.note}"),
        c.Cell(first, note="; ".join(more)),
        c.Cell(f"{row.percent} %", note="certain" if row.is_certain else ""),
        pieces.STATUSES[row.status],
    )


def _tiles(found: dict[tuple[str, str, bool], int]) -> tuple[c.Tile, ...]:
    """How many of each kind are to be looked at; each opens exactly those."""
    address = c.Address(reverse("office-pairings"))
    tiles = []
    for kind, label in pieces.WITH.items():
        still = found.get((kind, "open", False), 0)
        accepted = sum(found.get((kind, "accepted", is_certain), 0) for is_certain in (True, False))
        href = address.with_changes(kind=kind, status="open", sure="no")
        tiles.append(c.Tile(f"To be looked at: {label}", still, href, note=f"{accepted:,} accepted"))
    return tuple(tiles)


def _bulk(found: dict[tuple[str, str, bool], int]) -> tuple[c.Link, ...]:
    """The way to accept what is certain, for each kind that has any."""
    counts = {kind: found.get((kind, "open", True), 0) for kind in pieces.KINDS}
    return tuple(
        c.Link(
            f"Accept {counted(count, 'certain pairing', 'certain pairings')} with {pieces.WITH[kind]}",
            reverse("office-pairings-accept", args=[kind]),
        )
        for kind, count in counts.items()
        if count
    )


def _filters(address: c.Address, selection: Selection) -> c.FilterBar:
    """What the queue can be narrowed by."""
    return c.FilterBar(
        (
            c.Filter("q", "Name or PIC", selection.words),
            c.Filter("kind", "Kind", selection.kind, tuple(c.Choice(*pair) for pair in pieces.KINDS.items())),
            c.Filter(
                "status", "Stands at", selection.status,
                tuple(c.Choice(code, said.label) for code, said in pieces.STATUSES.items()),
            ),
            c.Filter("country", "Country", selection.country, tuple(c.Choice(one, one) for one in pairings.countries())),
            c.Filter("sure", "How sure", selection.sure, (c.Choice("yes", "Certain"), c.Choice("no", "Not certain"))),
        ),
        address,
    )  # fmt: skip
