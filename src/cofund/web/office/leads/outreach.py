"""The log of outreach: whom the office approached for which topic, when and by whom, as a table and as files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import leads, outreach, programmes
from cofund.queries.keeping import kept
from cofund.queries.outreach import BY_OFFICE, BY_PARTNER, Selection
from cofund.records.programme.models import Exchange
from cofund.web import components as c
from cofund.web import lists
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.leads import presenting
from cofund.web.office.leads.one import leads_crumb
from cofund.web.routes import reverse

# So many topics stand below the exchanges; the rest is a link away.
MOST_TOPICS = 20
DIRECTIONS = {BY_OFFICE: "The office approached", BY_PARTNER: "The organisation approached"}


@opened_by("read leads")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/leads/outreach/`: every exchange about a lead, newest first; `?direction=office` is what the office did."""
    asked = request.GET
    direction = asked.get("direction", "")
    direction = direction if direction in DIRECTIONS else ""
    selection = Selection(
        asked.get("programme", ""),
        asked.get("topic", ""),
        direction,
        asked.get("q", "")[:200],
    )
    if asked.get("format"):
        rows = outreach.selected(selection)
        file = exports.answer(asked["format"], "outreach", [_plain(row) for row in rows])
        if file is not None:
            return file
    address = c.Address.of(request.path, request.GET.items())
    context = navigation.context(request, "Outreach", "", (leads_crumb(),)) | _content(selection, address)
    return render(request, "cofund/pages/office/leads/outreach.html", context)


@kept(64)
def _content(selection: Selection, address: c.Address) -> dict[str, object]:
    """The exchanges of a page and the topics that they were about: the same for everybody who may read leads."""
    rows = outreach.selected(selection)
    count = rows.count()
    part, pages = lists.page_of(address, count)
    columns = ("Day", "Topic", "Organisation", "How", "By whom", "What it was about")
    return {
        "table": c.Table(
            "outreach",
            DIRECTIONS.get(selection.direction, "Exchanges about leads"),
            tuple(c.Column(label) for label in columns),
            tuple(_row(row) for row in outreach.page(rows, part)),
            noun=("exchange", "exchanges"),
            total_count=count,
            empty=c.EmptyState("No exchange fits.", "What is logged with a lead shows here."),
            filters=_filters(address, selection),
            exports=lists.files_of(address),
            pages=pages,
        ),
        **_summary(address, outreach.by_topic(rows), selection.direction),
    }


def _summary(address: c.Address, found: list[tuple[str, str, int, int]], direction: str) -> dict[str, object]:
    """How many organisations were spoken to for each topic: of the first topics, and of all where the address asks for them."""
    is_whole = address.get("topics") == "all" or len(found) <= MOST_TOPICS
    here, about = reverse("office-outreach"), f"direction={direction}&" if direction else ""
    rows = tuple(
        c.Row.of(c.Cell(code, href=f"{here}?{about}topic={code}", note=title), organisations, exchanges)
        for code, title, organisations, exchanges in (found if is_whole else found[:MOST_TOPICS])
    )
    columns = (c.Column("Topic"), c.Column("Organisations", numeric=True), c.Column("Exchanges", numeric=True))
    empty = c.EmptyState("No exchange about a topic.", "")
    noun, count = ("topic", "topics"), len(found)
    return {
        "summary": c.Table("by-topic", "By topic", columns, rows, noun=noun, total_count=count, empty=empty),
        "whole": None
        if is_whole
        else c.Link(f"All {count} topics", f"{address.with_changes(topics='all')}#topics-heading"),
    }


def _row(row: Exchange) -> c.Row:
    """An exchange as a row."""
    assert row.lead is not None
    topic = row.lead.topic
    return c.Row.of(
        c.Cell(row.on, certainty=presenting.mark(row.certainty)),
        c.Cell(topic.code if topic else "no topic yet", note=topic.title[:80] if topic else ""),
        c.Cell(
            str(row.organisation),
            href=reverse("office-lead", args=[row.lead.reference]),
            note=presenting.ROUTES[row.lead.route],
        ),
        c.Cell(row.get_channel_display(), note="" if row.by_office else "came to us"),
        row.recorded_by,
        row.summary,
    )


def _filters(address: c.Address, selection: Selection) -> c.FilterBar:
    """What the log can be narrowed by."""
    topics = leads.topics_with_leads()
    fields = (
        c.Filter("q", "Words", selection.words),
        c.Filter(
            "programme",
            "Programme",
            selection.scheme,
            tuple(c.Choice(row.code, row.name) for row in programmes.installed()),
        ),
        c.Filter(
            "topic", "Topic", selection.topic, tuple(c.Choice(code, f"{code} {title}"[:70]) for code, title in topics)
        ),
        c.Filter(
            "direction", "Who approached", selection.direction, tuple(c.Choice(*pair) for pair in DIRECTIONS.items())
        ),
    )
    return c.FilterBar(fields, address)


def _plain(row: Exchange) -> dict[str, exports.Plain]:
    """An exchange as a row of a file."""
    assert row.lead is not None
    return {
        "on": row.on.isoformat(),
        "programme": row.lead.scheme.code,
        "topic": row.lead.topic.code if row.lead.topic else "",
        "organisation": row.organisation.name,
        "route": str(row.lead.route),
        "lead": row.lead.reference,
        "channel": str(row.channel),
        "approached_by": "office" if row.by_office else "organisation",
        "recorded_by": row.recorded_by,
        "recorded_at": row.recorded_at.isoformat(),
        "summary": row.summary,
        "certainty": str(row.certainty),
        "source": row.source_url,
    }
