"""The desk: what needs this person first, then where things stand, then what happened last; another one for each role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, standings
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import Count, Summary
from cofund.queries.tasks.shapes import Reader, Task
from cofund.records.directory.models import User
from cofund.rules import roles
from cofund.web import components as c
from cofund.web.formatting import counted, short_money
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.desk import ahead, figures, links, tasks
from cofund.web.routes import reverse

# So many tasks stand on the desk; the rest is a page away.
MOST: Final = 8
HEADINGS: Final = {
    roles.AUDITOR: "The books",
    roles.DELEGATE: "Your groups",
}
LEDES: Final = {
    roles.AUDITOR: "You read everything and change nothing. Each book is recomputed from its rows.",
    roles.DELEGATE: "What your groups ask of you, and when they meet.",
    roles.PARTNER: "What your organisation gives, where it stands, and what it unlocks.",
}


@opened_by("open desk")
def page(request: HttpRequest) -> HttpResponse:
    """`/office/`: one desk for each role."""
    user = request.user
    assert isinstance(user, User)
    role = access.role_of(user)
    reader = Reader.of(user)
    found = listing.summary(reader, most=MOST)
    context = navigation.context(request, "Desk") | {
        "role": role,
        "heading": HEADINGS.get(role, "What needs you") if role != roles.PARTNER else str(user.organisation or user),
        "lede": LEDES.get(role, ""),
        "groups": _groups(reader, found.tasks),
        "total": found.total,
        "overdue": sum(one.overdue for one in found.counts if not one.is_information),
        "nothing": _nothing(role),
        "tiles": [_tile(found, one) for one in found.counts if not one.is_information],
        "told_links": _told(found.counts),
        "may_pledge": access.may(user, "pledge"),
        **figures.of_role(role, user),
    }
    if not found.tasks and (next_steps := ahead.of_role(role, user)):
        reads = role in ahead.READING
        context |= {"ahead": next_steps, "ahead_heading": "Where to begin" if reads else "What you can do next"}
        if not reads:
            # Whoever has nothing to do is helped by what can be done, and not by what was booked last.
            context |= {"recent": None}
    return render(request, "cofund/pages/office/desk/desk.html", context)


def _groups(reader: Reader, found: Sequence[Task]) -> list[dict[str, Any]]:
    """The first tasks by how near their day is, each group with its heading and the list that it begins."""
    names = {tasks.OVERDUE: "Overdue", tasks.WEEK: "Within seven days", tasks.LATER: "Later", "": "Without a day"}
    grouped: dict[str, list[dict[str, Any]]] = {key: [] for key in names}
    for task in found:
        grouped[_group(reader, task)].append(
            {
                "title": task.title or listing.HEADINGS[task.kind],
                "href": links.of_task(task),
                "kind": listing.HEADINGS[task.kind],
                "why": task.why,
                "on": task.due_on,
                "how_far": tasks.due_words(task, reader),
            }
        )
    return [{"key": key or "none", "name": names[key], "tasks": rows} for key, rows in grouped.items() if rows]


def _group(reader: Reader, task: Task) -> str:
    """How near the day of a task is."""
    if task.due_on is None:
        return ""
    if task.due_on < reader.on:
        return tasks.OVERDUE
    return tasks.WEEK if task.due_on < reader.on + tasks.A_WEEK else tasks.LATER


def _tile(found: Summary, count: Count) -> c.Tile:
    """One tile: it counts the list that it opens."""
    note = f"{count.overdue} overdue" if count.overdue else ""
    if count.kind in found.waits:
        sums = standings.sums(found.waits[count.kind])
        note = " and ".join(short_money(live, currency) for currency, (live, *_) in sums.items())
    return c.Tile(count.heading, count.count, links.of_kind(count.kind), note)


def _told(counts: Sequence[Count]) -> list[c.Link]:
    """What is only told, each leading to its list."""
    return [
        c.Link(f"{one.heading}: {counted(one.count, 'case')}", links.of_kind(one.kind))
        for one in counts
        if one.is_information
    ]


def _nothing(role: str) -> c.EmptyState:
    """What stands where tasks would be."""
    if role == roles.AUDITOR:
        others = c.Link("What waits for the office", f"{reverse('office-tasks')}?who={tasks.EVERYBODY}")
        return c.EmptyState("Nothing waits for you.", ahead.DOES[role], others)
    return c.EmptyState("Nothing waits for you.", f"{ahead.DOES.get(role, '')} What comes up shows here first.".strip())
