"""The trajectory of a programme as components, for the office and for everybody: tiles, pictures with their tables, the funnel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Literal

from cofund.queries.funnels import Group, Year
from cofund.queries.trajectories import Overview
from cofund.rules.trajectory import Funnel, Outcome
from cofund.web import components as c
from cofund.web.formatting import percent, short_money

REALISATION = "Validated over committed."
YIELD = "Certified over reported."
UNTOLD = (
    "What was reported, certified and validated is not known here: no public source that was found tells it. "
    "Zero stands for nothing known, not for nothing given."
)
EVERYBODY = "Of all contributors, those too who are neither members nor partners and so count toward no ceiling."
RULE = (
    "Required is what the ceilings of the tranches ask contributors for at their ratios. Public money is the ceilings less the "
    "public part of the running costs, where the rule book states one. At a share s of contributions in the cost, public money J "
    "brings J × s / (1 − s)."
)


def tiles(found: Overview) -> tuple[c.Tile, ...]:
    """Required, committed, missing, and at which share the programme must run."""
    way, currency = found.trajectory, found.scheme.currency
    return (
        c.Tile("Required", c.Money(way.required_cents, currency, short=True), note="of contributors, to one for one"),
        c.Tile(
            "Committed",
            c.Money(way.committed_cents, currency, short=True),
            note=f"{percent(way.committed_share)} of what is required, by members and partners",
        ),
        c.Tile("Still missing", c.Money(way.gap_cents, currency, short=True)),
        c.Tile(
            "Share needed",
            c.Percent(way.needed_share),
            note="of contributions in the cost, on average",
            formula="Required over required and public money together.",
        ),
    )


def outcomes(found: Overview) -> c.Table:
    """What the public money brings at the least share, at half, and at the share that is needed."""
    currency, way = found.scheme.currency, found.trajectory
    rows = []
    if found.least is not None:
        rows.append(_outcome("At the least share that every project must reach", found.least, currency))
    rows.append(_outcome("At half", found.even, currency))
    if way.needed_share is not None and way.needed_share < 1 and way.needed_share != found.even.share:
        rows.append(_outcome("At the share that is needed", way.at(way.needed_share), currency))
    note = "" if found.least is not None else "The rule book asks for no single least share of every project."
    if way.members_running_cents:
        running = short_money(way.members_running_cents, currency)
        note = f"{note} The last column counts the {running} that members pay of the running costs.".strip()
    return c.Table(
        "outcomes",
        "Contributions at a share of the cost",
        (
            c.Column("If projects run"),
            c.Column("Share", numeric=True),
            c.Column("Contributions", numeric=True),
            c.Column("Missing then", numeric=True),
            c.Column("Missing then, net of running costs", numeric=True),
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
        "Committed and validated, to one for one",
        (
            c.Series("Committed", committed, step=False, area=True),
            c.Series("Validated", validated, stroke="dashed", step=False),
        ),
        found.scheme.currency,
        cap_cents=found.trajectory.required_cents,
        cap_label="required",
        note="From the start of the programme; at the end of each year, and today. Contributions of members and partners.",
    )


def funnel_bars(found: Overview) -> c.StackedBar:
    """The four stages as bars on one scale."""
    funnel, currency = found.funnel, found.scheme.currency
    stages = (
        ("Committed", funnel.committed_cents, c.Fill.SOLID),
        ("Reported", funnel.reported_cents, c.Fill.HATCH),
        ("Certified", funnel.certified_cents, c.Fill.OCHRE),
        ("Validated", funnel.validated_cents, c.Fill.DEEP),
    )
    rows = tuple(c.BarRow((c.Segment(name, max(0, cents), fill),), name) for name, cents, fill in stages)
    return c.StackedBar(
        "funnel",
        "Committed, reported, certified, validated",
        rows,
        currency=currency,
        note=f"{EVERYBODY} {UNTOLD if is_untold(found) else _funnel_note(funnel)}",
    )


def _funnel_note(funnel: Funnel) -> str:
    """Realisation and yield in words."""
    return (
        f"Realisation {percent(funnel.realisation)}: {REALISATION.lower()} "
        f"Certification yield {percent(funnel.certification_yield)}: {YIELD.lower()} "
        "What comes without a report, such as cash, counts as reported and certified with it."
    )


def is_untold(found: Overview) -> bool:
    """Whether nothing is known of what came: the record is incomplete, and no report stands in it."""
    return found.is_lower_bound and not (found.funnel.reported_cents or found.funnel.validated_cents)


def funnel_tiles(found: Overview) -> tuple[c.Tile, ...]:
    """Realisation and certification yield."""
    funnel = found.funnel
    return (
        c.Tile("Realisation", c.Percent(None if is_untold(found) else funnel.realisation), formula=REALISATION),
        c.Tile("Certification yield", c.Percent(funnel.certification_yield), formula=YIELD),
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

    `untold`: nothing is known of what came, so that no realisation is reckoned.
    """
    rows = [_group_row(one.name, one.funnel, currency, href(one) if href else "", untold=untold) for one in groups]
    if total is not None and rows:
        rows.append(_group_row("All of them", total, currency, kind="total", untold=untold))
    table: dict[str, object] = {"noun": ("line", "lines"), "empty": c.EmptyState("Nothing is committed yet.")} | more
    return c.Table(
        "funnel-by",
        f"By {heading.lower()}",
        (
            c.Column(heading),
            c.Column("Committed", numeric=True),
            c.Column("Reported", numeric=True),
            c.Column("Certified", numeric=True),
            c.Column("Validated", numeric=True),
            c.Column("Realisation", numeric=True, hint=REALISATION),
            c.Column("Certification yield", numeric=True, hint=YIELD),
        ),
        tuple(rows),
        **table,  # type: ignore[arg-type]
    )


def _group_row(
    name: str, funnel: Funnel, currency: str, href: str = "", *, kind: Literal["", "total"] = "", untold: bool = False
) -> c.Row:
    """A project, partner or year as a row."""
    return c.Row.of(
        c.Cell(name, href=href),
        c.Money(funnel.committed_cents, currency),
        c.Money(funnel.reported_cents, currency),
        c.Money(funnel.certified_cents, currency),
        c.Money(funnel.validated_cents, currency),
        c.Percent(funnel.realisation if funnel.committed_cents > 0 and not untold else None),
        c.Percent(funnel.certification_yield if funnel.reported_cents > 0 else None),
        kind=kind,
    )


def forecast_bars(years: Iterable[Year], currency: str) -> c.StackedBar | None:
    """What was planned and what came, year by year; None where nothing is planned and nothing came."""
    rows: list[c.BarRow] = []
    for one in years:
        planned = (
            c.Segment("Planned in kind", one.in_kind_cents, c.Fill.HATCH),
            c.Segment("Instalments due", one.due_cents, c.Fill.DOTS),
        )
        rows.append(c.BarRow(planned, f"{one.year} planned"))
        rows.append(c.BarRow((c.Segment("Came", max(0, one.came_cents), c.Fill.DEEP),), f"{one.year} came"))
    if not any(row.total_cents for row in rows):
        return None
    note = "Planned: plans that were handed in, and instalments by the year in which they are due. Came: validated."
    return c.StackedBar("forecast", "Planned and come, by year", tuple(rows), currency=currency, note=note)


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
        "Forecast against what came",
        (
            c.Column("Year"),
            c.Column("Planned in kind", numeric=True),
            c.Column("Instalments due", numeric=True),
            c.Column("Planned in all", numeric=True),
            c.Column("Came", numeric=True),
            c.Column("Difference", numeric=True),
            c.Column("Came of planned", numeric=True),
        ),
        rows,
        noun=("year", "years"),
        empty=c.EmptyState("Nothing is planned, and nothing has come yet."),
    )
