"""The trajectory of a programme as components, for the office and for everybody: tiles, pictures with their tables, the funnel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Literal

from django.utils.translation import gettext_noop as marked

from cofund.queries.funnels import Group, Year
from cofund.queries.trajectories import Overview
from cofund.rules.trajectory import Funnel, Outcome
from cofund.web import components as c
from cofund.web.formatting import percent, short_money
from cofund.web.languages import gettext as _

REALISATION = marked("Validated over committed.")
YIELD = marked("Certified over reported.")
UNTOLD = marked(
    "What was reported, certified and validated is not known here: no public source that was found tells it."
)
EVERYBODY = marked(
    "Of all contributors, those too who are neither members nor partners and so count toward no ceiling."
)
RULE = marked(
    "Required is what the ceilings of the tranches ask contributors for at their ratios. Public money is the ceilings less the "
    "public part of the running costs, where the rule book states one. At a share s of contributions in the cost, public money J "
    "brings J × s / (1 − s)."
)


def tiles(found: Overview) -> tuple[c.Tile, ...]:
    """Required, committed, missing, and at which share the programme must run."""
    way, currency = found.trajectory, found.scheme.currency
    return (
        c.Tile(
            _("Required"), c.Money(way.required_cents, currency, short=True), note=_("of contributors, to one for one")
        ),
        c.Tile(
            _("Committed by members and partners"),
            c.Money(way.committed_cents, currency, short=True),
            note=_("{share} of what is required").format(share=percent(way.committed_share)),
        ),
        c.Tile(
            _("Not recorded here"),
            c.Money(way.gap_cents, currency, short=True),
            note=_("of what is required; the record is incomplete, and what is missing of it is not known"),
        )
        if found.is_lower_bound
        else c.Tile(_("Still missing"), c.Money(way.gap_cents, currency, short=True)),
        c.Tile(
            _("Share needed"),
            c.Percent(way.needed_share),
            note=_("of contributions in the cost, on average"),
            formula=_("Required over required and public money together."),
        ),
    )


def outcomes(found: Overview) -> c.Table:
    """What the public money brings at the least share, at half, and at the share that is needed."""
    currency, way = found.scheme.currency, found.trajectory
    rows = []
    if found.least is not None:
        rows.append(_outcome(_("At the least share that every project must reach"), found.least, currency))
    rows.append(_outcome(_("At half"), found.even, currency))
    if way.needed_share is not None and way.needed_share < 1 and way.needed_share != found.even.share:
        rows.append(_outcome(_("At the share that is needed"), way.at(way.needed_share), currency))
    note = "" if found.least is not None else _("The rule book asks for no single least share of every project.")
    if way.members_running_cents:
        running = short_money(way.members_running_cents, currency)
        note = (
            _("{note} The last column counts the {running} that members pay of the running costs.")
            .format(note=note, running=running)
            .strip()
        )
    return c.Table(
        "outcomes",
        _("Contributions at a share of the cost"),
        (
            c.Column(_("If projects run")),
            c.Column(_("Share"), numeric=True),
            c.Column(_("Contributions"), numeric=True),
            c.Column(_("Missing then"), numeric=True),
            c.Column(_("Missing then, net of running costs"), numeric=True),
        ),
        tuple(rows),
        counted=False,
        note=note,
    )


def _outcome(words: str, one: Outcome, currency: str) -> c.Row:
    """One share with what it brings."""
    return c.Row.of(
        words,
        c.Percent(one.share),
        c.Money(one.brought_cents, currency, short=True),
        c.Money(one.gap_cents, currency, short=True),
        c.Money(one.net_gap_cents, currency, short=True),
    )


def chart(found: Overview) -> c.LineChart | None:
    """Committed and validated over the years against what is required; None where nothing was committed yet."""
    if not found.standings or any(one.committed_cents < 0 or one.validated_cents < 0 for one in found.standings):
        return None
    starts_on, first = found.scheme.starts_on, found.standings[0].on
    start = (c.Point(starts_on, 0),) if starts_on is not None and starts_on < first else ()
    committed = (*start, *(c.Point(one.on, one.committed_cents) for one in found.standings))
    validated = (*start, *(c.Point(one.on, one.validated_cents) for one in found.standings))
    return c.LineChart(
        "trajectory",
        _("Committed, to one for one") if found.is_untold else _("Committed and validated, to one for one"),
        (
            c.Series(_("Committed"), committed, step=False, area=True),
            *(() if found.is_untold else (c.Series(_("Validated"), validated, stroke="dashed", step=False),)),
        ),
        found.scheme.currency,
        cap_cents=found.trajectory.required_cents,
        cap_label=_("required amount"),
        note=_(
            "From the start of the programme; at the end of each year, and today. Contributions of members and partners."
        ),
    )


def funnel_bars(found: Overview) -> c.StackedBar:
    """The four stages as bars on one scale; of those that nothing is known of there is no bar."""
    funnel, currency = found.funnel, found.scheme.currency
    stages: tuple[tuple[str, int, c.Fill], ...] = (
        (_("Committed by all contributors"), funnel.committed_cents, c.Fill.SOLID),
        (_("Reported"), funnel.reported_cents, c.Fill.HATCH),
        (_("Certified"), funnel.certified_cents, c.Fill.OCHRE),
        (_("Validated"), funnel.validated_cents, c.Fill.DEEP),
    )
    stages = stages[:1] if found.is_untold else stages
    several = len(stages) > 1
    rows = tuple(
        c.BarRow((c.Segment(name, max(0, cents), fill),), name if several else "") for name, cents, fill in stages
    )
    return c.StackedBar(
        "funnel",
        _("Committed, reported, certified, validated"),
        rows,
        currency=currency,
        note=f"{_(EVERYBODY)} {_(UNTOLD) if found.is_untold else _funnel_note(funnel)}",
    )


def _funnel_note(funnel: Funnel) -> str:
    """Realisation and yield in words."""
    return _(
        "Realisation {share}: {words} Certification yield {share_2}: {words_2} What comes without a "
        "report, such as cash, counts as reported and certified with it."
    ).format(
        share=percent(funnel.realisation),
        words=_(REALISATION).lower(),
        share_2=percent(funnel.certification_yield),
        words_2=_(YIELD).lower(),
    )


def funnel_tiles(found: Overview) -> tuple[c.Tile, ...]:
    """Realisation and certification yield."""
    funnel = found.funnel
    return (
        c.Tile(_("Realisation"), c.Percent(None if found.is_untold else funnel.realisation), formula=_(REALISATION)),
        c.Tile(_("Certification yield"), c.Percent(funnel.certification_yield), formula=_(YIELD)),
    )


def groups_table(
    groups: Iterable[Group],
    heading: str,
    currency: str,
    *,
    total: Funnel | None = None,
    href: Callable[[Group], str] | None = None,
    untold: bool = False,
    **more: object,
) -> c.Table:
    """The funnel by project, partner or year. `total` is of all of them; `more` goes to the table.

    `untold`: nothing is known of what came, so that no amount is shown for it and no realisation is reckoned.
    """
    rows = [_group_row(one.name, one.funnel, currency, href(one) if href else "", untold=untold) for one in groups]
    if total is not None and rows:
        rows.append(_group_row(_("All contributors"), total, currency, kind="total", untold=untold))
    table: dict[str, object] = {
        "noun": (_("line"), _("lines")),
        "empty": c.EmptyState(_("Nothing is committed yet.")),
    } | more
    return c.Table(
        "funnel-by",
        _("By {words}").format(words=heading.lower()),
        (
            c.Column(heading),
            c.Column(_("Committed"), numeric=True),
            c.Column(_("Reported"), numeric=True),
            c.Column(_("Certified"), numeric=True),
            c.Column(_("Validated"), numeric=True),
            c.Column(_("Realisation"), numeric=True, hint=_(REALISATION)),
            c.Column(_("Certification yield"), numeric=True, hint=_(YIELD)),
        ),
        tuple(rows),
        **table,  # type: ignore[arg-type]
    )


def _group_row(
    name: str, funnel: Funnel, currency: str, href: str = "", *, kind: Literal["", "total"] = "", untold: bool = False
) -> c.Row:
    """A project, partner or year as a row."""
    came = (funnel.reported_cents, funnel.certified_cents, funnel.validated_cents)
    return c.Row.of(
        c.Cell(name, href=href),
        c.Money(funnel.committed_cents, currency),
        *(c.Money(None if untold else cents, currency) for cents in came),
        c.Percent(funnel.realisation if funnel.committed_cents > 0 and not untold else None),
        c.Percent(funnel.certification_yield if funnel.reported_cents > 0 else None),
        kind=kind,
    )


def forecast_bars(years: Iterable[Year], currency: str) -> c.StackedBar | None:
    """What was planned and what came, year by year; None where nothing is planned and nothing came."""
    rows: list[c.BarRow] = []
    for one in years:
        planned = (
            c.Segment(_("Planned in kind"), one.in_kind_cents, c.Fill.HATCH),
            c.Segment(_("Instalments due"), one.due_cents, c.Fill.DOTS),
        )
        rows.append(c.BarRow(planned, _("{year} planned").format(year=one.year)))
        rows.append(
            c.BarRow(
                (c.Segment(_("Came"), max(0, one.came_cents), c.Fill.DEEP),), _("{year} came").format(year=one.year)
            )
        )
    if not any(row.total_cents for row in rows):
        return None
    note = _("Planned: plans that were handed in, and instalments by the year in which they are due. Came: validated.")
    return c.StackedBar("forecast", _("Planned and come, by year"), tuple(rows), currency=currency, note=note)


def forecast_table(years: Iterable[Year], currency: str) -> c.Table:
    """The forecast against what came."""
    rows = tuple(
        c.Row.of(
            str(one.year),
            c.Money(one.in_kind_cents, currency),
            c.Money(one.due_cents, currency),
            c.Money(one.planned_cents, currency),
            c.Money(one.came_cents, currency),
            c.Money(one.came_cents - one.planned_cents, currency),
            c.Percent(Fraction(one.came_cents, one.planned_cents) if one.planned_cents else None),
        )
        for one in years
    )
    return c.Table(
        "forecast-years",
        _("Forecast against what came"),
        (
            c.Column(_("Year")),
            c.Column(_("Planned in kind"), numeric=True),
            c.Column(_("Instalments due"), numeric=True),
            c.Column(_("Planned in all"), numeric=True),
            c.Column(_("Came"), numeric=True),
            c.Column(_("Difference"), numeric=True),
            c.Column(_("Came of planned"), numeric=True),
        ),
        rows,
        noun=(_("year"), _("years")),
        empty=c.EmptyState(_("Nothing is planned, and nothing has come yet.")),
    )
