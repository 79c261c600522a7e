"""Pictures of a story: adding one, saying anew what it shows, and taking it out."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions.stories import pictures as acting
from cofund.actions.stories.pictures import Description
from cofund.queries.stories import lists
from cofund.records.programme.models import Story, StoryPicture
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.office.stories import forms, showing
from cofund.web.routes import reverse


@opened_by("add story picture")
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/stories/<slug>/pictures/new/`: add a picture."""
    row = showing.story_or_404(request, slug)
    posted = request.method == "POST"
    form = forms.PictureForm(request.POST if posted else None, request.FILES if posted else None)

    def act(found: dict[str, Any]) -> str:
        acting.add(actor_of(request), row, found["file"], _said(found))
        return reverse("office-story", args=[slug])

    lede = "It stands above the text, unless the text gives it a place."
    return edit(request, _page(row, "Add a picture", "Add it", lede), form, act)


@opened_by("describe story picture")
def describe(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`/office/stories/<slug>/pictures/<number>/`: say anew what a picture shows, and who made it."""
    row = showing.story_or_404(request, slug)
    found = _picture_or_404(row, number)
    start = {"alternative": found.alternative, "is_decorative": found.is_decorative, "credit": found.credit}
    form = forms.DescriptionForm(request.POST if request.method == "POST" else None, initial=start)

    def act(data: dict[str, Any]) -> str:
        acting.describe(actor_of(request), found, _said(data))
        return reverse("office-story", args=[slug])

    return edit(request, _page(row, f"Describe picture {number}", "Keep this", ""), form, act)


@opened_by("remove story picture")
def remove(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`/office/stories/<slug>/pictures/<number>/remove/`: take a picture out."""
    row = showing.story_or_404(request, slug)
    found = _picture_or_404(row, number)
    form = forms.EmptyForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> str:
        acting.remove(actor_of(request), found)
        return reverse("office-story", args=[slug])

    return edit(request, _page(row, f"Take picture {number} out", "Take it out", found.alternative), form, act)


def _picture_or_404(row: Story, number: int) -> StoryPicture:
    """A picture of a story. Raises Http404 where it has none of that number."""
    for one in lists.pictures_of(row):
        if one.number == number:
            return one
    raise Http404


def _said(found: dict[str, Any]) -> Description:
    """What was said of a picture."""
    return Description(found["alternative"], found["credit"], found["is_decorative"])


def _page(row: Story, heading: str, verb: str, lede: str) -> Editing:
    """What a page about a picture says."""
    return Editing(
        heading,
        verb,
        reverse("office-story", args=[row.slug]),
        "It is done.",
        lede,
        crumbs=showing.crumbs(row),
        visibility="partners" if row.owner is not None else "internal",
    )
