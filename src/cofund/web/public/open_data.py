"""Open data of a programme: its grants in the 360Giving standard, and where its other files are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_noop as marked

from cofund.exporters import three_sixty
from cofund.exporters.three_sixty import Package, Publisher
from cofund.queries import open_grants, overview, schemes
from cofund.queries.open_grants import OpenGrant, Summary
from cofund.rules.schemes import Scheme
from cofund.web import asking, throttling
from cofund.web import components as c
from cofund.web.asking import Asked
from cofund.web.formatting import money
from cofund.web.languages import gettext as _
from cofund.web.public import errors, moments, presenters
from cofund.web.public.lookup import or_not_found
from cofund.web.routes import reverse
from cofund.web.throttling import TooManyError
from cofund.web.visitors import origin_of

# Different files of past days that one origin gets within a minute.
PAST: Final = throttling.Lane(20)
_NOTHING: Final = marked(
    "There is no public grant of this programme on that day, and a file of the standard holds at least one.\n"
)
_FILES: Final = (c.Column(marked("File")), c.Column(marked("What it is for")), c.Column(marked("Format")))


@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/open-data/`: what can be had as open data, and what it adds up to."""
    asked = asking.asked(request)
    rules = schemes.current(scheme)[0]
    found = open_grants.summary(scheme, asked.moment.on, asked.moment.known_at)
    moment = moments.Moment(asked.moment.on, asked.known_on, asked.on is None, asked.problem)
    context = {
        "scheme": rules,
        "crumbs": presenters.programme_crumbs(rules, moment),
        "here": _("Open data"),
        "tabs": presenters.tabs(rules, moment, "open-data", overview.headline_tranche(rules)),
        "moment": moment,
        "data_on": moment.on,
        "asked": asked,
        "as_of": asking.picker(request, asked),
        "tiles": _tiles(rules, found),
        "table": _files(rules, asked, found),
    }
    return render(request, "cofund/pages/public/open_data.html", context, status=asked.status)


@or_not_found
def as_json(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/programmes/<scheme>/grants.json`: the grants as a 360Giving package."""
    return _file(request, scheme, "json", "application/json", three_sixty.as_json)


@or_not_found
def as_csv(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/programmes/<scheme>/grants.csv`: the same grants, a line each, under the names of the standard."""
    funders = open_grants.most_funders(scheme)
    return _file(
        request,
        scheme,
        "csv",
        "text/csv; charset=utf-8",
        lambda package, grants: three_sixty.as_csv(package, grants, funders),
    )


def _file(
    request: HttpRequest,
    scheme: str,
    kind: str,
    content_type: str,
    written: Callable[[Package, Iterator[OpenGrant]], Iterator[str]],
) -> HttpResponseBase:
    """A file of grants, streamed; of any other moment than now nobody may ask for many."""
    asked = asking.asked(request)
    if asked.problem:
        return HttpResponse(asked.problem + "\n", status=400, content_type="text/plain; charset=utf-8")
    rules = schemes.current(scheme)[0]
    if asked.pairs and not request.user.is_authenticated:
        try:
            with PAST.pass_through(origin_of(request), (scheme, kind, asked.pairs)):
                pass
        except TooManyError:
            answer = errors.render(errors.TOO_MANY)
            answer["Retry-After"] = str(throttling.WINDOW_SECONDS)
            return answer
    if not open_grants.summary(scheme, asked.moment.on, asked.moment.known_at).number:
        return HttpResponse(_(_NOTHING), status=404, content_type="text/plain; charset=utf-8")
    package = _package(rules, asked, f"grants.{kind}")
    response = StreamingHttpResponse(
        written(package, open_grants.grants(scheme, asked.moment)), content_type=content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{scheme}-grants-{asked.moment.on.isoformat()}.{kind}"'
    return response


def _package(rules: Scheme, asked: Asked, file: str) -> Package:
    """What holds for all grants of a file."""
    site = settings.COFUND_SITE_URL
    publisher = Publisher(settings.COFUND_360GIVING_PREFIX, rules.name, site, settings.COFUND_DATA_LICENCE)
    return Package(
        publisher,
        rules.code,
        rules.name,
        rules.currency,
        asked.moment.on,
        asked.moment.instant,
        site + asked.address(f"/programmes/{rules.code}/{file}"),
        lambda grant: site + _path(rules, grant),
    )


def _path(rules: Scheme, grant: OpenGrant) -> str:
    """The page about a grant: that of its contribution, else that of its project."""
    if grant.contribution:
        return reverse("contribution", args=[grant.contribution])
    return reverse("project", args=[rules.code, grant.project.slug])


def _tiles(rules: Scheme, found: Summary) -> list[c.Tile]:
    """What the grants add up to."""
    said = partial(money, currency=rules.currency)
    return [
        c.Tile(
            _("Reaches projects"),
            c.Money(found.reaches_projects_cents, rules.currency, short=True),
            note=_("{said}, each euro once").format(said=said(found.reaches_projects_cents)),
        ),
        c.Tile(
            _("Grants"),
            found.number,
            note=_("{number_on_its_way} of them on their way, and counted again").format(
                number_on_its_way=found.number_on_its_way
            ),
        ),
        c.Tile(
            _("Match on its way"),
            c.Money(found.match_cents, rules.currency, short=True),
            note=_("{said} into the programme, code FRG030").format(said=said(found.match_cents)),
        ),
        c.Tile(
            _("Cash handed over"),
            c.Money(found.collaboration_cents, rules.currency, short=True),
            note=_("{said} into the programme, code FRG040").format(said=said(found.collaboration_cents)),
        ),
    ]


def _files(rules: Scheme, asked: Asked, found: Summary) -> c.Table:
    """Every file, with what it is for."""
    rows = []
    if found.number:
        rows += [
            c.Row.of(
                c.Cell(_("Grants"), note=_("360Giving 1.4")),
                what,
                c.Link(name, asked.address(reverse(view, args=[rules.code])), download=True),
            )
            for name, view, what in (
                ("JSON", "open-data-json", _("Programs, and everybody who compares funders")),
                ("CSV", "open-data-csv", _("Spreadsheets: the same grants, a line each")),
            )
        ]
    rows.append(
        c.Row.of(
            c.Cell(_("Books"), note=_("Beancount")),
            _("Proving that every amount balances; always as of today"),
            c.Link(_("Beancount"), reverse("journal", args=[rules.code]), download=True),
        )
    )
    rows.append(
        c.Row.of(
            c.Cell(_("Tables of the pages"), note=_("CSV and JSON")),
            _("Partners, projects, topics, movements and decisions, as this site shows them"),
            c.Link(_("All files and their fields"), reverse("about-data")),
        )
    )
    return c.Table("files", _("Files"), tuple(one.here for one in _FILES), tuple(rows), noun=(_("file"), _("files")))
