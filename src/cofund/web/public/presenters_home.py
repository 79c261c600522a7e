"""The first page: the mechanism in one drawing, with a real example from the books, and where to go."""

from __future__ import annotations

from collections.abc import Sequence

from cofund.queries.envelope import TrancheStatement
from cofund.queries.overview import Example, Overview
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Scheme as SchemeRow
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import day, money, percent, short_money
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse

PROGRAMME_FIELDS = (
    Field("scheme", "code of the programme"),
    Field("name", "name of the programme"),
    Field("tranche", "code of the tranche for partners"),
    Field("currency", "currency of the amounts"),
    Field("cap", "ceiling of that tranche", is_money=True),
    Field("contributed", "what partners committed or endorsed", is_money=True),
    Field("used", "match reserved, committed or consumed", is_money=True),
    Field("free", "what is left of the ceiling", is_money=True),
    Field("lower_bound", "whether the record is known to be incomplete"),
)


def example_bar(example: Example, scheme: Scheme) -> c.StackedBar:
    """A topic's money before and after one partner came, on one scale."""
    funder = scheme.label("public_funder")
    base_public = example.public_cents - example.match_cents
    others = example.before_cents - base_public - example.member_cents
    base = [
        c.Segment(example.member_label or "Members", example.member_cents, c.Fill.SLATE),
        c.Segment(funder, base_public, c.Fill.SOLID),
    ]
    if others:
        base.append(c.Segment("Others", others, c.Fill.SLATE_LINES))
    after = [
        *base,
        c.Segment(example.partner, example.partner_cents, c.Fill.OCHRE),
        c.Segment(f"{funder}: the match", example.match_cents, c.Fill.HATCH),
    ]
    name, currency = example.contribution.target_name, scheme.currency
    return c.StackedBar(
        "mechanism",
        f"{name}: {short_money(example.before_cents, currency)} became {short_money(example.total_cents, currency)}",
        (
            c.BarRow(tuple(base), f"Without the partner: {short_money(example.before_cents, currency)}"),
            c.BarRow(tuple(after), f"With it: {short_money(example.total_cents, currency)}"),
        ),
        currency=currency,
    )


def example_words(example: Example, scheme: Scheme) -> str:
    """The example in one sentence."""
    currency = scheme.currency
    grown = "it doubled" if example.grown == 1 else f"{percent(example.grown, 0)} more"
    return (
        f"{example.partner} committed {money(example.partner_cents, currency)}. The {scheme.label('public_funder')} matched it "
        f"with {money(example.match_cents, currency)}. The topic had {money(example.before_cents, currency)} before and "
        f"{money(example.total_cents, currency)} after: {grown} (as adopted, {day(example.adopted_on)})."
    )


def envelope_bar(overview: Overview) -> c.StackedBar:
    """What partners put in against the ceiling: the figure that the first page is about."""
    one = overview.headline
    givers = overview.scheme.role(overview.scheme.tranche(one.tranche).matched_role).label_plural
    left = max(0, one.standing.cap_cents - one.contributed_cents)
    return c.StackedBar(
        "envelope",
        f"{overview.scheme.name}: what partners put in, of what can be matched",
        (
            c.BarRow(
                (
                    c.Segment(f"Put in by {givers}", one.contributed_cents, c.Fill.SOLID),
                    c.Segment("Not accounted for here" if one.is_lower_bound else "Left", left, c.Fill.OPEN),
                )
            ),
        ),
        cap_cents=one.standing.cap_cents,
        currency=one.currency,
    )


def programmes_table(
    found: Sequence[tuple[SchemeRow, Scheme, TrancheStatement]], exports: tuple[c.Link, ...], name: str = "programmes"
) -> c.Table:
    """Every programme of this site with the tranche that it is about."""
    rows = tuple(
        c.Row.of(
            c.Cell(row.name, href=reverse("programme", args=[row.code]), note=statement.label),
            c.Money(statement.standing.cap_cents, statement.currency),
            c.Cell(
                c.Money(statement.contributed_cents, statement.currency)
                if statement.contributed_cents
                else "none booked",
                note="lower bound" if row.is_lower_bound and statement.contributed_cents else "",
            ),
            c.Percent(statement.contributed_share) if statement.contributed_cents else "–",
        )
        for row, _, statement in found
    )
    columns = (
        c.Column("Programme"),
        c.Column(
            "Can be matched",
            numeric=True,
            hint="The ceiling of the tranche for partners; of the first tranche where there is none for them.",
        ),
        c.Column("Put in", numeric=True, hint="What the contributors named below the programme committed or endorsed."),
        c.Column("Share", numeric=True),
    )
    return c.Table(
        name,
        "What each can match, and what was put in",
        columns,
        rows,
        noun=("programme", "programmes"),
        exports=exports,
        empty=c.EmptyState("No programme is installed yet.", "An operator installs one with `cofund scheme install`."),
    )


def programmes_sheet(found: Sequence[tuple[SchemeRow, Scheme, TrancheStatement]], moment: Moment) -> Sheet:
    """The programmes as rows."""
    rows = tuple(
        (
            row.code,
            row.name,
            one.tranche,
            one.currency,
            one.standing.cap_cents,
            one.contributed_cents,
            one.standing.used_cents,
            one.standing.free_cents,
            row.is_lower_bound,
        )
        for row, _, one in found
    )
    return Sheet(p.file_name("programmes", on=moment.on), PROGRAMME_FIELDS, rows, {"as_of": moment.on})


def partner_links(overview: Overview, moment: Moment, most: int = 12) -> list[c.Link]:
    """Partners by name, those with most behind them first."""
    named = [line for line in overview.partners if line.organisation.kind != Organisation.Kind.UNKNOWN]
    return [p.organisation_link(line.organisation, moment) for line in named[:most]]
