"""Writing a story: a new one, its next version, a correction, and what it is about. The figures that it can show stand beside."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cofund.actions.stories import drafting
from cofund.actions.stories.drafting import Text, Ties
from cofund.queries import access
from cofund.queries.stories import lists
from cofund.queries.stories.figures import About
from cofund.records.programme.models import Story
from cofund.rules import roles
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.office.stories import forms, showing
from cofund.web.routes import reverse

TEMPLATE = "cofund/pages/office/stories/write.html"


@opened_by("draft story")
def new(request: HttpRequest) -> HttpResponse:
    """`/office/stories/new/`: draft a story; a partner's person one of its own organisation."""
    own = lists.own_of(request.user)
    if own is None and access.role_of(request.user) == roles.PARTNER:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form: django_forms.Form = forms.OwnStoryForm(data) if own is not None else forms.NewStoryForm(data)
    page = Editing(
        "Draft a story",
        "Keep the draft",
        reverse("office-stories"),
        "The draft is kept. Nobody outside reads it.",
        f"A story of {own}. The programme office reads it before it comes out." if own is not None else "",
        crumbs=showing.crumbs(),
        visibility="partners" if own is not None else "internal",
        template=TEMPLATE,
        context={"figures": showing.figures_table(About((own,) if own is not None else ()))},
    )

    def act(found: dict[str, Any]) -> str:
        ties = Ties(found.get("scheme"), found.get("partners", ()), found["projects"])
        made = drafting.draft(actor_of(request), found.get("kind", Story.Kind.PARTNER), _text(found), ties)
        return reverse("office-story", args=[made.slug])

    return edit(request, page, form, act)


@opened_by("write story version")
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/stories/<slug>/text/`: write the next version of a draft, beginning with the last one."""
    row = showing.story_or_404(request, slug)
    form = forms.VersionForm(request.POST if request.method == "POST" else None, initial=_start(row))

    def act(found: dict[str, Any]) -> str:
        drafting.write_version(actor_of(request), row, _text(found), found["reason"], seen=found["seen"])
        return reverse("office-story", args=[slug])

    lede = "Each version stays. Nobody outside reads it before it is published."
    return edit(request, _page(row, "Write on", "Keep this version", lede), form, act)


@opened_by("correct story")
def correct(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/stories/<slug>/correct/`: correct a story; readers of one that is out see it at once."""
    row = showing.story_or_404(request, slug)
    form = forms.CorrectionForm(request.POST if request.method == "POST" else None, initial=_start(row))

    def act(found: dict[str, Any]) -> str:
        drafting.correct(actor_of(request), row, _text(found), found["reason"], seen=found["seen"])
        return reverse("office-story", args=[slug])

    lede = "Readers of a story that is out see the correction at once, and on which day it was made."
    return edit(request, _page(row, "Correct", "Correct it", lede), form, act)


@opened_by("tie story")
def tie(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/stories/<slug>/about/`: which programme, partners and projects it is about, and its embargo."""
    row = showing.story_or_404(request, slug)
    embargo = timezone.localtime(row.embargo_at) if row.embargo_at is not None else None
    start = {
        "scheme": row.scheme_id,
        "partners": "\n".join(one.name for one in row.organisations.all()),
        "projects": "\n".join(f"{one.scheme.code}/{one.acronym}" for one in row.projects.all()),
        "embargo_on": embargo.date() if embargo else None,
        "embargo_time": embargo.time() if embargo else None,
        "origin_note": row.origin_note,
        "source_url": row.source_url,
    }
    form = forms.TiesForm(request.POST if request.method == "POST" else None, initial=start)

    def act(found: dict[str, Any]) -> str:
        ties = Ties(
            found["scheme"],
            found["partners"],
            found["projects"],
            found["embargo_at"],
            found["origin_note"],
            found["source_url"],
        )
        drafting.tie(actor_of(request), row, ties)
        return reverse("office-story", args=[slug])

    lede = "It stands on the pages of these, and its text can show their figures."
    return edit(request, _page(row, "What it is about", "Keep this", lede), form, act)


def _page(row: Story, heading: str, verb: str, lede: str) -> Editing:
    """What a page about a story that there is says."""
    return Editing(
        f"{heading}: {showing.title(row)}",
        verb,
        reverse("office-story", args=[row.slug]),
        "It is kept.",
        lede,
        crumbs=showing.crumbs(row),
        visibility="partners" if row.owner is not None else "internal",
        template=TEMPLATE,
        context={"figures": showing.figures_table(About.of(row)), "pictures": showing.pictures_said(row)},
    )


def _start(row: Story) -> dict[str, Any]:
    """What the form of a version begins with."""
    last = row.latest
    assert last is not None
    return {"title": last.title, "summary": last.summary, "body": last.body, "author": last.author, "seen": last.number}


def _text(found: dict[str, Any]) -> Text:
    """What was written."""
    return Text(found["title"], found["summary"], found["body"], found["author"])
