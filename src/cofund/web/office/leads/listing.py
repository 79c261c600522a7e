"""The pipeline: the board with its columns, the same leads as a table with files, and the projected envelope."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, clock, leads
from cofund.queries.leads import Selection
from cofund.records.programme.models import Lead
from cofund.rules.lifecycles import LEAD
from cofund.rules.pipeline import OPEN_STAGES
from cofund.web import components as c
from cofund.web import lists
from cofund.web.formatting import short_money
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.leads import cards, presenting, projecting
from cofund.web.routes import reverse


@opened_by("read leads")
def board(request: HttpRequest) -> HttpResponse:
    """`/office/leads/`: a column a stage; each heading opens the list that it counts."""
    today = clock.today()
    asked = selection(request)
    address = c.Address.of(request.path, request.GET.items())
    rows = leads.selected(leads.visible(request.user), asked, today)
    columns = presenting.columns(request, leads.board(rows), address, today)
    is_open = {column.stage: column.stage in OPEN_STAGES for column in columns}
    context = _context(request, asked, address) | {
        "columns": [(column, cards.listed(column.cards)) for column in columns if is_open[column.stage]],
        "closed": [column for column in columns if not is_open[column.stage]],
        "filters": presenting.filters(request, address, asked),
    }
    return render(request, "cofund/pages/office/leads/board.html", context)


@opened_by("read leads")
def table(request: HttpRequest) -> HttpResponse:
    """`/office/leads/table/`: the same leads as rows, filtered, sorted and paged in the database, and as files."""
    today = clock.today()
    asked = selection(request)
    address = c.Address.of(request.path, request.GET.items())
    rows = leads.selected(leads.visible(request.user), asked, today)
    ordered = leads.ordered(rows, address.get("sort"))
    if address.get("format"):
        file = exports.answer(
            address.get("format"), "leads", [presenting.plain(lead) for lead in leads.with_names(ordered)]
        )
        if file is not None:
            return file
    count, amounts = leads.count_and_sums(rows)
    part, pages = lists.page_of(address, count)
    shown = tuple(presenting.row(lead, today) for lead in leads.page(ordered, part))
    context = _context(request, asked, address) | {
        "table": c.Table(
            "leads",
            LEAD.states.get(asked.stage, "Leads"),
            presenting.table_columns(address),
            (*shown, *_totals(amounts)),
            noun=("lead", "leads"),
            total_count=count,
            empty=c.EmptyState(
                "No lead fits." if request.GET else "No lead is recorded yet.",
                "Take a filter away to see more."
                if request.GET
                else "Open one as soon as an organisation shows interest.",
                c.Link("Show all", request.path) if request.GET else None,
            ),
            filters=presenting.filters(request, address, asked),
            exports=lists.files_of(address),
            pages=pages,
        )
    }
    return render(request, "cofund/pages/office/leads/table.html", context)


def selection(request: HttpRequest) -> Selection:
    """What the address asks for; what it does not know is left out."""
    asked = request.GET
    stage, owner = asked.get("stage", ""), asked.get("owner", "")
    if owner == "me":
        owner = str(request.user.pk)
    return Selection(
        asked.get("programme", ""),
        stage if stage in LEAD.states or stage == leads.OPEN else "",
        asked.get("route", ""),
        owner if owner == leads.NOBODY or (owner.isdecimal() and len(owner) < 10) else "",
        asked.get("topic", ""),
        asked.get("organisation", ""),
        asked.get("counted", "") if asked.get("counted") in (leads.COUNTED, leads.NOT_COUNTED) else "",
        asked.get("q", "")[:200],
        bool(asked.get("overdue")),
    )


def _totals(amounts: dict[str, int]) -> list[c.Row]:
    """One total for each currency; amounts of different currencies are never added."""
    return [
        c.Row.of("All of them", "–", "–", "–", c.Money(cents, currency), "–", "–", "–", kind="total")
        for currency, cents in sorted(amounts.items())
    ]


def _context(request: HttpRequest, asked: Selection, address: c.Address) -> dict[str, Any]:
    """What the board and the table show alike: the two faces, key figures, and the projected envelope."""
    known = {row.code for row in navigation.installed(request)}
    here = request.path
    faces = (("Board", reverse("office-leads")), ("Table", reverse("office-leads-table")))
    mine = leads.visible(request.user)
    return navigation.context(request, "Leads", asked.scheme if asked.scheme in known else "") | {
        "tabs": [
            c.Link(words, c.Address(href, address.pairs).with_changes(format=None, sort=None), current=href == here)
            for words, href in faces
        ],
        "tiles": _tiles(request, mine, asked),
        "projections": projecting.of_scheme(asked.scheme) if asked.scheme in known else (),
        "new_href": _new_href(asked.scheme if asked.scheme in known else "")
        if access.may(request.user, "open lead")
        else "",
        "outreach_href": f"{reverse('office-outreach')}?direction=office",
    }


def _new_href(scheme: str) -> str:
    """Where a lead is opened: the programme comes first where none is chosen."""
    return reverse("office-lead-new", args=[scheme]) if scheme else reverse("office-lead-choose")


def _tiles(request: HttpRequest, mine: QuerySet[Lead], asked: Selection) -> tuple[c.Tile, ...]:
    """Open leads, those that are overdue, those of this person, and those that the projection cannot count."""
    table_href = reverse("office-leads-table")
    within = f"&programme={asked.scheme}" if asked.scheme else ""
    today, own = clock.today(), str(request.user.pk)
    tiles = (
        ("Open leads", "stage=open", Selection(stage=leads.OPEN)),
        ("Next step overdue", "overdue=yes", Selection(is_overdue=True)),
        ("Mine, open", f"stage=open&owner={own}", Selection(stage=leads.OPEN, owner=own)),
        ("New, not contacted", f"stage={Lead.Stage.NEW}", Selection(stage=Lead.Stage.NEW)),
    )
    rows = leads.selected(mine, Selection(asked.scheme), today)
    figures = leads.counts_and_sums(rows, [wanted for *_, wanted in tiles], today)
    return tuple(
        c.Tile(label, count, f"{table_href}?{query}{within}", _said(amounts) or "no amount stated")
        for (label, query, _), (count, amounts) in zip(tiles, figures, strict=True)
    )


def _said(amounts: dict[str, int]) -> str:
    """What leads may bring, in words."""
    return " and ".join(short_money(cents, currency) for currency, cents in sorted(amounts.items()))
