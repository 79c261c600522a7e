"""The catalogue of the open data of the site, for the portals that collect them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation

from cofund.exporters import linked
from cofund.exporters.catalogue import PREFIXES, Catalogue, FileToList, Programme, nodes
from cofund.exporters.linked import Node
from cofund.queries import clock, journal, schemes
from cofund.records.ledger.models import Book
from cofund.web.public import open_files
from cofund.web.routes import reverse

Writing = Callable[[Mapping[str, str], Iterator[Node]], Iterator[str]]


def as_turtle(request: HttpRequest) -> StreamingHttpResponse:
    """`/catalogue.ttl`: the catalogue as Turtle."""
    return _answer(linked.as_turtle, "text/turtle; charset=utf-8")


def as_json(request: HttpRequest) -> StreamingHttpResponse:
    """`/catalogue.jsonld`: the same catalogue as JSON-LD."""
    return _answer(linked.as_json, "application/ld+json")


def _answer(written: Writing, content_type: str) -> StreamingHttpResponse:
    """The catalogue, written programme by programme."""
    told = Catalogue(settings.SITE_TITLE, settings.COFUND_SITE_URL, settings.COFUND_DATA_LICENCE)
    programmes = (_programme(book, told.site) for book in journal.books())
    return StreamingHttpResponse(written(PREFIXES, nodes(told, programmes)), content_type=content_type)


def _programme(book: Book, site: str) -> Programme:
    """One programme with its files of today."""
    rules, version = schemes.current(book.scheme.code)
    # The catalogue says that its words are English.
    with translation.override("en-gb"):
        files = open_files.files(rules, clock.today(), None)
    return Programme(
        rules.code,
        rules.name,
        site + reverse("programme", args=[rules.code]),
        site + reverse("open-data", args=[rules.code]),
        rules.starts_on,
        rules.ends_on,
        book.last_recorded_at,
        version.scheme.is_lower_bound,
        tuple(
            FileToList(
                one.title,
                one.purpose,
                one.form,
                one.media_type,
                site + one.path,
                one.standard,
                one.standard_address,
            )
            for one in files
        ),
    )
