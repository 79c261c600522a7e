"""The documents of a programme: one page that lists them with their day, and each as a page before it is downloaded."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from cofund.queries.documents import catalogue
from cofund.queries.documents.catalogue import Kind
from cofund.queries.documents.shapes import Document
from cofund.web import asking, document_pages
from cofund.web import components as c
from cofund.web.asking import Asked
from cofund.web.document_pages import Opened
from cofund.web.office import navigation
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.routes import reverse


@opened_by("read the books")
def choose(request: HttpRequest) -> HttpResponse:
    """`/office/documents/`: of which programme."""
    links = [c.Link(row.name, reverse("office-documents", args=[row.code])) for row in navigation.installed(request)]
    context = navigation.context(request, "Documents") | {"question": "Of which programme?", "links": links}
    return render(request, "cofund/pages/office/choose.html", context)


@opened_by("read the books")
def listed(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/documents/`: every document, of the day and year that are asked for."""
    rules, _ = scheme_or_404(scheme)
    asked, year = asking.asked(request), asking.year_of(request)
    rows = [_row(scheme, kind, asked, year) for kind in catalogue.kinds_of(scheme, only_public=False)]
    leverage = asked.address(reverse("office-leverage", args=[scheme]))
    rows.append(
        c.Row.of(
            c.Cell(
                "Leverage report",
                href=leverage,
                note="L1 to L4 by name, committed and certified, and what was restated.",
            ),
            c.Link("PDF", asked.address(reverse("office-leverage-pdf", args=[scheme])), download=True),
            c.Link("Excel", asked.address(reverse("office-leverage", args=[scheme]), format="xlsx"), download=True),
            "no",
        )
    )
    context = navigation.context(request, "Documents", scheme) | {
        "scheme": rules,
        "asked": asked,
        "year": year,
        "as_of": asking.picker(request, asked),
        "table": c.Table("documents", "Documents", _COLUMNS, tuple(rows), noun=("document", "documents")),
        "public_href": asked.address(reverse("documents", args=[scheme])),
        "partners_href": reverse("office-partners"),
    }
    return render(request, "cofund/pages/office/documents/list.html", context, status=asked.status)


@opened_by("read the books")
def one(request: HttpRequest, scheme: str, key: str) -> HttpResponseBase:
    """`/office/<scheme>/documents/<key>/`: one document, sheet by sheet; `format` asks for the file."""
    rules, _ = scheme_or_404(scheme)
    found = document_pages.opened(request, scheme, key, partial(_made, scheme), is_public=False)
    if not isinstance(found, Opened):
        return found
    crumbs = (c.Link("Documents", found.asked.address(reverse("office-documents", args=[scheme]))),)
    context = navigation.context(request, found.document.title, scheme, crumbs) | {"scheme": rules, **found.parts}
    return render(request, "cofund/pages/office/documents/one.html", context, status=found.asked.status)


def _made(scheme: str, kind: Kind, asked: Asked, year: int) -> Document:
    """The document as the office has it."""
    return catalogue.make(kind, scheme, asked.moment, year, is_public=False)


_COLUMNS = (c.Column("Document"), c.Column("PDF"), c.Column("Excel"), c.Column("Public"))


def _row(scheme: str, kind: Kind, asked: Asked, year: int) -> c.Row:
    """A document in the list."""
    title, excel = document_pages.cells("office-document", scheme, kind, asked, year)
    return c.Row.of(title, "–", excel, "yes, as far as published" if kind.is_public else "no")
