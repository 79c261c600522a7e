"""What is behind a figure: the contributions or entries that it adds up to the cent, each with its proof."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from cofund.queries import clock, envelope, programmes
from cofund.queries import figures as queries
from cofund.queries.figures import Asked, EntryPart, Part
from cofund.queries.keeping import kept
from cofund.records.ledger.models import Entry
from cofund.rules import figures
from cofund.rules.schemes import Scheme
from cofund.web import booked, lists
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.office import exports, navigation, showing
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.routes import reverse

# Parts of a question that narrow it, with the words for them.
PARTS: Final = {
    "tranche": "Tranche",
    "project": "Project",
    "topic": "Topic",
    "partner": "Partner",
    "role": "Role",
    "channel": "Way of payment",
    "decision": "Decision",
    "year": "Year",
}


@opened_by("read proof")
def page(request: HttpRequest) -> HttpResponse:
    """`/office/proof/`: the rows behind a figure of a programme; by default all that is given to the one with most booked."""
    address = c.Address.of(request.path, request.GET.items())
    installed = navigation.installed(request)
    code = address.get("programme") or _most_booked([one.code for one in installed])
    if not code:
        return render(request, "cofund/pages/office/proof/behind.html", navigation.context(request, "Proof"))
    scheme, _ = scheme_or_404(code)
    asked = _asked(address, code)
    if (kind := address.get("format")) in exports.KINDS:
        file = exports.answer(kind, f"behind-{code}-{asked.figure}", _plain(asked, scheme))
        assert file is not None
        return file
    label, formula = _said(asked.figure)
    context = navigation.context(request, "Proof") | {
        "scheme": scheme,
        "heading": f"Behind “{label}”",
        "lede": f"{formula} {scheme.name}, as of {day(asked.as_of)}, {_known(asked)}.",
        "as_of": c.AsOf(
            request.path,
            asked.as_of,
            timezone.localdate(asked.known_at) if asked.known_at else None,
            hidden=address.others("as_of", "known_on"),
            ask_known=True,
        ),
        **_figure(address, asked),
    }
    return render(request, "cofund/pages/office/proof/behind.html", context)


def _most_booked(codes: list[str]) -> str:
    """The programme in whose books contributors put most; empty where there is no programme."""
    books = envelope.today()
    return max(codes, key=lambda code: sum(one.contributed_cents for one in books.get(code, ())), default="")


def _asked(address: c.Address, code: str) -> Asked:
    """What an address asks for. Raises Http404 where there is no figure of that name."""
    figure = address.get("figure") or figures.DEFAULT
    if figure not in figures.FIGURES and figure not in figures.OF_ENTRIES:
        raise Http404
    parts = {name: address.get(name) for name in PARTS}
    known_on = _day(address.get("known_on"))
    known_at = timezone.make_aware(datetime.combine(known_on, time.max)) if known_on else None
    return Asked(code, figure, **parts, as_of=_day(address.get("as_of")) or clock.today(), known_at=known_at)


def _day(text: str) -> date | None:
    """A day of the address, None where it is none."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _said(figure: str) -> tuple[str, str]:
    """What a figure is called, and how it is made."""
    if figure in figures.OF_ENTRIES:
        return figures.OF_ENTRIES[figure]
    found = figures.FIGURES[figure]
    return found.label, found.formula


@kept(64)
def _figure(address: c.Address, asked: Asked) -> dict[str, object]:
    """The sum and a page of its rows: the same for everybody who may read them."""
    scheme, _ = scheme_or_404(asked.scheme)
    parts: tuple[Part, ...] | tuple[EntryPart, ...]
    is_of_entries = asked.figure in figures.OF_ENTRIES
    parts = queries.entries_behind(asked) if is_of_entries else queries.behind(asked)
    part, pages = lists.page_of(address, len(parts))
    total = queries.total(parts)
    rows = tuple(_entry_row(scheme, one) if isinstance(one, EntryPart) else _row(scheme, one) for one in parts[part])
    noun = ("entry", "entries") if is_of_entries else ("contribution", "contributions")
    columns = _ENTRY_COLUMNS if is_of_entries else _COLUMNS
    summed = c.Row.of("All of them", *("–" for _ in columns[2:]), c.Money(total, scheme.currency), kind="total")
    return {
        "tiles": (
            c.Tile(_said(asked.figure)[0], c.Money(total, scheme.currency), formula=_said(asked.figure)[1]),
            c.Tile(f"{noun[1].capitalize()} behind it", len(parts)),
            c.Tile("As of", asked.as_of, note=_known(asked)),
        ),
        "table": c.Table(
            "behind",
            f"{_said(asked.figure)[0]}: the rows behind it",
            columns,
            (*rows, *((summed,) if rows else ())),
            noun=noun,
            total_count=len(parts),
            filters=_filters(address, asked, scheme),
            exports=lists.files_of(address),
            pages=pages,
            empty=c.EmptyState("Nothing is behind this figure: it is zero on this day."),
        ),
    }


def _known(asked: Asked) -> str:
    """By which knowledge."""
    if asked.known_at is None:
        return "by everything that is known"
    return f"by what was known on {day(timezone.localdate(asked.known_at))}"


_COLUMNS: Final = (
    c.Column(
        "Contribution", hint="Opens its proof: proposal, letter, decision, certificate and transfers on one page."
    ),
    c.Column("Partner"),
    c.Column("For"),
    c.Column("Kind"),
    c.Column("Stage"),
    c.Column("In this figure", numeric=True),
)
_ENTRY_COLUMNS: Final = (
    c.Column("Entry"),
    c.Column("What"),
    c.Column("Day it is about"),
    c.Column("Why"),
    c.Column("Decision"),
    c.Column("In this figure", numeric=True),
)


def _row(scheme: Scheme, part: Part) -> c.Row:
    """A contribution behind a figure."""
    row = part.state.contribution
    return c.Row.of(
        c.Cell(row.reference, href=reverse("office-proof-of", args=[row.reference])),
        c.Cell(showing.givers(part.state), note=scheme.role(row.role).label),
        c.Cell(showing.target_name(row), href=showing.target_href(row)),
        scheme.kind(row.kind).label,
        c.stage_status(part.state.stage, in_part=part.state.is_in_part),
        c.Money(part.cents, scheme.currency),
    )


def _entry_row(scheme: Scheme, part: EntryPart) -> c.Row:
    """An entry behind a figure."""
    entry = part.entry
    decision = entry.decision
    return c.Row.of(
        c.Cell(f"{scheme.code} {entry.number}", href=reverse("office-entry", args=[scheme.code, entry.number])),
        c.Cell(Entry.Kind(entry.kind).label, note=f"by {entry.actor_name}"),
        c.Cell(entry.effective_on, certainty=booked.mark(entry)),
        c.Cell(entry.reason, note=entry.evidence),
        c.Cell(
            decision.number_said if decision else "none",
            href=reverse("office-decision", args=[decision.pk]) if decision else "",
        ),
        c.Money(part.cents, scheme.currency),
    )


def _filters(address: c.Address, asked: Asked, scheme: Scheme) -> c.FilterBar:
    """Which figure, of which programme, and of what part of it."""
    programme = tuple(c.Choice(row.code, row.name) for row in programmes.installed())
    names = {one.code: one.label for one in figures.FIGURES.values()}
    names |= {code: label for code, (label, _) in figures.OF_ENTRIES.items()}
    found = [
        c.Filter("figure", "Figure", asked.figure, tuple(c.Choice(code, label) for code, label in names.items())),
        c.Filter("programme", "Programme", asked.scheme, programme),
    ]
    tranches = tuple(c.Choice(rule.code, rule.label) for rule in scheme.tranches)
    roles = tuple(c.Choice(role.code, role.label_plural) for role in scheme.roles)
    channels = (
        c.Choice("office", f"Through the {scheme.label('office')}"),
        c.Choice("brought", "Brought by contributors"),
    )
    choices = {"tranche": tranches, "role": roles, "channel": channels}
    found += [
        c.Filter(name, label, address.get(name), choices.get(name, ()), kind="text")
        for name, label in PARTS.items()
        if address.get(name) or name in choices
    ]
    return c.FilterBar(tuple(found), address)


def _plain(asked: Asked, scheme: Scheme) -> list[dict[str, exports.Plain]]:
    """The rows behind a figure as rows of a file; amounts in whole cents."""
    stated: dict[str, exports.Plain] = {
        "scheme": scheme.code,
        "figure": asked.figure,
        "as_of": asked.as_of.isoformat() if asked.as_of else "",
        "known_at": asked.known_at.isoformat() if asked.known_at else "",
    }
    if asked.figure in figures.OF_ENTRIES:
        return [
            {**stated, "entry": part.entry.number, "kind": str(part.entry.kind), "cents": part.cents}
            for part in queries.entries_behind(asked)
        ]
    return [
        {
            **stated,
            "contribution": part.state.contribution.reference,
            "partners": "; ".join(one.name for one in part.state.organisations),
            "target": showing.target_name(part.state.contribution),
            "stage": part.state.stage,
            "cents": part.cents,
        }
        for part in queries.behind(asked)
    ]
