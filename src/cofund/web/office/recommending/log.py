"""The log of which candidates were shown to whom, for auditors and the governance officer: a list, one row in full, and files."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from cofund.queries import programmes, shown_candidates
from cofund.queries.shown_candidates import Selection
from cofund.records.programme.models import ShownCandidates
from cofund.web import components as c
from cofund.web import lists
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.recommending.candidates import KIND_CHOICES
from cofund.web.office.recommending.presenting import HEADINGS
from cofund.web.routes import reverse

_FILTERS = {
    "country": "country",
    "kind": "kind",
    "newcomer": "newcomers only",
    "led": "has led a project",
    "with": "with",
}
_MOST = 2**63 - 1
Rows: TypeAlias = QuerySet[ShownCandidates]


@opened_by("read what was shown")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/recommendations/`: who was shown candidates for what, newest first; the files have every candidate in its place."""
    address = c.Address.of(request.path, request.GET.items())
    asked = Selection(
        address.get("programme"), address.get("about")[:100], address.get("person")[:100],
        _day(address.get("since")), _day(address.get("until")),
    )  # fmt: skip
    rows = shown_candidates.selected(asked)
    file = exports.answer(address.get("format"), "shown-candidates", list(_lines(rows, address)))
    if file is not None:
        return file
    context = navigation.context(request, "What was shown to whom") | {"table": _table(rows, address)}
    return render(request, "cofund/pages/office/recommending/log.html", context)


@opened_by("read what was shown")
def one(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/recommendations/<key>/`: what one person was shown, in its order."""
    row = shown_candidates.find(key) if key <= _MOST else None
    if row is None:
        raise Http404
    crumbs = (c.Link("What was shown to whom", reverse("office-shown")),)
    context = navigation.context(request, f"Shown to {row.person_name}", "", crumbs) | {
        "facts": _facts(row),
        "table": _candidates(row),
    }
    return render(request, "cofund/pages/office/recommending/shown.html", context)


def _lines(rows: Rows, address: c.Address) -> list[dict[str, exports.Plain]]:
    """The lines of a file; none where no file is asked for."""
    if address.get("format") not in exports.KINDS:
        return []
    return list(shown_candidates.lines(rows))


def _day(text: str) -> date | None:
    """A day of an address; None where it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _table(rows: Rows, address: c.Address) -> c.Table:
    """A page of the log."""
    count = rows.count()
    part, pages = lists.page_of(address, count)
    found = shown_candidates.page(rows, part)
    return c.Table(
        "shown",
        "What was shown to whom",
        (
            c.Column("When"), c.Column("To whom"), c.Column("For"), c.Column("Filters"),
            c.Column("Candidates", numeric=True), c.Column("Newcomers among them", numeric=True), c.Column("Index"),
        ),
        tuple(
            c.Row.of(
                c.Cell(row.shown_at, href=reverse("office-shown-one", args=[row.pk])),
                c.Cell(row.person_name, note=row.person.get_role_display()),
                c.Cell(about(row), note=(row.topic.title if row.topic else row.idea.title_said if row.idea else "")[:80]),
                filters_said(row),
                len(_listed(row)),
                sum(bool(each["newcomer"]) for each in _listed(row)),
                row.index_version,
            )
            for row in found
        ),
        noun=("list", "lists"),
        total_count=count,
        filters=_bar(address),
        exports=lists.files_of(address),
        pages=pages,
        empty=c.EmptyState("Nothing was shown that fits.", "Each page of candidates that somebody opens is kept here."),
        note="The same question to the same index is kept once a person and day. The files have each candidate in its place.",
    )  # fmt: skip


def _bar(address: c.Address) -> c.FilterBar:
    """What the log can be narrowed by."""
    fields = (
        c.Filter("about", "Topic or idea", address.get("about")),
        c.Filter("person", "Person", address.get("person")),
        c.Filter(
            "programme", "Programme", address.get("programme"),
            tuple(c.Choice(row.code, row.name) for row in programmes.installed()),
        ),
        c.Filter("since", "Since", address.get("since"), kind="date"),
        c.Filter("until", "Until", address.get("until"), kind="date"),
    )  # fmt: skip
    return c.FilterBar(fields, address)


def about(row: ShownCandidates) -> str:
    """The topic or idea that it was for."""
    return row.topic.code if row.topic else row.idea.reference if row.idea else ""


def filters_said(row: ShownCandidates) -> str:
    """The filters of a question in words."""
    said = []
    for name, value in sorted(row.filters.items()):
        if name == "kind":
            said.append(" or ".join(KIND_CHOICES.get(each, each).lower() for each in value))
        elif name in ("newcomer", "led"):
            said.append(_FILTERS[name])
        elif name == "number":
            said.append(f"the first {value}")
        else:
            said.append(f"{_FILTERS.get(name, name)} {', '.join(map(str, value))}")
    return "; ".join(said) or "none"


def _facts(row: ShownCandidates) -> tuple[c.Fact, ...]:
    """What was asked, by whom, of which index."""
    return (
        c.Fact("For", about(row), note=row.topic.title if row.topic else row.idea.title_said if row.idea else ""),
        c.Fact("Shown", row.shown_at),
        c.Fact("To", row.person_name),
        c.Fact("Filters", filters_said(row)),
        c.Fact("Index", row.index_version),
        c.Fact(
            "Question",
            row.question_digest,
            note="SHA-256 of the text, the call, known members, filters, who is left out, who stands with whom, who fills what",
        ),
    )


def _listed(row: ShownCandidates) -> list[dict[str, Any]]:
    """The candidates of a list, without those who were named again as filling a gap."""
    return [each for each in row.candidates if "fills" not in each]


def _band(shown: dict[str, Any]) -> str:
    """Where on the page somebody stood: in a band, among newcomers, or beside what is missing."""
    if "fills" in shown:
        return f"Would fill what is missing ({shown['fills']})"
    return "Newcomers, apart" if shown["band"] == "newcomers" else HEADINGS.get(shown["band"], shown["band"])


def _with(shown: dict[str, Any]) -> str:
    """Who stood with a candidate, by identification codes."""
    also = ", ".join(map(str, shown.get("also", ())))
    return f"with those accepted as one with it or of its group: PIC {also}" if also else ""


def _candidates(row: ShownCandidates) -> c.Table:
    """The candidates in the order in which they were shown."""
    return c.Table(
        "candidates",
        "Candidates in their order",
        (c.Column("Place", numeric=True), c.Column("Organisation"), c.Column("Band"), c.Column("Country"), c.Column("Newcomer")),
        tuple(
            c.Row.of(
                place,
                c.Cell(each["name"], href=reverse("office-past-organisation", args=[each["pic"]]), note=_with(each)),
                _band(each),
                each["country"] or "not known",
                "yes" if each["newcomer"] else "no",
            )
            for place, each in enumerate(row.candidates, start=1)
        ),
        noun=("candidate", "candidates"),
    )  # fmt: skip
