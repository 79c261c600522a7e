"""A version of a story as it is read: its text as safe HTML with the figures of now and its pictures, and what it may not say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from cofund.queries import clock
from cofund.queries.stories import figures, lists, markdown
from cofund.queries.stories.figures import About, Figure
from cofund.queries.stories.markdown import Placed
from cofund.records.programme.models import Story, StoryPicture, StoryVersion
from cofund.rules.differences import Difference, difference
from cofund.rules.story_figures import names, read_picture

# Gives the address of a page by its name among the addresses of the site, and the arguments of that page.
AddressOf = Callable[[str, Sequence[str]], str]
# How wide a picture stands on a page: as wide as the text, on a narrow screen as wide as that.
SIZES = "(max-width: 46rem) 100vw, 44rem"
TEXTS = {"title": "Title", "summary": "Summary", "body": "Text", "author": "Author"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as it is read on a day. `figures` are those in the text, each once; `lead` is the first picture without a place."""

    story: Story
    version: StoryVersion
    html: SafeString
    figures: tuple[Figure, ...]
    lead: SafeString
    as_of: date


def read(story: Story, version: StoryVersion, address_of: AddressOf) -> Reading:
    """Give a version with its figures as they are now, for readers of the public: nothing in it is for the office alone."""
    about, pictures = About.of(story), {one.number: one for one in lists.pictures_of(story)}
    text = markdown.read(version.body)
    found: dict[str, Figure] = {}
    placed = placed_pictures(version.body)

    def put(one: Placed) -> SafeString:
        number = read_picture(one.words)
        if number is not None:
            return picture(pictures[number], story, address_of) if number in pictures else SafeString("")
        figure = figures.find(one.words, about)
        if figure is None:
            return format_html('<span class="unknown">{}</span>', figures.NOT_KNOWN)
        found[one.words] = figure
        return _figure(figure, address_of, is_linked=not one.in_link)

    html = text.with_places(put)
    rest = [one for number, one in pictures.items() if number not in placed]
    lead = picture(rest[0], story, address_of, is_first=True) if rest else SafeString("")
    return Reading(story, version, html, tuple(found.values()), lead, clock.today())


def placed_pictures(body: str) -> frozenset[int]:
    """The numbers of the pictures that a text has a place for."""
    found = (read_picture(one.words) for one in markdown.read(body).placed)
    return frozenset(number for number in found if number is not None)


def picture(one: StoryPicture, story: Story, address_of: AddressOf, *, is_first: bool = False) -> SafeString:
    """A picture with its widths, its words for who does not see it, and who made it."""
    sources = [(address_of("story-picture", picture_key(story, one, width)), width) for width, _, _ in one.sizes]
    width, height, _ = one.sizes[-1]
    return format_html(
        '<figure class="story-picture"><img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"{}>'
        "<figcaption>{}</figcaption></figure>",
        sources[-1][0],
        format_html_join(", ", "{} {}w", sources),
        SIZES,
        width,
        height,
        "" if one.is_decorative else one.alternative,
        "" if is_first else SafeString(' loading="lazy"'),
        one.credit,
    )


def picture_key(story: Story, one: StoryPicture, width: int) -> tuple[str, str]:
    """The arguments of the address of a picture in a width; another content has another address."""
    suffix = str(one.sizes[0][2]).rpartition(".")[2]
    return story.slug, f"{one.number}-{one.mark}-{width}.{suffix}"


def _figure(figure: Figure, address_of: AddressOf, *, is_linked: bool) -> SafeString:
    """A figure in the text, leading to the page that proves it unless it stands in another link."""
    if not figure.text:
        return format_html('<span class="unknown">{}</span>', figure.said)
    if not is_linked:
        return escape(figure.said)
    page, arguments = figure.page
    return format_html('<a class="live-figure" href="{}">{}</a>', address_of(page, arguments), figure.said)


def faults(story_about: About, body: str, numbers: frozenset[int]) -> list[str]:
    """What a text may not have, in words: a placeholder that there is not, a picture from elsewhere, a picture within a sentence.

    `numbers` are those of the pictures of the story.
    """
    text = markdown.read(body)
    found = list(text.faults)
    for one in text.placed:
        number = read_picture(one.words)
        if number is None:
            if figures.find(one.words, story_about) is None:
                found.append(_no_figure(one.words, story_about))
        elif number not in numbers:
            found.append(f"The story has no picture {number}. Add it first, or take {{{{ picture.{number} }}}} out.")
        elif not one.is_alone:
            found.append(f"{{{{ picture.{number} }}}} stands within a sentence; put it on a line of its own.")
    return list(dict.fromkeys(found))


def _no_figure(words: str, about: About) -> str:
    """That there is no such figure, and which there are."""
    offered = [one.written for one in about.offered()]
    there = (
        f"There are: {', '.join(offered)}."
        if offered
        else (
            f"This story is tied to nothing yet. Name the partner or project, for example "
            f"{{{{ partner:jdrf.given }}}}, or tie it first; the figures are {', '.join(names())}."
        )
    )
    return f"There is no public figure {{{{ {words} }}}} for this story. {there}"


def differences(before: StoryVersion, after: StoryVersion) -> list[tuple[str, Difference]]:
    """What changed from one version to another, by part of the text, where anything did."""
    found = [(label, difference(getattr(before, name), getattr(after, name))) for name, label in TEXTS.items()]
    return [(label, change) for label, change in found if change.is_change]
