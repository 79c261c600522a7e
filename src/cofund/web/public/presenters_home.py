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
from cofund.web.languages import gettext as _
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

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
    funder = spoken(scheme.label("public_funder"))
    base_public = example.public_cents - example.match_cents
    others = example.before_cents - base_public - example.member_cents
    base = [
        c.Segment(spoken(example.member_label) or _("Members"), example.member_cents, c.Fill.SLATE),
        c.Segment(funder, base_public, c.Fill.SOLID),
    ]
    if others:
        base.append(c.Segment(_("Others"), others, c.Fill.SLATE_LINES))
    after = [
        *base,
        c.Segment(example.partner, example.partner_cents, c.Fill.OCHRE),
        c.Segment(_("{funder}: the match").format(funder=funder), example.match_cents, c.Fill.HATCH),
    ]
    name, currency = example.contribution.target_name, scheme.currency
    return c.StackedBar(
        "mechanism",
        _("{name}: {amount} became {amount_2}").format(
            name=name,
            amount=short_money(example.before_cents, currency),
            amount_2=short_money(example.total_cents, currency),
        ),
        (
            c.BarRow(
                tuple(base),
                _("Without the partner: {amount}").format(amount=short_money(example.before_cents, currency)),
            ),
            c.BarRow(tuple(after), _("With it: {amount}").format(amount=short_money(example.total_cents, currency))),
        ),
        currency=currency,
    )


def example_words(example: Example, scheme: Scheme) -> str:
    """The example in one sentence."""
    currency = scheme.currency
    grown = _("it doubled") if example.grown == 1 else _("{share} more").format(share=percent(example.grown, 0))
    return _(
        "{partner} committed {amount}. The {label} matched it with {amount_2}. The topic had {amount_3} "
        "before and {amount_4} after: {grown} (as adopted, {day})."
    ).format(
        partner=example.partner,
        amount=money(example.partner_cents, currency),
        label=spoken(scheme.label("public_funder")),
        amount_2=money(example.match_cents, currency),
        amount_3=money(example.before_cents, currency),
        amount_4=money(example.total_cents, currency),
        grown=grown,
        day=day(example.adopted_on),
    )


def envelope_bar(overview: Overview) -> c.StackedBar:
    """What partners put in against the ceiling: the figure that the first page is about."""
    one = overview.headline
    givers = spoken(overview.scheme.role(overview.scheme.tranche(one.tranche).matched_role).label_plural)
    left = max(0, one.standing.cap_cents - one.contributed_cents)
    put_in = _("Put in by {givers}, at least") if one.is_lower_bound else _("Put in by {givers}")
    return c.StackedBar(
        "envelope",
        _("{scheme}: what partners put in, of what can be matched").format(scheme=overview.scheme.name),
        (
            c.BarRow(
                (
                    c.Segment(put_in.format(givers=givers), one.contributed_cents, c.Fill.SOLID),
                    c.Segment(_("Not accounted for here") if one.is_lower_bound else _("Left"), left, c.Fill.OPEN),
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
            c.Cell(row.name, href=reverse("programme", args=[row.code]), note=spoken(statement.label)),
            c.Money(statement.standing.cap_cents, statement.currency),
            c.Cell(
                c.Money(statement.contributed_cents, statement.currency)
                if statement.contributed_cents
                else _("none booked"),
                note=_("lower bound") if row.is_lower_bound and statement.contributed_cents else "",
            ),
            c.Percent(statement.contributed_share) if statement.contributed_cents else "–",
        )
        for row, _version, statement in found
    )
    columns = (
        c.Column(_("Programme")),
        c.Column(
            _("Can be matched"),
            numeric=True,
            hint=_("The ceiling of the tranche for partners; of the first tranche where there is none for them."),
        ),
        c.Column(
            _("Put in"), numeric=True, hint=_("What the contributors named below the programme committed or endorsed.")
        ),
        c.Column(_("Share"), numeric=True),
    )
    return c.Table(
        name,
        _("What each can match, and what was put in"),
        columns,
        rows,
        noun=(_("programme"), _("programmes")),
        exports=exports,
        empty=c.EmptyState(
            _("No programme is installed yet."), _("An operator installs one with `cofund scheme install`.")
        ),
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
        for row, _version, one in found
    )
    return Sheet(p.file_name("programmes", on=moment.on), PROGRAMME_FIELDS, rows, {"as_of": moment.on})


def partner_links(overview: Overview, moment: Moment, most: int = 12) -> list[c.Link]:
    """Partners by name, those with most behind them first."""
    named = [line for line in overview.partners if line.organisation.kind != Organisation.Kind.UNKNOWN]
    return [p.organisation_link(line.organisation, moment) for line in named[:most]]
