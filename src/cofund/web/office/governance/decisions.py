"""The decision register, the page of a decision with its whole reasoning, and its publication."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions.governance import deciding
from cofund.queries import access, consent, decisions, meetings, programmes
from cofund.queries.keeping import kept
from cofund.records.programme.models import TAKEN_ELSEWHERE, AgendaItem, Decision
from cofund.web import components as c
from cofund.web import lists, reasoning
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.office.exports import answer
from cofund.web.office.governance import lookup, showing
from cofund.web.office.governance.forms import EmptyForm
from cofund.web.routes import reverse


@opened_by("read groups")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/governance/decisions/`: the register, newest first."""
    address = c.Address.of(request.path, request.GET.items())
    if kind := address.get("format"):
        file = answer(kind, "decisions", [_plain(row) for row in decisions.register(_selection(address))])
        if file is not None:
            return file
    context = navigation.context(request, "Decisions") | {
        "table": _table(address),
        "faces": showing.faces(request, "office-decisions"),
        "lede": "Everything that a board decided, with number and day; how it was reached where it was decided here.",
        "actions": [],
    }
    return render(request, "cofund/pages/office/governance/list.html", context)


def _selection(address: c.Address) -> decisions.Selection:
    """Which decisions an address asks for."""
    return decisions.Selection(*(address.get(name) for name in ("programme", "group", "year", "state", "result", "q")))


@kept(64)
def _table(address: c.Address) -> c.Table:
    """A page of the register: the same for everybody who may read it."""
    found = decisions.register(_selection(address))
    count = found.count()
    part, pages = lists.page_of(address, count)
    columns = (
        c.Column("Number"),
        c.Column("Decided on"),
        c.Column("What"),
        c.Column("Programme"),
        c.Column("Result"),
        c.Column("Published"),
    )
    return c.Table(
        "decisions",
        "Decision register",
        columns,
        tuple(_row(row) for row in decisions.page(found, part)),
        noun=("decision", "decisions"),
        total_count=count,
        empty=c.EmptyState("No decision fits." if address.pairs else "No decision is recorded."),
        filters=_filters(address),
        exports=lists.files_of(address),
        pages=pages,
    )


@opened_by("read groups")
def page(request: HttpRequest, decision: int) -> HttpResponse:
    """`/office/governance/decisions/<decision>/`: what was decided, and everything that it rests on."""
    row = lookup.decision_or_404(decision)
    crumbs = (c.Link("Decisions", reverse("office-decisions")),)
    is_conflicted = meetings.has_conflict(request.user, row)
    may_publish = row.published_at is None and access.may(request.user, "publish decision")
    context = navigation.context(request, row.number_said, row.scheme.code, crumbs) | {
        "decision": row,
        "notice": showing.unnamed(consent.titles(row.scheme.code), decision=row),
        "certainty": showing.mark(row.certainty),
        "result": reasoning.result(row),
        "facts": _facts(row),
        # Whoever had a conflict on the point reads what anybody may, and nothing that is for the office.
        "caveats": [] if is_conflicted else row.caveats,
        "reasoning": reasoning.of_decision(row, shows_nature=not is_conflicted),
        "actions": [c.Link("Publish", reverse("office-decision-publish", args=[row.pk]))] if may_publish else [],
    }
    return render(request, "cofund/pages/office/governance/decision.html", context)


# In place of words that could name a partner.
UNNAMED = "Not shown before the partner may be named"


@opened_by("publish decision")
def publish(request: HttpRequest, decision: int) -> HttpResponse:
    """`/office/governance/decisions/<decision>/publish/`: anybody can read it from then on."""
    row = lookup.decision_or_404(decision)
    href = reverse("office-decision", args=[row.pk])
    titles = consent.titles(row.scheme.code)
    text = "" if row.pk in titles.decisions else row.text or row.title
    editing = Editing(
        f"Publish {row.number_said}",
        "Publish the decision",
        href,
        "The decision is published.",
        lede="Anybody can read it with its votes and reasons. Confidential papers, and what a conflict of interest was, stay here.",
        scheme=row.scheme.code,
        crumbs=(c.Link("Decisions", reverse("office-decisions")), c.Link(row.number_said, href)),
        facts=(c.Fact("Title", titles.of_decision(row)), c.Fact("What was decided", text or UNNAMED)),
    )

    def act(data: dict[str, Any]) -> str:
        deciding.publish(actor_of(request), row)
        return href

    return edit(request, editing, EmptyForm(request.POST if request.method == "POST" else None), act)


def _row(row: Decision) -> c.Row:
    """A decision as a row of the register."""
    return c.Row.of(
        c.Cell(row.number_said, href=reverse("office-decision", args=[row.pk])),
        c.Cell(row.decided_on, certainty=showing.mark(row.certainty)),
        c.Cell(row.title, note=row.group.name if row.group else ""),
        row.scheme.name,
        reasoning.result_cell(row),
        row.published_at.date() if row.published_at else "not published",
    )


def _plain(row: Decision) -> dict[str, str | int | bool | None]:
    """A decision as a row of a file."""
    return {
        "scheme": row.scheme.code,
        "number": row.number_said,
        "decided_on": row.decided_on.isoformat(),
        "title": row.title,
        "group": row.group.slug if row.group else "",
        "result": row.result,
        "taken": TAKEN_ELSEWHERE if row.is_taken_elsewhere else "",
        "elsewhere_because": row.elsewhere_because,
        "share": row.grounds.get("share") or "",
        "published_at": row.published_at.isoformat() if row.published_at else "",
        "certainty": str(row.certainty),
        "source_url": row.source_url,
    }


def _filters(address: c.Address) -> c.FilterBar:
    """By programme, year, result, whether it is published, and words."""
    schemes = tuple(c.Choice(row.code, row.name) for row in programmes.installed())
    years = tuple(c.Choice(str(year), str(year)) for year in decisions.years(address.get("programme")))
    results = tuple(
        c.Choice(value, f"{label} on an agenda here")
        for value, label in AgendaItem.Status.choices
        if value in (AgendaItem.Status.ADOPTED, AgendaItem.Status.REJECTED)
    )
    results = (*results, c.Choice(decisions.ELSEWHERE, TAKEN_ELSEWHERE))
    states = (c.Choice("published", "Published"), c.Choice("unpublished", "Not published"))
    return c.FilterBar(
        (
            c.Filter("q", "Number or title", address.get("q")),
            c.Filter("programme", "Programme", address.get("programme"), schemes),
            c.Filter("year", "Year", address.get("year"), years),
            c.Filter("result", "Result", address.get("result"), results),
            c.Filter("state", "Published", address.get("state"), states),
        ),
        address,
    )


def _facts(row: Decision) -> tuple[c.Fact, ...]:
    """What is known of a decision."""
    item: AgendaItem | None = getattr(row, "agenda_item", None)
    facts = [
        c.Fact("Programme", row.scheme.name),
        c.Fact("Decided on", row.decided_on),
        c.Fact("By", row.group.name if row.group else None),
        c.Fact("Published", row.published_at or "Not yet"),
        c.Fact("Source", c.Link(row.source_url, row.source_url) if row.source_url else None),
    ]
    if item is not None:
        words = f"Point {item.number} of {item.meeting.title}"
        facts.insert(3, c.Fact("In", words, href=reverse("office-item", args=[item.pk])))
    return tuple(facts)
