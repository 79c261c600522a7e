"""Stories."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from cofund.api import problems
from cofund.api.asking import Paged, Text, part_of
from cofund.api.shapes import stories as shapes
from cofund.api.shapes.common import Listed
from cofund.api.shapes.stories import Story, StoryInFull
from cofund.queries import called
from cofund.queries.stories import lists, reading
from cofund.queries.stories.lists import Selection

router = Router(tags=["Stories"])


@router.get("/stories", response=Listed[Story], summary="List the stories that have come out")
def list_stories(
    request: HttpRequest, paging: Paged, programme: Text = "", partner: Text = "", kind: Text = ""
) -> object:
    """Stories that have come out, newest first: of a programme, about a partner, or of a kind where that is asked for."""
    rows = lists.selected_out(Selection(scheme=programme, partner=partner))
    found = part_of(request, rows.filter(kind=kind) if kind else rows, paging)
    held = called.held()
    return Listed[Story](items=[shapes.story(row, held) for row in found.rows], **found.fields())


@router.get("/stories/{story}", response=StoryInFull, summary="Get a story with its text")
def get_story(request: HttpRequest, story: str) -> object:
    """One story with its text and the figures of now. One that is not out, or was withdrawn, answers as if it were not there."""
    row = lists.find_out(story)
    if row is None or row.shown is None:
        raise problems.not_found("story")
    return shapes.story_in_full(reading.read(row, row.shown, _address), called.held())


def _address(page: str, arguments: Sequence[str]) -> str:
    """The address of a page or a picture of this site."""
    return reverse(page, args=list(arguments))
