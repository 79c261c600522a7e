"""Small pages that other sites may show inside their own: one bar or one table, with a link back and nothing else.

Only these pages may stand in a frame. They set no cookie, run no script, and show what anybody may read, whoever is signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt

from cofund.queries import (
    overview,
    programmes,
    publication,
    schemes,
    success,
)
from cofund.queries.publication import Audience
from cofund.web.components import Address
from cofund.web.languages import gettext as _
from cofund.web.public import (
    contributions,
    moments,
    presenters_home,
    presenters_lists,
    presenters_partner,
)
from cofund.web.public import success as success_pages
from cofund.web.public.embeds_of_one import ONE, ROWS, Piece, name_of
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.routes import reverse


@dataclass(frozen=True, slots=True)
class PieceOfProgramme(Piece):
    """A piece that is drawn of a whole programme."""

    make: Callable[[str, Audience, Moment], object]


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece that is drawn: what it is about, and whether its figures are a lower bound."""

    name: str
    piece: Piece
    drawn: object
    is_lower_bound: bool


def _envelope(scheme: str, reader: Audience, moment: Moment) -> object:
    """What partners put in, of what can be matched."""
    bar = presenters_home.envelope_bar(overview.of_scheme(scheme, reader, as_of=moment.on, known_at=moment.known_at))
    # The name of the programme stands above every piece.
    return replace(bar, title=_("What partners put in, of what can be matched"))


def _kinds(scheme: str, reader: Audience, moment: Moment) -> object:
    """What partners committed, by kind."""
    return success_pages.by_kind(success.of_scheme(scheme, moment.on, moment.known_at))


def _partners(scheme: str, reader: Audience, moment: Moment) -> object:
    """The partners with the largest amounts."""
    lines = programmes.partners(scheme, as_of=moment.on, known_at=moment.known_at, audience=reader)
    return presenters_partner.ranking(lines, schemes.current(scheme)[0], moment)


def _projects(scheme: str, reader: Audience, moment: Moment) -> object:
    """The first projects with their money."""
    lines = programmes.projects(scheme, as_of=moment.on, known_at=moment.known_at, without=reader.without_of_project)
    address = Address(reverse("projects", args=[scheme]))
    rules, _version = schemes.current(scheme)
    return presenters_lists.projects_table(
        presenters_lists.ordered(lines, rules)[:ROWS], rules, reader, moment, (), address
    )


def _contributions(scheme: str, reader: Audience, moment: Moment) -> object:
    """The first public contributions."""
    states = contributions.readable(scheme, reader, moment)
    return contributions.table(scheme, states[:ROWS], moment, len(states))


PIECES: Final = {
    "envelope": PieceOfProgramme(gettext_lazy("What partners put in"), "programme", "stacked_bar", 300, _envelope),
    "kinds": PieceOfProgramme(
        gettext_lazy("What partners committed, by kind"), "success", "horizontal_bars", 420, _kinds
    ),
    "partners": PieceOfProgramme(gettext_lazy("The largest partners"), "partners", "horizontal_bars", 520, _partners),
    "projects": PieceOfProgramme(gettext_lazy("Projects with their money"), "projects", "table", 640, _projects),
    "contributions": PieceOfProgramme(gettext_lazy("Contributions"), "contributions", "table", 640, _contributions),
}


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # it is typed for views that take no part of the address
@or_not_found
def page(request: HttpRequest, scheme: str, piece: str) -> HttpResponse:
    """`/embed/<scheme>/<piece>/`: a bar or a table for a frame on another site."""
    found = PIECES.get(piece)
    if found is None:
        raise Http404
    moment = moments.asked(request)
    rules, version = schemes.current(scheme)
    reader = publication.audience(AnonymousUser(), [scheme])
    shown = Shown(rules.name, found, found.make(scheme, reader, moment), version.scheme.is_lower_bound)
    return _answer(request, moment, shown, _page_of(found, scheme))


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # as above
@or_not_found
def one(request: HttpRequest, /, of: str, **keys: str) -> HttpResponse:
    """`/embed/<scheme>/topics/<code>/` and the like: a bar or a table of one thing; `of` is the name of the piece."""
    piece, moment = ONE[of], moments.asked(request)
    found = piece.make(keys, moment)
    if found is None:
        raise Http404
    return _answer(request, moment, Shown(found.name, piece, found.drawn, found.is_lower_bound), found.path)


def _answer(request: HttpRequest, moment: Moment, shown: Shown, path: str) -> HttpResponse:
    """A piece as a page, with the way back to the one at `path` that it belongs to."""
    context = {
        "name": shown.name,
        "title": shown.piece.title,
        "component": shown.piece.component,
        "drawn": shown.drawn,
        "moment": moment,
        "is_lower_bound": shown.is_lower_bound,
        "back": settings.COFUND_SITE_URL + moment.href(path),
        "about": settings.COFUND_SITE_URL + reverse("about-data"),
        "site": settings.COFUND_SITE_URL,
    }
    return render(request, "cofund/embed.html", context, status=moment.status)


def snippets(request: HttpRequest) -> list[tuple[str, str]]:
    """What of the present page can be shown elsewhere: its title and the text that does it."""
    match = request.resolver_match
    moment = moments.asked(request)
    if match is None or moment.problem:
        return []
    pieces = {name: piece for name, piece in ONE.items() if piece.page == match.url_name}
    if pieces:
        name = name_of(str(match.url_name), match.kwargs)
        return [
            (str(piece.title), _snippet(name, reverse(route, kwargs=match.kwargs), piece, moment))
            for route, piece in pieces.items()
            if name
        ]
    scheme = str(match.kwargs.get("scheme", "") or (_programme(request) if match.url_name == "partners" else ""))
    return [
        (
            str(piece.title),
            _snippet(schemes.current(scheme)[0].name, reverse("embed", args=[scheme, key]), piece, moment),
        )
        for key, piece in PIECES.items()
        if scheme and piece.page == match.url_name
    ]


def _programme(request: HttpRequest) -> str:
    """The programme of the page of partners."""
    choices = overview.ranked()
    return request.GET.get("programme", "") or (choices[0].code if choices else "")


def _snippet(name: str, path: str, piece: Piece, moment: Moment) -> str:
    """The text to put into another page; `name` is what the piece is about."""
    source, said = escape(settings.COFUND_SITE_URL + moment.href(path)), escape(f"{name}: {piece.title}")
    return f'<iframe src="{source}" title="{said}" width="100%" height="{piece.height}" loading="lazy"></iframe>'


def _page_of(piece: Piece, scheme: str) -> str:
    """The page that a piece belongs to."""
    if piece.page == "partners":
        return f"{reverse('partners')}"
    return reverse(piece.page, args=[scheme])
