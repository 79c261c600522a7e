"""The leverage report: L1 to L4 by name, committed and certified side by side, then and now, with what was restated."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from cofund.exporters.documents.leverage import figures_of, leverage_pdf, restated_words
from cofund.queries.documents import leverages
from cofund.queries.documents.given import Moment
from cofund.queries.documents.leverages import BASES, CERTIFIED, COMMITTED, Report
from cofund.rules.leverage import FORMULAS, NAMES
from cofund.web import asking, document_tables
from cofund.web import components as c
from cofund.web.asking import Asked
from cofund.web.kept_markup import kept_markup
from cofund.web.office import navigation
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.routes import reverse

_RESTATED = "Published: the earlier day, by what was known at its report. Restated: the same day, by what is known now."
_MEASURES = (
    ("Partners' contributions", "partners_cents"),
    ("Match on them", "match_cents"),
    ("Public money", "public_cents"),
    ("Total, each euro once", "total_cents"),
)


@opened_by("read the books")
def page(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/office/<scheme>/leverage/`: the report, beside an earlier one; the address names the day and the knowledge of both."""
    rules, _ = scheme_or_404(scheme)
    asked, earlier = _asked(request)
    problem = asked.problem or earlier.problem
    kind = request.GET.get("format", "")
    if problem and kind:
        return HttpResponse(problem + "\n", status=400, content_type="text/plain; charset=utf-8")
    address = c.Address.of(request.path, request.GET.items())
    found = leverages.report(scheme, earlier.moment, asked.moment)
    if kind:
        document = leverages.document(found)
        name = f"{scheme}-leverage-{asked.moment.on.isoformat()}"
        file = document_tables.file_of(document, kind, request.GET.get("sheet", ""), name)
        if file is not None:
            return file
    context = navigation.context(
        request, "Leverage", scheme, (c.Link("Documents", reverse("office-documents", args=[scheme])),)
    ) | {
        "scheme": rules,
        "asked": asked,
        "earlier": earlier,
        "problem": problem,
        "pdf": c.Address.of(reverse("office-leverage-pdf", args=[scheme]), request.GET.items()).with_changes(
            sheet=None, format=None
        ),
        "excel": address.with_changes(sheet=None, format="xlsx"),
        "tiles": _tiles(found),
        "body": _body(scheme, _days(earlier), _days(asked), address),
    }
    return render(request, "cofund/pages/office/documents/leverage.html", context, status=400 if problem else 200)


@opened_by("read the books")
def as_pdf(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/leverage.pdf`: the report as a document to keep."""
    scheme_or_404(scheme)
    asked, earlier = _asked(request)
    if asked.problem or earlier.problem:
        text = (asked.problem or earlier.problem) + "\n"
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    content = leverage_pdf(leverages.report(scheme, earlier.moment, asked.moment))
    name = f"{scheme}-leverage-{asked.moment.on.isoformat()}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(request: HttpRequest) -> tuple[Asked, Asked]:
    """The report and the one before: where nothing is asked, the end of the year before by what was known on that day."""
    asked = asking.asked(request)
    earlier = asking.asked(request, on="earlier_on", known="earlier_known_on")
    on = earlier.on or date(asked.moment.on.year - 1, 12, 31)
    known_on = earlier.known_on or on
    moment = Moment(on, asked.moment.read_at, asking.end_of(known_on))
    return asked, Asked(moment, on, known_on, earlier.problem)


Days = tuple[date, datetime | None]


def _days(one: Asked) -> Days:
    """What is asked for, without the instant of asking: two who ask the same get the same."""
    return one.moment.on, one.moment.known_at


@kept_markup("cofund/pages/office/documents/leverage_body.html", 32)
def _body(scheme: str, earlier: Days, asked: Days, address: c.Address) -> dict[str, Any]:
    """What the page shows under the days that are asked for."""
    found = leverages.report(scheme, Moment.of(*earlier), Moment.of(*asked))
    return {
        "figures": _figures(found),
        "amounts": _amounts(found),
        "restated": _restated(found),
        "definitions": [c.Fact(f"{code} {NAMES[code]}", formula) for code, formula in FORMULAS.items()],
        "bases": [c.Fact(basis.capitalize(), words) for basis, words in BASES.items()],
        **document_tables.parts_of(leverages.document(found), address),
    }


def _tiles(found: Report) -> list[c.Tile]:
    """L1 and L3 now on both bases."""
    tiles = []
    for basis in (COMMITTED, CERTIFIED):
        own = found.now.total(basis).leverage
        for code, value in (("L1", own.l1), ("L3", own.l3)):
            tiles.append(c.Tile(f"{code} {NAMES[code]}, {basis}", c.Ratio(value, 2), formula=FORMULAS[code]))
    return tiles


def _columns(first: str, *, numeric: bool = True) -> tuple[c.Column, ...]:
    """Committed and certified side by side, at each moment."""
    moments = ("published", "restated", "now")
    names = [f"{basis.capitalize()}, {words}" for basis in BASES for words in moments]
    return (c.Column(first), *(c.Column(name, numeric=numeric) for name in names))


def _figures(found: Report) -> c.Table:
    """L1 to L4, each by its name."""
    every = [figures_of(one.total(basis).leverage) for basis in BASES for one in found.standings]
    rows = tuple(
        c.Row.of(c.Cell(row[0][0], note=row[0][1]), *(c.Ratio(value) for _, _, value in row))
        for row in zip(*every, strict=True)
    )
    return c.Table(
        "figures", "Leverage, committed and certified", _columns("Figure"), rows, counted=False, note=_RESTATED
    )


def _amounts(found: Report) -> c.Table:
    """What the figures are computed from."""
    currency = found.scheme.currency
    every = [one.total(basis) for basis in BASES for one in found.standings]
    rows = tuple(
        c.Row.of(label, *(c.Money(getattr(one, name), currency, bare=True) for one in every))
        for label, name in _MEASURES
    )
    return c.Table("amounts", "What they are computed from", _columns(f"Amount ({currency})"), rows, counted=False)


def _restated(found: Report) -> c.Callout:
    """Whether the earlier report reads otherwise today, and by how much."""
    rows = restated_words(found)
    if not rows:
        return c.Callout("Nothing was restated", "The earlier report reads the same today.", "success")
    points = tuple(f"{what}: {then} as published, {now} as known now, {by}" for what, then, now, by in rows)
    return c.Callout(
        "The earlier report would read otherwise today",
        "What was recorded after it about days up to it changed these figures; the entries are listed below under Restatements.",
        "warning",
        points,
    )
