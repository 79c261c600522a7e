"""What pages say of stories: one in full, a few beside something else, and what stands behind its figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cofund.queries import called, identity
from cofund.queries.stories.reading import Reading
from cofund.records.programme.models import Story
from cofund.web import components as c
from cofund.web import story_parts
from cofund.web.formatting import day
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse

FIELDS = (
    Field("slug", "name of the story in addresses"),
    Field("kind", "partner: a story of a partner; news: of the programme office"),
    Field("title", "its title"),
    Field("summary", "what it says, in a sentence or two"),
    Field("author", "who is named as its author"),
    Field("programme", "code of the programme that it is tied to"),
    Field("partners", "the partners that it is about"),
    Field("projects", "the projects that it is about"),
    Field("published_at", "when it came out"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A story in a list."""

    title: str
    href: str
    summary: str
    kind: str
    about: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Beside:
    """A few stories on a page about something else, with the way to all of them."""

    cards: tuple[Card, ...]
    href: str


def card(story: Story, unnamed: Collection[int]) -> Card:
    """A story in a list of what has come out; `unnamed` are the organisations whose names are held back."""
    assert story.shown is not None
    about = [*called.among(identity.kept_once(story.organisations.all()), unnamed), *story.projects.all()]
    return Card(
        story.shown.title,
        reverse("story", args=[story.slug]),
        story.shown.summary,
        story_parts.kind_said(story),
        ", ".join(str(one) for one in about[:4]),
        story_parts.on(story.published_at),
    )


def cards(stories: Iterable[Story]) -> tuple[Card, ...]:
    """Stories in a list of what has come out."""
    unnamed = called.held()
    return tuple(card(one, unnamed) for one in stories)


def beside(stories: Iterable[Story], **narrowed: str) -> Beside | None:
    """Some stories beside something else; None where there is none, so that no page has an empty section."""
    found = cards(stories)
    address = c.Address(reverse("stories"), tuple(narrowed.items()))
    return Beside(found, address.with_changes()) if found else None


def feed_html(reading: Reading) -> SafeString:
    """A text as feeds have it: the picture, the text, and the day of its figures."""
    said = format_html_join(
        "", "<li>{}: {}, {}</li>", ((one.of, one.asked.meaning, one.said) for one in reading.figures)
    )
    as_of = _("Figures as of %(day)s") % {"day": day(reading.as_of)}
    behind = format_html("<p>{}</p><ul>{}</ul>", as_of, said) if reading.figures else SafeString("")
    return format_html("{}{}{}", reading.lead, reading.html, behind)


def sheet(stories: Iterable[Story], name: str) -> Sheet:
    """Stories as rows."""
    unnamed = called.held()
    rows = tuple(
        (
            one.slug,
            one.kind,
            one.shown.title,
            one.shown.summary,
            one.shown.author,
            one.scheme.code if one.scheme else None,
            "; ".join(str(other) for other in called.among(identity.kept_once(one.organisations.all()), unnamed)),
            "; ".join(other.acronym for other in one.projects.all()),
            one.published_at,
        )
        for one in stories
        if one.shown is not None
    )
    return Sheet(name, FIELDS, rows)
