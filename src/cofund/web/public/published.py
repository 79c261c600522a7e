"""What was published of a programme when: each record with its day, its instant, its digest, and the way to see it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cofund.queries import clock, overview, published, schemes
from cofund.records.ledger.models import PublishedRecord
from cofund.web import components as c
from cofund.web.lists import page_of
from cofund.web.public import moments, presenters, sheets
from cofund.web.public.lookup import or_not_found
from cofund.web.public.sheets import Field, Sheet
from cofund.web.published_table import table

FIELDS: Final = (
    Field("what", "key of what was published"),
    Field("year", "year that it is about; empty where it is about none"),
    Field("day", "the day that the figures are of"),
    Field("known_at", "the instant up to which everything recorded is in them"),
    Field("rules", "version of the programme's rules"),
    Field("entry", "number of the book's last entry at that instant"),
    Field("chain", "end of the book's chain at that instant"),
    Field("figures_digest", "SHA-256 of all figures"),
    Field("words_digest", "SHA-256 of all names and texts"),
)
_ABOUT: Final = gettext_lazy("Kept each day on which something of it was another than before.")


@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/published/`: the records of what was published, the newest first."""
    rules, version = schemes.current(scheme)
    moment = moments.Moment(clock.today())
    rows = published.records(scheme)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, _sheet(list(rows), scheme, version.label, moment), moment)
    address = c.Address.of(request.path, request.GET.items())
    count = rows.count()
    part, pages = page_of(address, count)
    context = {
        "scheme": rules,
        "crumbs": presenters.programme_crumbs(rules, moment),
        "here": _("What was published when"),
        "tabs": presenters.tabs(rules, moment, "published", overview.headline_tranche(rules)),
        "moment": moment,
        "data_on": moment.on,
        "table": table(list(rows[part]), scheme, sheets.files(address), count, pages),
        "about": _ABOUT,
    }
    return render(request, "cofund/pages/public/published.html", context)


def _sheet(rows: Sequence[PublishedRecord], scheme: str, version: str, moment: moments.Moment) -> Sheet:
    """The records as rows, with their digests in full."""
    lines = tuple(
        (
            row.what,
            row.year or None,
            row.as_of,
            row.known_at,
            row.scheme_version.label,
            row.last_entry,
            row.last_hash,
            row.figures_digest,
            row.words_digest,
        )
        for row in rows
    )
    rules, _version = schemes.current(scheme)
    return Sheet(
        presenters.file_name(scheme, "published", on=moment.on),
        FIELDS,
        lines,
        presenters.stated(rules, version, moment),
    )
