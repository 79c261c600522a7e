"""What the office's pages of stories share: reaching one, its state in a word, and the figures and pictures that it can use."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils import timezone

from cofund.queries import clock
from cofund.queries.stories import figures, lists, reading
from cofund.queries.stories.figures import About
from cofund.records.programme.models import Story
from cofund.rules.lifecycle_stories import DRAFT, IN_REVIEW, STORY, WITHDRAWN
from cofund.web import components as c
from cofund.web import story_parts
from cofund.web.routes import reverse

_TONES = {DRAFT: c.Tone.NEUTRAL, IN_REVIEW: c.Tone.WAITING, WITHDRAWN: c.Tone.CLOSED}


def story_or_404(request: HttpRequest, slug: str) -> Story:
    """The story of an address. Raises Http404 where there is none, and where this person may not read it."""
    found = lists.find(request.user, slug)
    if found is None:
        raise Http404
    return found


def status(story: Story) -> c.Status:
    """Where a story stands; one whose time is still to come is scheduled."""
    if story.published_at is not None and story.status not in _TONES:
        is_out = story.published_at <= clock.now()
        return c.Status("Published", c.Tone.GOOD) if is_out else c.Status("Scheduled", c.Tone.ACTIVE)
    return c.Status(STORY.states[story.status], _TONES.get(story.status, c.Tone.NEUTRAL))


def crumbs(story: Story | None = None) -> tuple[c.Link, ...]:
    """The way to a page about a story."""
    way = (c.Link("Stories", reverse("office-stories")),)
    return (*way, c.Link(title(story), reverse("office-story", args=[story.slug]))) if story is not None else way


def title(story: Story) -> str:
    """The newest title."""
    return story.latest.title if story.latest is not None else story.slug


def figures_table(about: About) -> c.Table:
    """Every figure that a text can show, as it is written, with its present value."""
    rows = []
    for asked in about.offered():
        found = figures.find(asked.written, about)
        if found is not None:
            rows.append(
                c.Row.of(
                    c.Cell(f"{{{{ {asked.written} }}}}", note=f"{found.of}: {asked.meaning}"),
                    c.Cell(found.said, href=story_parts.address_of(*found.page), note=found.note),
                )
            )
    return c.Table(
        "offered",
        "Figures that the text can show",
        (c.Column("Write this"), c.Column("It shows now")),
        tuple(rows),
        empty=c.EmptyState(
            "None yet.", "Say first which partner or project it is about, and whose figures are public."
        ),
        note="Only what is public; readers see the figure of the day on which they read.",
        counted=False,
    )


def pictures_said(story: Story) -> list[dict[str, object]]:
    """The pictures of a story, each with the way to describe or remove it."""
    return [
        {
            "number": one.number,
            "src": story_parts.address_of("story-picture", reading.picture_key(story, one, one.sizes[0][0])),
            "width": one.sizes[0][0],
            "height": one.sizes[0][1],
            "alternative": one.alternative,
            "is_decorative": one.is_decorative,
            "credit": one.credit,
            "describe_href": reverse("office-story-picture", args=[story.slug, one.number]),
            "remove_href": reverse("office-story-picture-remove", args=[story.slug, one.number]),
        }
        for one in lists.pictures_of(story)
    ]


def facts(story: Story) -> list[c.Fact]:
    """What is known of a story in the office."""
    out = timezone.localtime(story.published_at) if story.published_at is not None else None
    embargo = timezone.localtime(story.embargo_at) if story.embargo_at is not None else None
    found = [
        c.Fact("Kind", story.get_kind_display()),
        c.Fact("Written by", str(story.owner) if story.owner is not None else "The programme office"),
        c.Fact("Drafted", timezone.localdate(story.drafted_at), note=str(story.drafted_by or "")),
        c.Fact("Embargo until", embargo if embargo is not None else "None"),
        c.Fact(
            "Comes out" if out is not None and out > clock.now() else "Came out", out if out is not None else "Not yet"
        ),
        *([c.Fact("Corrected", timezone.localdate(story.corrected_at))] if story.corrected_at is not None else []),
        *([c.Fact("Withdrawn because", story.withdrawn_because)] if story.withdrawn_because else []),
    ]
    return [*found, *story_parts.facts(story)]
