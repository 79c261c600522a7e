"""The documents of a programme that anybody may have: what its publication policy lets be read, and nothing more."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_noop as marked

from cofund.queries import overview, publication, schemes
from cofund.queries.documents import catalogue
from cofund.queries.documents.catalogue import Kind
from cofund.queries.documents.shapes import Document
from cofund.rules.schemes import Scheme
from cofund.web import asking, document_pages, throttling
from cofund.web import components as c
from cofund.web.asking import Asked
from cofund.web.document_pages import Opened
from cofund.web.languages import gettext as _
from cofund.web.public import errors, moments, presenters, proof_links, proof_stated
from cofund.web.public.lookup import or_not_found
from cofund.web.routes import reverse
from cofund.web.throttling import TooManyError
from cofund.web.visitors import origin_of

# Different documents of past days, or of other years, that one origin gets within a minute.
PAST: Final = throttling.Lane(20)
_COLUMNS = (c.Column(marked("Document")), c.Column(marked("Excel")))


@or_not_found
def listed(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/documents/`: every public document, of the day and year that are asked for."""
    asked, year = asking.asked(request), asking.year_of(request)
    kinds = catalogue.kinds_of(scheme, only_public=True)
    rows = tuple(_row(scheme, kind, asked, year) for kind in kinds)
    table = c.Table(
        "documents", _("Documents"), tuple(one.here for one in _COLUMNS), rows, noun=(_("document"), _("documents"))
    )
    context = _frame(request, scheme, asked, _("Documents")) | {"year": year, "table": table}
    return render(request, "cofund/pages/public/documents.html", context, status=asked.status)


@or_not_found
def one(request: HttpRequest, scheme: str, key: str) -> HttpResponseBase:
    """`/programmes/<scheme>/documents/<key>/`: one public document, sheet by sheet; `format` asks for the file."""
    try:
        found = document_pages.opened(request, scheme, key, partial(_made, request, scheme), is_public=True)
    except TooManyError:
        answer = errors.render(errors.TOO_MANY)
        answer["Retry-After"] = str(throttling.WINDOW_SECONDS)
        return answer
    if not isinstance(found, Opened):
        return found
    context = _frame(request, scheme, found.asked, found.parts["document"].title) | found.parts
    document, rules, moment = found.document, context["scheme"], context["moment"]
    context["proof"] = proof_links.table(request, lambda: proof_stated.of_document(document, rules, moment))
    return render(request, "cofund/pages/public/document.html", context, status=found.asked.status)


def _made(request: HttpRequest, scheme: str, kind: Kind, asked: Asked, year: int) -> Document:
    """The document; of any other moment than now nobody may ask for many. Raises: TooManyError."""
    lane: AbstractContextManager[None] = nullcontext()
    if not request.user.is_authenticated and (asked.pairs or year != asking.last_year()):
        lane = PAST.pass_through(origin_of(request), (scheme, kind.key, asked.pairs, year if kind.asks_year else 0))
    with lane:
        document = catalogue.make(kind, scheme, asked.moment, year, is_public=True)
        # Its values are computed with the first look at them.
        assert document.filled
    return document


def _frame(request: HttpRequest, scheme_code: str, asked: Asked, here: str) -> dict[str, Any]:
    """What both pages need."""
    rules = schemes.current(scheme_code)[0]
    moment = moments.Moment(asked.moment.on, asked.known_on, asked.on is None, asked.problem)
    crumbs = presenters.programme_crumbs(rules, moment)
    if here != "Documents":
        crumbs += (c.Link(_("Documents"), asked.address(reverse("documents", args=[scheme_code]))),)
    return {
        "scheme": rules,
        "crumbs": crumbs,
        "here": here,
        "tabs": presenters.tabs(rules, moment, "documents", overview.headline_tranche(rules)),
        "moment": moment,
        "data_on": moment.on,
        "asked": asked,
        "as_of": asking.picker(request, asked),
        "policy": _policy(rules),
    }


def _policy(rules: Scheme) -> str:
    """From which stage on contributions are public, in words."""
    stage = publication.published_from(rules.code)
    return _("A contribution is in here from the stage {stage} on, as the rules of {rules} say.").format(
        stage=stage, rules=rules.name
    )


def _row(scheme: str, kind: Kind, asked: Asked, year: int) -> c.Row:
    """A document in the list."""
    return c.Row.of(*document_pages.cells("document", scheme, kind, asked, year))
