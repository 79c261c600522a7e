"""The pipeline: the board with its columns, the same leads as a table with files, and the projected envelope."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from cofund.queries import access, clock, leads
from cofund.queries.keeping import kept
from cofund.queries.leads import Selection
from cofund.records.programme.models import Lead
from cofund.rules import digits
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
    asked = selection(request)
    address = c.Address.of(request.path, request.GET.items())
    columns = _columns(access.role_of(request.user), asked, address)
    context = _context(request, asked, address) | {
        "columns": [pair for pair in columns if pair[0].stage in OPEN_STAGES],
        "closed": [column for column, _ in columns if column.stage not in OPEN_STAGES],
        "filters": presenting.filters(address, asked),
    }
    return render(request, "cofund/pages/office/leads/board.html", context)


@kept(64)
def _columns(role: str, asked: Selection, address: c.Address) -> tuple[tuple[presenting.BoardColumn, SafeString], ...]:
    """The columns of the board with their cards as HTML, which are the same for everybody of a role who may read leads."""
    today = clock.today()
    found = leads.board(leads.selected(Lead.objects.all(), asked, today))
    return tuple((one, cards.listed(one.cards)) for one in presenting.columns(role, found, address, today))


@opened_by("read leads")
def table(request: HttpRequest) -> HttpResponse:
    """`/office/leads/table/`: the same leads as rows, filtered, sorted and paged in the database, and as files."""
    asked = selection(request)
    address = c.Address.of(request.path, request.GET.items())
    if address.get("format"):
        rows = leads.selected(leads.visible(request.user), asked, clock.today())
        ordered = leads.ordered(rows, address.get("sort"))
        file = exports.answer(
            address.get("format"), "leads", [presenting.plain(lead) for lead in leads.with_names(ordered)]
        )
        if file is not None:
            return file
    shown, count, pages = _rows(asked, address)
    context = _context(request, asked, address) | {
        "table": c.Table(
            "leads",
            LEAD.states.get(asked.stage, "Leads"),
            presenting.table_columns(address),
            shown,
            noun=("lead", "leads"),
            total_count=count,
            empty=c.EmptyState(
                "No lead fits." if request.GET else "No lead is recorded yet.",
                "Take a filter away to see more."
                if request.GET
                else "Open one as soon as an organisation shows interest.",
                c.Link("Show all", request.path) if request.GET else None,
            ),
            filters=presenting.filters(address, asked),
            exports=lists.files_of(address),
            pages=pages,
        )
    }
    return render(request, "cofund/pages/office/leads/table.html", context)


@kept(64)
def _rows(asked: Selection, address: c.Address) -> tuple[tuple[c.Row, ...], int, c.Pages]:
    """The rows of a page of the table with the totals, how many leads there are in all, and the way to the others."""
    today = clock.today()
    rows = leads.selected(Lead.objects.all(), asked, today)
    count, amounts = leads.count_and_sums(rows)
    part, pages = lists.page_of(address, count)
    found = leads.page(leads.ordered(rows, address.get("sort")), part)
    return (*(presenting.row(lead, today) for lead in found), *_totals(amounts)), count, pages


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
        owner if owner == leads.NOBODY or digits.whole(owner) is not None else "",
        asked.get("topic", ""),
        asked.get("organisation", ""),
        asked.get("counted", "") if asked.get("counted") in (leads.COUNTED, leads.NOT_COUNTED) else "",
        asked.get("q", "")[:200],
        bool(asked.get("overdue")),
        asked.get("tranche", "")[:40],
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
    return navigation.context(request, "Leads", asked.scheme if asked.scheme in known else "") | {
        "tabs": [
            c.Link(words, c.Address(href, address.pairs).with_changes(format=None, sort=None), current=href == here)
            for words, href in faces
        ],
        "tiles": _tiles(str(request.user.pk), asked.scheme),
        "in_short": () if asked.scheme in known else projecting.in_short(),
        "projections": projecting.of_scheme(asked.scheme) if asked.scheme in known else (),
        "new_href": _new_href(asked.scheme if asked.scheme in known else "")
        if access.may(request.user, "open lead")
        else "",
        "outreach_href": f"{reverse('office-outreach')}?direction=office",
    }


def _new_href(scheme: str) -> str:
    """Where a lead is opened: the programme comes first where none is chosen."""
    return reverse("office-lead-new", args=[scheme]) if scheme else reverse("office-lead-choose")


@kept(64)
def _tiles(own: str, scheme: str) -> tuple[c.Tile, ...]:
    """Open leads, those that are overdue, those of the person with this key, and those that nobody contacted yet."""
    table_href = reverse("office-leads-table")
    within = f"&programme={scheme}" if scheme else ""
    today = clock.today()
    tiles = (
        ("Open leads", "stage=open", Selection(stage=leads.OPEN)),
        ("Next step overdue", "overdue=yes", Selection(is_overdue=True)),
        ("Mine, open", f"stage=open&owner={own}", Selection(stage=leads.OPEN, owner=own)),
        ("New, not contacted", f"stage={Lead.Stage.NEW}", Selection(stage=Lead.Stage.NEW)),
    )
    rows = leads.selected(Lead.objects.all(), Selection(scheme), today)
    figures = leads.counts_and_sums(rows, [wanted for *_, wanted in tiles], today)
    return tuple(
        c.Tile(label, count, f"{table_href}?{query}{within}", _said(amounts) or "no amount stated")
        for (label, query, _), (count, amounts) in zip(tiles, figures, strict=True)
    )


def _said(amounts: dict[str, int]) -> str:
    """What leads may bring, in words."""
    return " and ".join(short_money(cents, currency) for currency, cents in sorted(amounts.items()))
