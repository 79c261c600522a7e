"""What could change a share, and how far: the least that makes a failing share pass, or the most that a passing one bears.

A direction is one cent of something more or less. A share follows it in a straight line, so the smallest change is exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from cofund.rules.schemes import Scheme, ShareTest
from cofund.rules.share_sums import Amount, Basis, eligible_costs_cents, matches, total

ADD: Final = "add"
ADD_BASE: Final = "add_base"
SPARE: Final = "spare"
LOWER: Final = "lower"
MOVE: Final = "move"
ASK_LESS: Final = "ask_less"
ASK_MORE: Final = "ask_more"


@dataclass(frozen=True, slots=True)
class Change:
    """So many cents of one direction.

    `what` is `add` (contributions above the line), `add_base` (only below it), `spare` and `lower` (less of what stands above
    it), `move` (costs to another place), `ask_less` or `ask_more` (of public money). `terms` are those that it is about,
    `direction` is one cent of it, and `leaves_cents` what then stands of what is lowered (None where something is added).
    `elsewhere` are the kinds of it whose costs must not arise in a third country, since a limit would leave them out there.
    """

    what: str
    terms: tuple[str, ...]
    direction: Basis
    cents: int = 0
    leaves_cents: int | None = None
    elsewhere: tuple[str, ...] = ()


def changed(scheme: Scheme, basis: Basis, change: Change, cents: int | None = None) -> Basis:
    """Give the basis after a change, or after `cents` of its direction. Costs follow the money that pays for them."""
    times = change.cents if cents is None else cents
    more = tuple(replace(one, cents=one.cents * times) for one in change.direction.amounts)
    costs = basis.costs_cents
    return replace(
        basis,
        amounts=(*basis.amounts, *more),
        public_cents=basis.public_cents + change.direction.public_cents * times,
        costs_cents=None if costs is None else costs + eligible_costs_cents(scheme, change.direction) * times,
    )


def steps(
    scheme: Scheme, test: ShareTest, basis: Basis, limit: Fraction, is_minimum: bool, surplus: Fraction
) -> tuple[Change, ...]:
    """How far each direction goes. `surplus` is what the share has beyond its limit, in cents; below zero it fails."""
    found = []
    for change, most in _directions(scheme, test, basis, is_minimum):
        above, below = (total(scheme, terms, change.direction) for terms in (test.numerator, test.denominator))
        slope = (above - limit * below) * (1 if is_minimum else -1)
        if surplus < 0 < slope:
            cents = -(surplus // slope)
        elif surplus >= 0 > slope:
            cents = surplus // -slope if most is None else min(surplus // -slope, most)
        else:
            continue
        if cents and (most is None or cents <= most):
            found.append(replace(change, cents=cents, leaves_cents=None if most is None else most - cents))
    return tuple(found)


def _directions(scheme: Scheme, test: ShareTest, basis: Basis, is_minimum: bool) -> Iterator[tuple[Change, int | None]]:
    """Everything that could be changed, each with the most that there is of it (None: no end)."""
    for change in _more(scheme, test, is_minimum):
        yield change, None
    yield from _less(scheme, test, basis, SPARE if is_minimum else LOWER)
    if not is_minimum:
        yield from _less(scheme, test, basis, MOVE)
    if any(term.kind in ("public_money", "eligible_costs") for term in (*test.numerator, *test.denominator)):
        yield Change(ASK_LESS, (), Basis((), -1)), basis.public_cents
        yield Change(ASK_MORE, (), Basis((), 1)), None


def _more(scheme: Scheme, test: ShareTest, is_minimum: bool) -> list[Change]:
    """More contributions: of what stands above the line, and for a maximum of what stands below it only."""
    found: dict[tuple[int, int], Change] = {}
    kinds = {kind.code: kind for kind in scheme.kinds}
    for term in (*test.numerator, *(() if is_minimum else test.denominator)):
        if term.kind in kinds:
            giver = term.role or kinds[term.kind].given_by[0]
            direction = Basis((Amount(term.kind, giver, term.place or "eu", 1),))
            slope = total(scheme, test.numerator, direction), total(scheme, test.denominator, direction)
            change = found.setdefault(slope, Change(ADD if slope[0] else ADD_BASE, (), direction))
            if str(term) not in change.terms:
                found[slope] = replace(change, terms=(*change.terms, str(term)))
    return list(found.values())


def _less(scheme: Scheme, test: ShareTest, basis: Basis, what: str) -> Iterator[tuple[Change, int]]:
    """Less of what stands above the line, or (`move`) the same costs at another place where the test asks for one."""
    found: dict[tuple[int, int], tuple[Change, int]] = {}
    for term in test.numerator:
        if what == MOVE and term.place is None:
            continue
        for one in basis.amounts:
            if not matches(term, one) or one.cents <= 0:
                continue
            less = replace(one, cents=-1)
            elsewhere = "associated" if one.place == "eu" else "eu"
            direction = Basis((less, replace(one, place=elsewhere, cents=1)) if what == MOVE else (less,))
            slope = total(scheme, test.numerator, direction), total(scheme, test.denominator, direction)
            change, most = found.get(slope, (Change(what, (), direction), 0))
            terms = change.terms if str(term) in change.terms else (*change.terms, str(term))
            found[slope] = replace(change, terms=terms), most + one.cents
    yield from found.values()
