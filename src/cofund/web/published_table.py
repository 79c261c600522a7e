"""The records of what was published as a table, for the public and for the office: each with the way to see it again."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from cofund.queries import published
from cofund.records.ledger.models import PublishedRecord
from cofund.web import components as c
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken


def table(
    rows: Sequence[PublishedRecord], scheme: str, exports: tuple[c.Link, ...], count: int, pages: c.Pages | None
) -> c.Table:
    """The records as a table."""
    columns = (
        c.Column(_("What")),
        c.Column(_("Figures of")),
        c.Column(_("As known at")),
        c.Column(_("Rules")),
        c.Column(_("Digest of the figures")),
    )
    return c.Table(
        "published",
        _("What was published when"),
        columns,
        tuple(_row(row, scheme) for row in rows),
        noun=(_("record"), _("records")),
        total_count=count,
        empty=c.EmptyState(_("Nothing is recorded yet."), _("The office records once a day what is published.")),
        exports=exports,
        pages=pages,
    )


def _row(row: PublishedRecord, scheme: str) -> c.Row:
    """One record, with the way to what it is about as of its day."""
    known = timezone.localtime(row.known_at)
    label = spoken(published.LABELS.get(row.what, row.what)) + (f", {row.year}" if row.year else "")
    return c.Row.of(
        c.Cell(label, href=_href(row, scheme)),
        row.as_of,
        c.Cell(known.date(), note=f"{known:%H:%M:%S}, {_('entry')} {row.last_entry}"),
        row.scheme_version.label,
        c.Cell(row.figures_digest[:16], note=_("of names and texts: %(digest)s") % {"digest": row.words_digest[:16]}),
    )


def _href(row: PublishedRecord, scheme: str) -> str:
    """What can still be shown of it: the same day, with what was known by the end of the day of the record."""
    known = timezone.localtime(row.known_at).date().isoformat()
    asked = {"as_of": row.as_of.isoformat(), "known_on": known}
    if row.what == published.FIGURES:
        return c.Address(reverse("programme", args=[scheme])).with_changes(**asked)
    if row.what == published.GRANTS:
        return c.Address(reverse("open-data", args=[scheme])).with_changes(**asked)
    more = {"year": str(row.year)} if row.year else {}
    return c.Address(reverse("document", args=[scheme, row.what])).with_changes(**asked, **more)
