"""Leverage, always with its name: four figures that are never shown as one.

Source: formula F3 of the field report. P is the partners' contribution, M the match on it, T the project's total.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cofund.rules.money import share_of

NAMES: Final = {
    "L1": "Partner multiplier",
    "L2": "Project multiplier",
    "L3": "Match leverage",
    "L4": "Public leverage",
}
FORMULAS: Final = {
    "L1": "(partners' contributions + match) / partners' contributions",
    "L2": "project total / partners' contributions",
    "L3": "(partners' contributions + match) / match",
    "L4": "money that is not public / public money",
}


@dataclass(frozen=True, slots=True)
class Leverage:
    """The four named figures; None where the divisor is zero and the figure has no meaning.

    `L4_by_origin` counts as public also what a partner gives from a public budget.
    """

    l1: Fraction | None
    l2: Fraction | None
    l3: Fraction | None
    l4: Fraction | None
    l4_by_origin: Fraction | None


def leverage(
    *, partner_cents: int, match_cents: int, public_cents: int, total_cents: int, public_origin_cents: int = 0
) -> Leverage:
    """Compute L1 to L4.

    Args:
        partner_cents: P, the partners' contributions.
        match_cents: M, the match on them.
        public_cents: the scheme's public money in the project.
        total_cents: T, everything in the project, each euro once.
        public_origin_cents: part of the contributions that finally comes from a public budget.

    Raises:
        ValueError: the public money is more than the total, or the public origin more than what is not scheme money.
    """
    private_cents = total_cents - public_cents
    if private_cents < 0:
        raise ValueError("The public money of a project cannot be more than its total.")
    if public_origin_cents > private_cents:
        raise ValueError("What comes from public budgets cannot be more than what contributors give.")
    return Leverage(
        l1=share_of(partner_cents + match_cents, partner_cents),
        l2=share_of(total_cents, partner_cents),
        l3=share_of(partner_cents + match_cents, match_cents),
        l4=share_of(private_cents, public_cents),
        l4_by_origin=share_of(private_cents - public_origin_cents, public_cents + public_origin_cents),
    )


def increase(before_cents: int, after_cents: int) -> Fraction | None:
    """Tell by which share a topic's money grew (formula F4): 1 means doubled, that is +100 %."""
    grown = share_of(after_cents, before_cents)
    return None if grown is None else grown - 1
