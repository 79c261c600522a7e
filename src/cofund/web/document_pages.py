"""One document as a page or as the file that is asked for: the same for the office and the public, who may see different things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cofund.queries.documents import catalogue
from cofund.queries.documents.catalogue import Kind
from cofund.queries.documents.shapes import Document
from cofund.web import asking, document_tables
from cofund.web import components as c
from cofund.web.asking import Asked
from cofund.web.languages import gettext as _
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

Make = Callable[[Kind, Asked, int], Document]


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that is shown: what was asked, the document, and what its template needs of it."""

    asked: Asked
    document: Document
    parts: dict[str, Any]


def opened(request: HttpRequest, scheme: str, key: str, make: Make, *, is_public: bool) -> HttpResponseBase | Opened:
    """Open a document as the address asks for it: as a file where `format` names one, else to be shown.

    Raises: Http404 where there is no such document, or none for the public.
    """
    kind = catalogue.find(scheme, key, only_public=is_public)
    if kind is None:
        raise Http404
    asked, year = asking.asked(request), asking.year_of(request)
    if asked.problem and request.GET.get("format"):
        return HttpResponse(asked.problem + "\n", status=400, content_type="text/plain; charset=utf-8")
    document = make(kind, asked, year)
    name = f"{scheme}-{key}-{asked.moment.on.isoformat()}"
    file = document_tables.file_of(document, request.GET.get("format", ""), request.GET.get("sheet", ""), name)
    if file is not None:
        return file
    parts = {
        "asked": asked,
        "year": year if kind.asks_year else None,
        "as_of": asking.picker(request, asked),
        **document_tables.parts_of(document, c.Address.of(request.path, request.GET.items())),
    }
    return Opened(asked, document, parts)


def cells(page: str, scheme: str, kind: Kind, asked: Asked, year: int) -> tuple[c.Cell, c.Link]:
    """A document in a list: its title with its page, named `page`, and its Excel file."""
    path = reverse(page, args=[scheme, kind.key])
    more = {"year": str(year)} if kind.asks_year else {}
    title = f"{spoken(kind.title)}, {year}" if kind.asks_year else spoken(kind.title)
    excel = c.Link(_("Excel"), asked.address(path, **more, format="xlsx"), download=True)
    return c.Cell(title, href=asked.address(path, **more), note=spoken(kind.about)), excel
