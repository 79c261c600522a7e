"""The stories that a person may read in the office, as a list with how many stand where."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, programmes
from cofund.queries.stories import lists
from cofund.queries.stories.lists import Selection
from cofund.records.programme.models import Story
from cofund.rules import roles
from cofund.rules.lifecycle_stories import STORY
from cofund.web import components as c
from cofund.web.lists import page_of
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.stories import showing
from cofund.web.routes import reverse


@opened_by("read stories")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/stories/`: all of them for the office, its own for a partner."""
    address = c.Address.of(request.path, request.GET.items())
    asked = Selection(address.get("programme"), "", address.get("kind"), address.get("status"), address.get("words"))
    counts = lists.counts(request.user, asked)
    context = navigation.context(request, "Stories") | {
        "tiles": [
            c.Tile(label, counts[state], address.with_changes(status=state, page=None))
            for state, label in STORY.states.items()
        ],
        "table": _table(request, asked, counts, address),
        "new_href": reverse("office-story-new") if _may_draft(request) else "",
        "is_partner": access.role_of(request.user) == roles.PARTNER,
    }
    return render(request, "cofund/pages/office/stories/list.html", context)


def _may_draft(request: HttpRequest) -> bool:
    """Whether the person is offered to draft a story."""
    is_partner = access.role_of(request.user) == roles.PARTNER
    return access.may(request.user, "draft story") and (not is_partner or lists.own_of(request.user) is not None)


def _table(request: HttpRequest, asked: Selection, counts: dict[str, int], address: c.Address) -> c.Table:
    """A page of the stories."""
    count = counts.get(asked.status, 0) if asked.status in counts else sum(counts.values())
    part, pages = page_of(address, count)
    states = tuple(c.Choice(state, label) for state, label in STORY.states.items())
    schemes = tuple(c.Choice(one.code, one.name) for one in programmes.installed())
    bar = c.FilterBar(
        (
            c.Filter("words", "Words", asked.words),
            c.Filter("programme", "Programme", asked.scheme, schemes),
            c.Filter("kind", "Kind", asked.kind, tuple(c.Choice(*one) for one in Story.Kind.choices)),
            c.Filter("status", "Stands at", asked.status, states),
        ),
        address,
    )
    return c.Table(
        "stories",
        "Stories",
        (
            c.Column("Story"),
            c.Column("Kind"),
            c.Column("Written by"),
            c.Column("About"),
            c.Column("Stands at"),
            c.Column("Out"),
        ),
        tuple(_row(one) for one in lists.selected(request.user, asked)[part]),
        noun=("story", "stories"),
        total_count=count,
        empty=c.EmptyState("No story here.", "Draft the first one: what a partner made possible, in its own words."),
        filters=bar,
        pages=pages,
    )


def _row(one: Story) -> c.Row:
    """One story."""
    about: list[Any] = [*one.organisations.all(), *one.projects.all()]
    return c.Row.of(
        c.Cell(showing.title(one), href=reverse("office-story", args=[one.slug])),
        one.get_kind_display(),
        str(one.owner) if one.owner is not None else "The office",
        ", ".join(str(each) for each in about[:4]) or "–",
        showing.status(one),
        one.published_at.date() if one.published_at is not None else "–",
        kind="muted" if one.status == "withdrawn" else "",
    )
