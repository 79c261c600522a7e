"""The list of applications, filtered and paged in the database, with the files of the same rows."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, applications, rechecks
from cofund.queries.applications import Selection
from cofund.records.ledger.models import Application
from cofund.rules.lifecycle_applications import APPLICATION
from cofund.web import components as c
from cofund.web import lists
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.routes import reverse

TONES = {
    "draft": c.Tone.NEUTRAL,
    "submitted": c.Tone.WAITING,
    "returned": c.Tone.WARNING,
    "eligible": c.Tone.ACTIVE,
    "scheduled": c.Tone.ACTIVE,
    "conditional": c.Tone.WARNING,
    "approved": c.Tone.GOOD,
    "rejected": c.Tone.BAD,
    "withdrawn": c.Tone.CLOSED,
    "lapsed": c.Tone.CLOSED,
}
COLUMNS = (
    c.Column("Application"),
    c.Column("Organisation"),
    c.Column("For"),
    c.Column("Status"),
    c.Column("Since"),
)
# A file holds at most so many rows; the filters narrow more.
MOST_ROWS = 5000


def status_of(row: Application) -> c.Status:
    """The badge of an application's state."""
    return c.Status(APPLICATION.states[row.status], TONES[row.status])


@opened_by("read applications")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/applications/`: what the reader may see, filtered by the address."""
    asked = request.GET
    seen = applications.visible(request.user)
    # Only who asks for them has every application looked at; else only those of this page.
    keys = tuple(rechecks.due_keys(seen)) if asked.get("recheck") else None
    selection = Selection(asked.get("programme", ""), asked.get("status", ""), asked.get("q", ""), keys)
    rows = applications.listed(seen, selection)
    file = exports.answer(asked.get("format", ""), "applications", _plain_rows(rows) if "format" in asked else [])
    if file is not None:
        return file
    address = c.Address.of(request.path, asked.items())
    count = rows.count()
    part, pages = lists.page_of(address, count)
    here = list(rows[part])
    overdue = set(rechecks.due_keys(Application.objects.filter(pk__in=[row.pk for row in here])))
    table = c.Table(
        "applications",
        "Applications",
        COLUMNS,
        tuple(_row(row, is_due=row.pk in overdue) for row in here),
        noun=("application", "applications"),
        total_count=count,
        empty=_empty(request),
        filters=_filters(request, address, selection, bool(asked.get("recheck"))),
        exports=lists.files_of(address),
        pages=pages,
    )
    context = navigation.context(request, "Applications") | {
        "table": table,
        "may_start": access.may(request.user, "start application"),
    }
    return render(request, "cofund/pages/office/applications/list.html", context)


def _row(row: Application, *, is_due: bool) -> c.Row:
    """An application as a row."""
    return c.Row.of(
        c.Cell(row.reference, href=reverse("office-application", args=[row.reference])),
        c.Cell(str(row.organisation), note=row.organisation.get_kind_display()),
        c.Cell(applications.target_name(row) or None, note=row.scheme.name),
        c.Cell(status_of(row), note="check again: a relation was added" if is_due else ""),
        row.status_since_at.date(),
    )


def _filters(request: HttpRequest, address: c.Address, selection: Selection, recheck: bool) -> c.FilterBar:
    """What the list can be narrowed by."""
    programmes_ = tuple(c.Choice(row.code, row.name) for row in navigation.installed(request))
    states = tuple(c.Choice(code, words) for code, words in APPLICATION.states.items())
    return c.FilterBar(
        (
            c.Filter("q", "Name contains", selection.words),
            c.Filter("programme", "Programme", selection.scheme, programmes_),
            c.Filter("status", "Status", selection.status, states),
            c.Filter("recheck", "Check", "1" if recheck else "", (c.Choice("1", "To be checked again"),)),
        ),
        address,
    )


def _empty(request: HttpRequest) -> c.EmptyState:
    """What stands where no application is."""
    action = None
    if access.may(request.user, "start application"):
        action = c.Link("Start an application", reverse("office-application-choose"))
    return c.EmptyState("No application here.", "Take the filters away, or start one.", action)


def _plain_rows(rows: QuerySet[Application]) -> list[dict[str, exports.Plain]]:
    """The same rows for a file."""
    return [
        {
            "reference": row.reference,
            "scheme": row.scheme.code,
            "organisation": row.organisation.name,
            "role": row.role,
            "target": applications.target_name(row),
            "status": row.status,
            "since": row.status_since_at.date().isoformat(),
            "certainty": row.certainty,
        }
        for row in rows[:MOST_ROWS]
    ]
