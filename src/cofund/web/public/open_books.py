"""The books of a programme as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cofund.exporters import books_csv
from cofund.queries import assumed, movements
from cofund.queries.publication import audience
from cofund.rules.schemes import Scheme
from cofund.web.asking import Asked
from cofund.web.public import open_streams
from cofund.web.public.lookup import or_not_found


@or_not_found
def as_csv(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/programmes/<scheme>/journal.csv`: every movement; reasons and decisions only for those who read the books."""
    reader = audience(request.user, [scheme])

    def content(rules: Scheme, asked: Asked) -> Iterator[str]:
        hidden = assumed.untold(scheme, reader)
        rows = movements.of_book(scheme, asked.moment.on, asked.moment.known_at, reader.without, hidden)
        return books_csv.lines(books_csv.Head(rules.code, rules.currency), rows, with_internals=reader.reads_books)

    return open_streams.answer(request, scheme, "journal.csv", "text/csv; charset=utf-8", content)
