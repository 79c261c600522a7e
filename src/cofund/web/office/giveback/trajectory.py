"""The office's page of a programme's way to one for one: trajectory, funnel by project, partner or year, forecast against plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import trajectories
from cofund.queries.funnels import Group
from cofund.queries.trajectories import Overview
from cofund.web import components as c
from cofund.web import lists, trajectory_panels
from cofund.web.kept_markup import kept_markup
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.routes import reverse

BY: Final = {"project": "Project", "partner": "Partner", "year": "Year"}


@opened_by("read trajectory")
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/trajectory/`: what is required, committed and missing, and what became of it."""
    rules, _ = scheme_or_404(scheme)
    found = trajectories.of_scheme(scheme)
    asked = request.GET.get("by", "project")
    by = asked if asked in BY else "project"
    kind = request.GET.get("format", "")
    rows = [_plain(found, one) for one in trajectories.groups(scheme, by)] if kind in exports.KINDS else []
    file = exports.answer(kind, f"funnel-{scheme}-by-{by}", rows)
    if file is not None:
        return file
    context = navigation.context(request, "Way to one for one", scheme) | {
        "scheme": rules,
        "body": _body(scheme, by, c.Address.of(request.path, request.GET.items())),
        "public_href": reverse("trajectory", args=[scheme]),
    }
    return render(request, "cofund/pages/office/giveback/trajectory.html", context)


@kept_markup("cofund/pages/office/giveback/trajectory_parts.html", 128)
def _body(scheme: str, by: str, address: c.Address) -> dict[str, Any]:
    """What the page shows of the books: the same for everybody who may open it."""
    found = trajectories.of_scheme(scheme)
    currency = found.scheme.currency
    return {
        "tiles": trajectory_panels.tiles(found),
        "chart": trajectory_panels.chart(found),
        "outcomes": trajectory_panels.outcomes(found),
        "rule": trajectory_panels.RULE,
        "on_the_way": c.Money(found.on_the_way_cents, currency),
        "is_lower_bound": found.is_lower_bound,
        "funnel": trajectory_panels.funnel_bars(found),
        "funnel_tiles": trajectory_panels.funnel_tiles(found),
        "tabs": [
            c.Link(f"By {words.lower()}", f"?by={code}#funnel-by", current=code == by) for code, words in BY.items()
        ],
        "table": _table(address, found, trajectories.groups(scheme, by), by),
        "forecast": trajectory_panels.forecast_bars(found.years, currency),
        "forecast_table": trajectory_panels.forecast_table(found.years, currency),
    }


def _table(address: c.Address, found: Overview, groups: Sequence[Group], by: str) -> c.Table:
    """A page of the groups. Partners get no total: what several give jointly stands with each of them."""
    part, pages = lists.page_of(address, len(groups))
    scheme = found.scheme.code

    def href(group: Group) -> str:
        if by == "project":
            return reverse("office-project", args=[scheme, group.key])
        return reverse("office-partner", args=[group.key]) if by == "partner" else ""

    note = (
        "What several give jointly stands with each of them in full, so the lines do not add up."
        if by == "partner"
        else ""
    )
    return trajectory_panels.groups_table(
        groups[part],
        BY[by],
        found.scheme.currency,
        total=None if by == "partner" else found.funnel,
        href=href,
        untold=found.is_untold,
        noun=(BY[by].lower(), f"{BY[by].lower()}s"),
        total_count=len(groups),
        pages=pages,
        exports=lists.files_of(address),
        note=note,
    )


def _plain(found: Overview, one: Group) -> dict[str, exports.Plain]:
    """A group as a row of a file; amounts in whole cents, shares as exact fractions."""
    funnel, is_untold = one.funnel, found.is_untold
    return {
        "scheme": found.scheme.code,
        "scheme_version": found.version,
        "key": one.key,
        "name": one.name,
        "currency": found.scheme.currency,
        "committed_cents": funnel.committed_cents,
        "reported_cents": None if is_untold else funnel.reported_cents,
        "certified_cents": None if is_untold else funnel.certified_cents,
        "validated_cents": None if is_untold else funnel.validated_cents,
        "realisation": str(funnel.realisation if funnel.realisation is not None and not is_untold else ""),
        "certification_yield": str(funnel.certification_yield if funnel.certification_yield is not None else ""),
    }
