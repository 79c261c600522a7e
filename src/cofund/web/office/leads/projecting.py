"""The projected envelope as components: what each tranche would have left if its open leads came in as expected."""

from __future__ import annotations

from dataclasses import dataclass

from cofund.queries import leads, pipeline, schemes
from cofund.queries.keeping import kept
from cofund.queries.pipeline import TrancheProjection
from cofund.web import components as c
from cofund.web.formatting import counted, money
from cofund.web.routes import reverse

RULE = (
    "Free money less the match promised to endorsed contributions, and less the sum of probability times amount times the ratio of "
    "the tranche, over all open leads that state an amount and a probability. The sum is exact and rounded down once; it is never "
    "more than is free."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A tranche's projection on a page: its lines, and the leads that are not in it."""

    label: str
    facts: tuple[c.Fact, ...]
    rule: str = RULE


@kept(16)
def of_scheme(code: str) -> tuple[Shown, ...]:
    """The projections of a programme; nothing where it matches no partners."""
    found = pipeline.projected(code)
    listed = f"{reverse('office-leads-table')}?programme={code}"
    shown = []
    for one in found.tranches:
        shown.append(Shown(one.statement.label, (*_money(one), *_counted(one, listed, found.unplaced))))
    return tuple(shown)


@kept(4)
def in_short() -> tuple[c.Fact, ...]:
    """What each programme with open leads would have left, a line for each tranche that matches partners, with the way to more."""
    lines = []
    for code, count in leads.open_by_programme():
        rules, _ = schemes.current(code)
        found = pipeline.projected(code).tranches
        for one in found:
            label = f"{rules.name}: {one.statement.label}" if len(found) > 1 else rules.name
            lines.append(
                c.Fact(
                    label,
                    c.Money(one.projection.projected_cents, one.statement.currency),
                    href=f"{reverse('office-leads')}?programme={code}#projected",
                    note=f"{counted(count, 'open lead')}, {one.projection.counted} counted",
                    certainty=c.Certainty.INFERRED,
                )
            )
    return tuple(lines)


def _money(one: TrancheProjection) -> tuple[c.Fact, ...]:
    """From what is free to what would be left."""
    found, currency, standing = one.projection, one.statement.currency, one.statement.standing
    ratio = f"at {one.ratio.numerator} : {one.ratio.denominator}"
    beyond = f"; {money(found.beyond_cents, currency)} more would stay unmatched" if found.beyond_cents else ""
    promised = (
        f"of it {money(standing.promised_cents, currency)} promised to pledges" if standing.promised_cents else ""
    )
    facts = [
        c.Fact("Free now", c.Money(standing.free_cents, currency), note=promised or "no decision has taken it"),
        c.Fact("Expected in cash", c.Money(found.cash_cents, currency), note="probability times amount"),
        c.Fact("Expected in kind", c.Money(found.in_kind_cents, currency), note="probability times amount"),
    ]
    if one.endorsed_cents:
        cents = c.Money(one.endorsed_cents, currency)
        facts.insert(1, c.Fact("Match promised to endorsed contributions", cents, note="waits for an adoption"))
    if found.not_stated_cents:
        cents = c.Money(found.not_stated_cents, currency)
        facts.append(c.Fact("Expected, kind not stated", cents, note="probability times amount"))
    facts += [
        c.Fact("Match that this would take", c.Money(found.match_cents, currency), note=f"{ratio}{beyond}"),
        c.Fact("Projected", c.Money(found.projected_cents, currency), certainty=c.Certainty.INFERRED),
    ]
    return tuple(facts)


def _counted(one: TrancheProjection, listed: str, unplaced: int) -> tuple[c.Fact, ...]:
    """How many leads are in it, and how many say too little; each opens its list."""
    found = one.projection
    of_it = f"{listed}&tranche={one.statement.tranche}"
    in_it, not_in_it = counted(found.counted, "lead"), counted(found.not_counted, "lead")
    facts = [
        c.Fact("Counted", in_it, href=f"{of_it}&counted={leads.COUNTED}"),
        c.Fact(
            "Not counted",
            not_in_it,
            href=f"{of_it}&counted={leads.NOT_COUNTED}",
            note="without an amount or a probability",
        ),
    ]
    if unplaced:
        note = "more than one tranche could match them, or none does"
        href = f"{listed}&stage={leads.OPEN}&tranche={pipeline.NO_TRANCHE}"
        facts.append(c.Fact("In no tranche", counted(unplaced, "lead"), href=href, note=note))
    return tuple(facts)
