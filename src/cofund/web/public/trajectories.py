"""The public page of a programme's way to one for one."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import clock, funnels, overview, trajectories
from cofund.queries.funnels import Group
from cofund.queries.publication import audience
from cofund.queries.trajectories import Overview
from cofund.web import trajectory_panels
from cofund.web.languages import gettext as _
from cofund.web.public import held_back, moments, presenters, proof_links, sheets
from cofund.web.public.lookup import or_not_found
from cofund.web.public.sheets import Field, Sheet

FIELDS = (
    Field("year", "year of the amounts"),
    Field("committed", "what was committed in it, less what was withdrawn", is_money=True),
    Field("reported", "what was reported for it", is_money=True),
    Field("certified", "what was certified of it", is_money=True),
    Field("validated", "what was validated in it", is_money=True),
)


@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/trajectory/`: what is required, committed and missing, and the funnel by year."""
    reader = audience(request.user, [scheme])
    found = trajectories.of_scheme(scheme, reader.without)
    moment = moments.Moment(clock.today())
    rules, years = found.scheme, funnels.by_year(found.parts)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, _sheet(found, years, moment))
    context = {
        "scheme": rules,
        "crumbs": presenters.programme_crumbs(rules, moment),
        "here": _("Way to one for one"),
        "tabs": presenters.tabs(rules, moment, "trajectory", overview.headline_tranche(rules)),
        "moment": moment,
        "data_on": moment.on,
        "tiles": trajectory_panels.tiles(found),
        "chart": trajectory_panels.chart(found),
        "outcomes": trajectory_panels.outcomes(found),
        "rule": _(trajectory_panels.RULE),
        "held_back": held_back.notice(reader, scheme),
        "is_lower_bound": found.is_lower_bound,
        "funnel": trajectory_panels.funnel_bars(found),
        "table": trajectory_panels.groups_table(
            years,
            _("Year"),
            rules.currency,
            total=found.funnel,
            untold=found.is_untold,
            noun=(_("year"), _("years")),
            exports=sheets.links(request),
        ),
    }
    context["proof"] = proof_links.table(request, lambda: proof_links.of_way(found, moment))
    return render(request, "cofund/pages/public/trajectory.html", context)


def _sheet(found: Overview, years: Sequence[Group], moment: moments.Moment) -> Sheet:
    """The funnel by year as rows of data; what nothing is known of stays empty."""
    untold = found.is_untold
    rows = tuple(
        (
            int(one.key),
            one.funnel.committed_cents,
            *(
                None if untold else cents
                for cents in (one.funnel.reported_cents, one.funnel.certified_cents, one.funnel.validated_cents)
            ),
        )
        for one in years
    )
    stated = presenters.stated(found.scheme, found.version, moment, lower_bound=found.is_lower_bound)
    name = presenters.file_name(found.scheme.code, "trajectory", on=moment.on)
    return Sheet(name, FIELDS, rows, stated)
