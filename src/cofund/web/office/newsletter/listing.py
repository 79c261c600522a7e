"""The issues of the newsletter as a list, and how many get it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access
from cofund.queries.newsletter import issues, subscribers
from cofund.records.programme.models import NewsletterIssue
from cofund.rules.lifecycle_newsletter import ISSUE
from cofund.web import components as c
from cofund.web import lists
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.routes import reverse

TONES = {
    "draft": c.Tone.NEUTRAL,
    "scheduled": c.Tone.WARNING,
    "sending": c.Tone.WARNING,
    "sent": c.Tone.GOOD,
    "cancelled": c.Tone.CLOSED,
}


@opened_by("read issues")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/newsletter/`: every issue, newest first."""
    address = c.Address.of(request.path, request.GET.items())
    rows = issues.register(address.get("state") if address.get("state") in ISSUE.states else "")
    count = rows.count()
    part, pages = lists.page_of(address, count)
    context = navigation.context(request, "Newsletter") | {
        "table": _table(list(rows[part]), count, pages, address),
        "tiles": _tiles(),
        "may_draft": access.may(request.user, "draft issue"),
    }
    return render(request, "cofund/pages/office/newsletter/list.html", context)


def status(row: NewsletterIssue) -> c.Status:
    """The badge of an issue."""
    return c.Status(ISSUE.states[row.status], TONES[row.status])


def _tiles() -> tuple[c.Tile, ...]:
    """How many get it; whoever left is in none of these."""
    found = subscribers.counts()
    return (
        c.Tile("Get it every week", found["weekly"]),
        c.Tile("Get it every month", found["monthly"]),
        c.Tile("Only follow topics", found["never"]),
        c.Tile("Paused", found["paused"], note="mail came back"),
    )


def _table(rows: list[NewsletterIssue], count: int, pages: c.Pages, address: c.Address) -> c.Table:
    """A page of the list."""
    return c.Table(
        "issues",
        "Issues",
        (
            c.Column("Issue"),
            c.Column("For"),
            c.Column("From"),
            c.Column("Until"),
            c.Column("State"),
            c.Column("Goes out"),
        ),
        tuple(
            c.Row.of(
                c.Cell(row.title, href=reverse("office-issue", args=[row.pk])),
                f"those who get it {'every week' if row.frequency == 'weekly' else 'every month'}",
                row.from_on,
                row.until_on,
                status(row),
                row.sent_at or row.scheduled_at or c.Cell("–"),
            )
            for row in rows
        ),
        noun=("issue", "issues"),
        total_count=count,
        filters=c.FilterBar(
            (
                c.Filter(
                    "state", "State", address.get("state"), tuple(c.Choice(*each) for each in ISSUE.states.items())
                ),
            ),
            address,
        ),
        pages=pages,
        empty=c.EmptyState("No issue fits.", "An issue is put together from what became public in a week or a month."),
    )
