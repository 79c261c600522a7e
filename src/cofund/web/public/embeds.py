"""Small pages that other sites may show inside their own: one bar or one table, with a link back and nothing else.

Only these pages may stand in a frame. They set no cookie, run no script, and show what anybody may read, whoever is signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt

from cofund.queries import overview, programmes, publication, schemes, success
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
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.routes import reverse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """What can be shown elsewhere: its title, the page it belongs to, how it is drawn, and how high a frame it needs, in pixels."""

    title: StrOrPromise
    page: str
    component: str
    height: int
    make: Callable[[str, Audience, Moment], object]


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
    lines = programmes.projects(scheme, as_of=moment.on, known_at=moment.known_at, without=reader.without)
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
    "envelope": Piece(gettext_lazy("What partners put in"), "programme", "stacked_bar", 300, _envelope),
    "kinds": Piece(gettext_lazy("What partners committed, by kind"), "success", "horizontal_bars", 420, _kinds),
    "partners": Piece(gettext_lazy("The largest partners"), "partners", "horizontal_bars", 520, _partners),
    "projects": Piece(gettext_lazy("Projects with their money"), "projects", "table", 640, _projects),
    "contributions": Piece(gettext_lazy("Contributions"), "contributions", "table", 640, _contributions),
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
    context = {
        "scheme": rules,
        "title": found.title,
        "component": found.component,
        "drawn": found.make(scheme, reader, moment),
        "moment": moment,
        "is_lower_bound": version.scheme.is_lower_bound,
        "back": settings.COFUND_SITE_URL + moment.href(_page_of(found, scheme)),
        "about": settings.COFUND_SITE_URL + reverse("about-data"),
        "site": settings.COFUND_SITE_URL,
    }
    return render(request, "cofund/embed.html", context, status=moment.status)


def snippets(request: HttpRequest) -> list[tuple[str, str]]:
    """What of the present page can be shown elsewhere: its title and the text that does it."""
    match = request.resolver_match
    if match is None:
        return []
    scheme = str(match.kwargs.get("scheme", "") or (_programme(request) if match.url_name == "partners" else ""))
    moment = moments.asked(request)
    if not scheme or moment.problem:
        return []
    return [
        (str(piece.title), _snippet(scheme, key, piece, moment))
        for key, piece in PIECES.items()
        if piece.page == match.url_name
    ]


def _programme(request: HttpRequest) -> str:
    """The programme of the page of partners."""
    choices = overview.ranked()
    return request.GET.get("programme", "") or (choices[0].code if choices else "")


def _snippet(scheme: str, key: str, piece: Piece, moment: Moment) -> str:
    """The text to put into another page."""
    source = settings.COFUND_SITE_URL + moment.href(reverse("embed", args=[scheme, key]))
    source = source.replace("&", "&amp;")
    name = schemes.current(scheme)[0].name.replace("&", "&amp;").replace('"', "&quot;")
    return f'<iframe src="{source}" title="{name}: {piece.title}" width="100%" height="{piece.height}" loading="lazy"></iframe>'


def _page_of(piece: Piece, scheme: str) -> str:
    """The page that a piece belongs to."""
    if piece.page == "partners":
        return f"{reverse('partners')}"
    return reverse(piece.page, args=[scheme])
