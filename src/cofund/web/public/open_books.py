"""The books of a programme as files: as CSV, and as a Beancount journal."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cofund.exporters import beancount, books_csv
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


@or_not_found
def as_beancount(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/programmes/<scheme>/journal.beancount`: the same movements; reasons only for those who read the books."""
    reader = audience(request.user, [scheme])

    def content(rules: Scheme, asked: Asked) -> Iterator[str]:
        moment, reasons = asked.moment, reader.reads_books
        lines = beancount.journal(rules.code, moment.on, moment.known_at, with_reasons=reasons, without=reader.without)
        return (f"{line}\n" for line in lines)

    return open_streams.answer(request, scheme, "journal.beancount", "text/plain; charset=utf-8", content)
