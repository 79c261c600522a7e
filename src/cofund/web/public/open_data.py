"""Open data of a programme: its grants in the 360Giving standard, and where its other files are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_noop as marked

from cofund.exporters import three_sixty
from cofund.exporters.three_sixty import Package, Publisher
from cofund.queries import open_grants, overview, schemes
from cofund.queries.open_grants import OpenGrant, Summary
from cofund.rules.schemes import Scheme
from cofund.web import asking
from cofund.web import components as c
from cofund.web.asking import Asked
from cofund.web.formatting import money
from cofund.web.languages import gettext as _
from cofund.web.public import linked_data, moments, open_files, open_streams, presenters, proof_links, proof_stated
from cofund.web.public.lookup import or_not_found
from cofund.web.public.open_files import OpenFile
from cofund.web.public.open_streams import NothingPublicError
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

_NOTHING: Final = marked(
    "There is no public grant of this programme on that day, and a file of the standard holds at least one."
)


@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/open-data/`: what can be had as open data, and what it adds up to."""
    asked = asking.asked(request)
    rules, version = schemes.current(scheme)
    files = open_files.files(rules, asked.moment.on, asked.moment.known_at)
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
        "table": _files(files, asked),
        "proof": proof_links.table(request, lambda: proof_stated.of_open_data(rules, found, moment)),
        "linked": linked_data.of_dataset(rules, files, is_lower_bound=version.scheme.is_lower_bound),
    }
    return render(request, "cofund/pages/public/open_data.html", context, status=asked.status)


@or_not_found
def as_json(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/programmes/<scheme>/grants.json`: the grants as a 360Giving package."""
    return _grants(request, scheme, "json", "application/json", three_sixty.as_json)


@or_not_found
def as_csv(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/programmes/<scheme>/grants.csv`: the same grants, a line each, under the names of the standard."""
    funders = open_grants.most_funders(scheme)
    return _grants(
        request,
        scheme,
        "csv",
        "text/csv; charset=utf-8",
        lambda package, grants: three_sixty.as_csv(package, grants, funders),
    )


def _grants(
    request: HttpRequest,
    scheme: str,
    kind: str,
    content_type: str,
    written: Callable[[Package, Iterator[OpenGrant]], Iterator[str]],
) -> HttpResponseBase:
    """A file of grants; where there is none, the standard has no file."""

    def content(rules: Scheme, asked: Asked) -> Iterator[str]:
        if not open_grants.summary(scheme, asked.moment.on, asked.moment.known_at).number:
            raise NothingPublicError(_(_NOTHING))
        return written(_package(rules, asked, f"grants.{kind}"), open_grants.grants(scheme, asked.moment))

    return open_streams.answer(request, scheme, f"grants.{kind}", content_type, content)


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
            note=_(
                "{said}. Public money into the programme beside contributions, in the files “match funding” (FRG030)."
            ).format(said=_of_tranches(rules, found)),
        ),
        c.Tile(
            _("Cash handed over"),
            c.Money(found.collaboration_cents, rules.currency, short=True),
            note=_(
                "{said}. Cash of contributors into the programme, in the files “funder collaboration” (FRG040)."
            ).format(said=said(found.collaboration_cents)),
        ),
    ]


def _of_tranches(rules: Scheme, found: Summary) -> str:
    """The match by the tranche that it comes from: the ceiling of each is its own."""
    labels = {rule.code: spoken(rule.label) for rule in rules.tranches}
    parts = [
        _("{label}: {amount}").format(label=labels.get(code, code), amount=money(cents, rules.currency))
        for code, cents in found.match_of_tranches
    ]
    return "; ".join(parts) or money(0, rules.currency)


def _files(found: Iterable[OpenFile], asked: Asked) -> c.Table:
    """Every file, with what it is for; those of any day are of the day that is asked for."""
    rows = tuple(
        c.Row.of(c.Cell(one.title, note=one.standard), one.purpose, c.Link(one.form, _href(one, asked), download=True))
        for one in found
    )
    columns = (c.Column(_("File")), c.Column(_("What it is for")), c.Column(_("Format")))
    return c.Table("files", _("Files"), columns, rows, noun=(_("file"), _("files")))


def _href(one: OpenFile, asked: Asked) -> str:
    """The address of a file, of the day that is asked for where it can be."""
    path, _mark, query = one.path.partition("?")
    return c.Address(path, (*parse_qsl(query), *(asked.pairs if one.of_any_day else ()))).with_changes()
