"""What a story shows wherever it is shown: to everybody, and to who writes and reviews it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cofund.queries import called, identity
from cofund.queries.stories import reading
from cofund.queries.stories.reading import Reading
from cofund.records.programme.models import Story
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.routes import reverse
from cofund.web.sources import source
from cofund.web.vocabulary import spoken, spoken_figures


def address_of(page: str, arguments: Sequence[str]) -> str:
    """The address of a page on this site."""
    return reverse(page, args=list(arguments))


def kind_said(story: Story) -> str:
    """What kind of text it is."""
    return _("Partner story") if story.kind == Story.Kind.PARTNER else _("News")


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
            for one in called.among(identity.kept_once(story.organisations.all()), called.held())
        ),
        *(
            c.Fact(_("Project"), one.acronym, href=reverse("project", args=[one.scheme.code, one.slug]))
            for one in story.projects.all()
        ),
    ]
    if story.source_url:
        found.append(c.Fact(_("Source"), source(story.source_url)))
    return found


def figures_table(reading: Reading) -> c.Table | None:
    """What stands behind the figures of a text, with the day; None where it has none."""
    if not reading.figures:
        return None
    notes = dict.fromkeys(
        _("{of}: {note}").format(of=one.of, note=spoken(one.note)) for one in reading.figures if one.note
    )
    today = _("Figures in the text are those of today, and only what is public. Each leads to the page that proves it.")
    rows = (
        c.Row.of(
            c.Cell(one.of, href=address_of(*one.page)),
            capfirst(spoken(one.asked.meaning)),
            spoken_figures(one.said),
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


def shown(row: Story, *, latest: bool = False) -> dict[str, object]:
    """What the page of a story needs: of the version that readers see, or of the newest one for a preview."""
    version = row.latest if latest else row.shown
    assert version is not None
    found = reading.read(row, version, address_of)
    return {
        "story": row,
        "version": version,
        "reading": found,
        "kind": kind_said(row),
        "on": on(row.published_at),
        "corrected_on": on(row.corrected_at),
        "facts": facts(row),
        "figures": figures_table(found),
        "data_on": found.as_of,
    }
