"""`/office/tasks/`: everything that waits for a person, in one list with filters, pages and files."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import HEADINGS, Ask
from cofund.queries.tasks.shapes import Reader, Task
from cofund.rules import digits
from cofund.web import components as c
from cofund.web import lists
from cofund.web.formatting import relative_day
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.desk import links

OVERDUE: Final = "overdue"
WEEK: Final = "week"
LATER: Final = "later"
DUE: Final = {OVERDUE: "Overdue", WEEK: "Within seven days", LATER: "Later"}
EVERYBODY: Final = "everybody"
A_WEEK: Final = timedelta(days=7)


@opened_by("open desk")
def listed(request: HttpRequest) -> HttpResponse:
    """The tasks that the address asks for: by kind, programme, day, and whose they are."""
    asked = request.GET
    reader = Reader.of(request.user, everybody=asked.get("who") == EVERYBODY)
    ask = asked_for(
        reader, asked.get("kind", ""), asked.get("programme", ""), asked.get("due", ""), asked.get("sort", "")
    )
    kind = asked.get("format", "")
    if kind in exports.KINDS:
        rows = [_plain(task) for task in listing.listed(reader, ask)[0]]
        file = exports.answer(kind, "tasks", rows)
        if file is not None:
            return file
    context = navigation.context(request, "Tasks") | {
        "table": _table(request, reader, ask),
        "everybody": reader.everybody,
        "tabs": _tabs(request, reader),
    }
    return render(request, "cofund/pages/office/desk/tasks.html", context)


def asked_for(reader: Reader, kind: str = "", programme: str = "", due: str = "", sort: str = "") -> Ask:
    """What an address asks for; a kind or a day that is not known asks for nothing less."""
    before = {OVERDUE: reader.on, WEEK: reader.on + A_WEEK}.get(due)
    since = {WEEK: reader.on, LATER: reader.on + A_WEEK}.get(due)
    return Ask(kind if kind in HEADINGS else "", programme, before, since, newest_day_first=sort == "-due")


def due_words(task: Task, reader: Reader) -> str:
    """How far the day of a task is."""
    return relative_day(task.due_on, reader.on) if task.due_on else ""


def row(task: Task, reader: Reader, names: dict[str, str]) -> c.Row:
    """A task as a row of a list."""
    is_late = task.due_on is not None and task.due_on < reader.on
    return c.Row.of(
        c.Cell(task.title or HEADINGS[task.kind], href=links.of_task(task), note=HEADINGS[task.kind]),
        task.why or "–",
        c.Cell(task.due_on or "no day", note=f"{due_words(task, reader)}{', overdue' if is_late else ''}"),
        names.get(task.programme, task.programme) or "–",
    )


def columns(address: c.Address | None = None) -> tuple[c.Column, ...]:
    """The columns of tasks; the day sorts where there is an address."""
    due = c.Column.sortable("due", "Due", address) if address else c.Column("Due")
    return (c.Column("What it is about"), c.Column("What to do"), due, c.Column("Programme"))


def programme_names(request: HttpRequest) -> dict[str, str]:
    """The names of the programmes by code. One query at most."""
    return {row.code: row.name for row in navigation.installed(request)}


def _table(request: HttpRequest, reader: Reader, ask: Ask) -> c.Table:
    """The list with filters, pages and files."""
    address = c.Address.of(request.path, request.GET.items())
    first = ((digits.whole(address.get("page")) or 1) - 1) * lists.PAGE_SIZE
    found, count = listing.listed(reader, ask, first=first, most=lists.PAGE_SIZE)
    part, pages = lists.page_of(address, count)
    if part.start != first:
        found, _ = listing.listed(reader, ask, first=part.start, most=lists.PAGE_SIZE)
    names = programme_names(request)
    narrowed = bool(ask.kind or ask.programme or ask.is_dated)
    return c.Table(
        "tasks",
        HEADINGS.get(ask.kind, "Everybody's tasks" if reader.everybody else "My tasks"),
        columns(address),
        tuple(row(task, reader, names) for task in found),
        noun=("task", "tasks"),
        total_count=count,
        empty=c.EmptyState(
            "No task fits." if narrowed else "Nothing waits for you.",
            "Take a filter away to see more." if narrowed else "",
            c.Link("Show all", request.path) if narrowed else None,
        ),
        filters=_filters(reader, address, ask, names),
        exports=lists.files_of(address),
        pages=pages,
    )


def _tabs(request: HttpRequest, reader: Reader) -> tuple[c.Link, ...]:
    """One's own tasks and everybody's, for those who read what the whole office does."""
    if not access.may(request.user, "read the books"):
        return ()
    return (
        c.Link("Mine", request.path, current=not reader.everybody),
        c.Link("Everybody's", f"{request.path}?who={EVERYBODY}", current=reader.everybody),
    )


def _filters(reader: Reader, address: c.Address, ask: Ask, names: dict[str, str]) -> c.FilterBar:
    """What the list can be narrowed by: only kinds that can wait for this person."""
    kinds = tuple(c.Choice(kind, HEADINGS[kind]) for kind in listing.kinds_for(reader))
    filters = [
        c.Filter("kind", "Kind", ask.kind, kinds),
        c.Filter("due", "Due", address.get("due"), tuple(c.Choice(*choice) for choice in DUE.items())),
        c.Filter("programme", "Programme", ask.programme, tuple(c.Choice(*choice) for choice in names.items())),
    ]
    return c.FilterBar(tuple(one for one in filters if one.choices), address)


def _plain(task: Task) -> dict[str, exports.Plain]:
    """A task as a row of a file."""
    return {
        "kind": task.kind,
        "title": task.title,
        "what_to_do": task.why,
        "due_on": task.due_on.isoformat() if task.due_on else "",
        "programme": task.programme,
        "page": links.of_task(task),
    }
