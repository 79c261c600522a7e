"""The list of applications, filtered and paged in the database, with the files of the same rows."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, applications, programmes, rechecks
from cofund.queries.applications import Selection
from cofund.queries.keeping import kept
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application
from cofund.rules import roles
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
    if "format" in asked:
        rows = applications.listed(applications.visible(request.user), _selection(request.user, asked.dict()))
        file = exports.answer(asked["format"], "applications", _plain_rows(rows))
        if file is not None:
            return file
    context = navigation.context(request, "Applications") | {
        "table": _table(access.Viewer.of(request.user), c.Address.of(request.path, asked.items())),
        "may_start": access.may(request.user, "start application"),
    }
    return render(request, "cofund/pages/office/applications/list.html", context)


def _selection(viewer: User | AnonymousUser, asked: Mapping[str, str]) -> Selection:
    """Which applications are asked for. Only who asks for those to check again has every application looked at."""
    keys = tuple(rechecks.due_keys(applications.visible(viewer))) if asked.get("recheck") else None
    return Selection(asked.get("programme", ""), asked.get("status", ""), asked.get("q", ""), keys)


@kept(64)
def _table(viewer: access.Viewer, address: c.Address) -> c.Table:
    """A page of the list: the same for everybody of a role of the office, or of one partner's person."""
    asked = dict(address.pairs)
    selection = _selection(viewer.user, asked)
    rows = applications.listed(applications.visible(viewer.user), selection)
    count = rows.count()
    part, pages = lists.page_of(address, count)
    here = list(rows[part])
    overdue = set(rechecks.due_keys(Application.objects.filter(pk__in=[row.pk for row in here])))
    return c.Table(
        "applications",
        "Applications",
        COLUMNS,
        tuple(_row(row, is_due=row.pk in overdue) for row in here),
        noun=("application", "applications"),
        total_count=count,
        empty=_empty(viewer.role),
        filters=_filters(address, selection, bool(asked.get("recheck"))),
        exports=lists.files_of(address),
        pages=pages,
    )


def _row(row: Application, *, is_due: bool) -> c.Row:
    """An application as a row."""
    return c.Row.of(
        c.Cell(row.reference, href=reverse("office-application", args=[row.reference])),
        c.Cell(str(row.organisation), note=row.organisation.get_kind_display()),
        c.Cell(applications.target_name(row) or None, note=row.scheme.name),
        c.Cell(status_of(row), note="check again: a relation was added" if is_due else ""),
        c.Cell(
            row.status_since_at.date(), certainty=c.Certainty(row.certainty) if row.certainty == "assumed" else None
        ),
    )


def _filters(address: c.Address, selection: Selection, recheck: bool) -> c.FilterBar:
    """What the list can be narrowed by."""
    programmes_ = tuple(c.Choice(row.code, row.name) for row in programmes.installed())
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


def _empty(role: str) -> c.EmptyState:
    """What stands where no application is."""
    action = None
    if roles.may(role, "start application"):
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
