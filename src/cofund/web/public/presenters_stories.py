"""What pages say of stories: one in full, a few beside something else, and what stands behind its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cofund.queries import identity
from cofund.queries.stories.reading import Reading
from cofund.records.programme.models import Story
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.public import presenters
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


def address_of(page: str, arguments: Sequence[str]) -> str:
    """The address of a page on this site."""
    return reverse(page, args=list(arguments))


def kind_said(story: Story) -> str:
    """What kind of text it is."""
    return _("Partner story") if story.kind == Story.Kind.PARTNER else _("News")


def card(story: Story) -> Card:
    """A story in a list of what has come out."""
    assert story.shown is not None
    about = [*identity.kept_once(story.organisations.all()), *story.projects.all()]
    return Card(
        story.shown.title,
        reverse("story", args=[story.slug]),
        story.shown.summary,
        kind_said(story),
        ", ".join(str(one) for one in about[:4]),
        on(story.published_at),
    )


def beside(stories: Iterable[Story], **narrowed: str) -> Beside | None:
    """Some stories beside something else; None where there is none, so that no page has an empty section."""
    cards = tuple(card(one) for one in stories)
    address = c.Address(reverse("stories"), tuple(narrowed.items()))
    return Beside(cards, address.with_changes()) if cards else None


def on(at: datetime | None) -> date | None:
    """The day of an instant in the site's time zone."""
    return timezone.localdate(at) if at is not None else None


def facts(story: Story) -> list[c.Fact]:
    """What a story is about, and where it comes from."""
    found = [
        *(
            [c.Fact(_("Programme"), story.scheme.name, href=reverse("programme", args=[story.scheme.code]))]
            if story.scheme
            else []
        ),
        *(
            c.Fact(_("Partner"), str(one), href=reverse("partner", args=[one.slug]))
            for one in identity.kept_once(story.organisations.all())
        ),
        *(
            c.Fact(_("Project"), one.acronym, href=reverse("project", args=[one.scheme.code, one.slug]))
            for one in story.projects.all()
        ),
    ]
    if story.source_url:
        found.append(c.Fact(_("Source"), presenters.source(story.source_url)))
    return found


def figures_table(reading: Reading) -> c.Table | None:
    """What stands behind the figures of a text, with the day; None where it has none."""
    if not reading.figures:
        return None
    notes = dict.fromkeys(f"{one.of}: {one.note}" for one in reading.figures if one.note)
    today = _("Figures in the text are those of today, and only what is public. Each leads to the page that proves it.")
    rows = (
        c.Row.of(
            c.Cell(one.of, href=address_of(*one.page)),
            one.asked.meaning[:1].upper() + one.asked.meaning[1:],
            one.said,
        )
        for one in reading.figures
    )
    return c.Table(
        "figures",
        _("Figures in this text, as of %(day)s") % {"day": day(reading.as_of)},
        (c.Column(_("Of")), c.Column(_("What it is")), c.Column(_("Now"), numeric=True)),
        tuple(rows),
        note=" ".join([today, *notes]),
        counted=False,
    )


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
    rows = tuple(
        (
            one.slug,
            one.kind,
            one.shown.title,
            one.shown.summary,
            one.shown.author,
            one.scheme.code if one.scheme else None,
            "; ".join(str(other) for other in identity.kept_once(one.organisations.all())),
            "; ".join(other.acronym for other in one.projects.all()),
            one.published_at,
        )
        for one in stories
        if one.shown is not None
    )
    return Sheet(name, FIELDS, rows)
