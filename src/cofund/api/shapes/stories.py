"""Stories that have come out, with the figures in their text as they are now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Reference, Shape, text
from cofund.queries import called, identity
from cofund.queries.stories.figures import Figure
from cofund.queries.stories.reading import Reading
from cofund.records.programme.models import Story as StoryRow


class Story(Shape):
    """A story that has come out."""

    id: str
    kind: str = Field(description="`partner`: a story of a partner; `news`: of the programme office.")
    title: str
    summary: str
    author: str | None
    programme: str | None = Field(description="The programme that it is tied to.")
    partners: list[Reference] = Field(description="The partners that it is about and that may be named.")
    projects: list[Reference]
    published_at: datetime
    corrected_at: datetime | None
    source: str | None
    href: str


class LiveFigure(Shape):
    """A figure in the text of a story, as it is now: only what is public of it."""

    of: str
    meaning: str
    said: str | None = Field(description="What stands in the text; null where nothing public tells it.")
    note: str | None
    page: str = Field(description="The page of this site that proves it.")


class StoryInFull(Story):
    """A story with its text."""

    as_of: date = Field(description="The day of the figures in the text.")
    html: str = Field(description="Its text as safe HTML with its pictures; addresses of this site begin with `/`.")
    figures: list[LiveFigure]
    origin_note: str | None = Field(description="What readers should know of where it comes from.")


def story(row: StoryRow, held: Collection[int]) -> Story:
    """A story in a list; `held` are the organisations that are not named."""
    return Story(**_story(row, held))


def story_in_full(found: Reading, held: Collection[int]) -> StoryInFull:
    """A story with its text as it is read now."""
    return StoryInFull(
        **_story(found.story, held),
        as_of=found.as_of,
        html=f"{found.lead}{found.html}",
        figures=[_figure(one) for one in found.figures],
        origin_note=text(found.story.origin_note),
    )


def _story(row: StoryRow, held: Collection[int]) -> dict[str, Any]:
    """What both forms of a story say. The story is one that has come out."""
    assert row.shown is not None
    return {
        "id": row.slug,
        "kind": row.kind,
        "title": row.shown.title,
        "summary": row.shown.summary,
        "author": text(row.shown.author),
        "programme": row.scheme.code if row.scheme else None,
        "partners": [
            places.of_organisation(one) for one in called.among(identity.kept_once(row.organisations.all()), held)
        ],
        "projects": [places.of_project(one, one.scheme.code) for one in row.projects.all()],
        "published_at": row.published_at,
        "corrected_at": row.corrected_at,
        "source": text(row.source_url),
        "href": places.of_story(row.slug),
    }


def _figure(one: Figure) -> LiveFigure:
    """A figure with the page that proves it."""
    page, arguments = one.page
    return LiveFigure(
        of=one.of,
        meaning=one.asked.meaning,
        said=text(one.text),
        note=text(one.note),
        page=reverse(page, args=arguments),
    )
