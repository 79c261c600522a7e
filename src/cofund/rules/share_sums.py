"""What a share test adds up: amounts by kind, role and place, public money and costs, and the terms of a fraction over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from cofund.rules.schemes import Scheme, ShareTest, Term

UNKNOWN: Final = "unknown"
NOTHING_LEFT_OUT: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Amount:
    """Whole cents of one kind, given in one role, with the place of their costs (`unknown` where nobody said)."""

    kind: str
    role: str
    place: str
    cents: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a test adds up, at whatever level. `costs_cents` None: the costs are what the money together pays for (F7).

    `left_out` are cents of a kind that another test leaves out of the count; they stay costs.
    """

    amounts: tuple[Amount, ...] = ()
    public_cents: int = 0
    costs_cents: int | None = None
    left_out: Mapping[str, int] = field(default_factory=lambda: NOTHING_LEFT_OUT, hash=False)


@dataclass(frozen=True, slots=True)
class TermValue:
    """One term of a fraction with its cents; what is left out of the count is below zero."""

    term: str
    cents: int


def matches(term: Term, amount: Amount) -> bool:
    """Whether an amount belongs to a term."""
    return (
        term.kind == amount.kind
        and (term.role is None or term.role == amount.role)
        and (term.place is None or term.place == amount.place)
    )


def value(scheme: Scheme, term: Term, basis: Basis) -> int:
    """The cents of one term."""
    if term.kind == "public_money":
        return basis.public_cents
    if term.kind == "eligible_costs":
        return eligible_costs_cents(scheme, basis)
    return sum(one.cents for one in basis.amounts if matches(term, one))


def total(scheme: Scheme, terms: Iterable[Term], basis: Basis) -> int:
    """The cents of one side of a fraction."""
    return sum(value(scheme, term, basis) for term in terms)


def eligible_costs_cents(scheme: Scheme, basis: Basis) -> int:
    """The costs of a project: as stated, or all money that pays for them (formula F7): public money and contributions to it."""
    if basis.costs_cents is not None:
        return basis.costs_cents
    outside = {kind.code for kind in scheme.kinds if kind.outside_project}
    return basis.public_cents + sum(one.cents for one in basis.amounts if one.kind not in outside)


def above_the_line(scheme: Scheme, test: ShareTest, basis: Basis) -> tuple[TermValue, ...]:
    """The terms of the numerator with their cents, less what another test leaves out of their kinds."""
    kinds = dict.fromkeys(term.kind for term in test.numerator)
    left_out = (TermValue(kind, -cents) for kind in kinds if (cents := basis.left_out.get(kind)))
    return (*_terms(scheme, test.numerator, basis), *left_out)


def below_the_line(scheme: Scheme, test: ShareTest, basis: Basis) -> tuple[TermValue, ...]:
    """The terms of the denominator with their cents."""
    return _terms(scheme, test.denominator, basis)


def unknown_cents(test: ShareTest, basis: Basis) -> int:
    """The cents that would stand above the line if their costs arose at the place that the test asks for."""
    terms = [replace(term, place=UNKNOWN) for term in test.numerator if term.place is not None]
    return sum(one.cents for one in basis.amounts if any(matches(term, one) for term in terms))


def _terms(scheme: Scheme, terms: Iterable[Term], basis: Basis) -> tuple[TermValue, ...]:
    """The terms of one side of a fraction with their cents."""
    return tuple(TermValue(str(term), value(scheme, term, basis)) for term in terms)
