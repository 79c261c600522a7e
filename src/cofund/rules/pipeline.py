"""The pipeline: what open leads are expected to bring, and what they would leave of the public money (formula F2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cofund.rules.money import floor_to_unit
from cofund.rules.schemes import Scheme, TrancheRule

# Stages in which a lead may still bring something; a dormant one rests, and is not expected to.
OPEN_STAGES: Final = ("new", "contacted", "exploring", "fit_found", "applying")


@dataclass(frozen=True, slots=True)
class Prospect:
    """A lead as the projection sees it: an amount in cents, how likely it is, and what a euro of it would unlock.

    `is_in_kind` is None where the kind is not known. Without an amount or a probability it is not counted. Several leads
    that differ in their amounts alone may stand together, `leads` of them, with the sum of their amounts.
    """

    amount_cents: int | None
    probability_percent: int | None
    ratio: Fraction = Fraction(1)
    is_in_kind: bool | None = None
    leads: int = 1

    @property
    def is_counted(self) -> bool:
        """Whether it says enough to be counted."""
        return self.amount_cents is not None and self.probability_percent is not None

    @property
    def expected(self) -> Fraction:
        """Probability times amount, in cents, exact; nothing where it is not counted."""
        return Fraction((self.amount_cents or 0) * (self.probability_percent or 0), 100)


@dataclass(frozen=True, slots=True)
class Projection:
    """What open leads would take of a tranche if they came in as expected. Amounts in cents.

    `cash_cents`, `in_kind_cents` and `not_stated_cents` are what partners are expected to give; `match_cents` is what that would
    unlock, never more than is available, and `beyond_cents` what would stay unmatched because no more is left.
    """

    available_cents: int
    cash_cents: int
    in_kind_cents: int
    not_stated_cents: int
    match_cents: int
    beyond_cents: int
    counted: int
    not_counted: int

    @property
    def projected_cents(self) -> int:
        """What would be left: available less the expected match."""
        return self.available_cents - self.match_cents


def projected_cents(available_cents: int, pipeline: Iterable[tuple[Fraction, int]]) -> int:
    """Give what would be left if the pipeline came in as expected (F2): available − Σ probability × amount, at least nothing.

    The sum is exact and rounded once, down to a whole cent, as every match is rounded down.

    Source: formula F2 of the field report, with its example in `docs/rules/formulas.md`.
    """
    taken = floor_to_unit(sum((probability * amount for probability, amount in pipeline), Fraction(0)), 1)
    return available_cents - min(max(0, available_cents), taken)


def project(available_cents: int, prospects: Iterable[Prospect]) -> Projection:
    """Give the projection of a tranche: each sum is exact and rounded down once.

    Args:
        available_cents: what no decision has taken yet.
        prospects: the open leads that the tranche would match, counted or not.
    """
    found = list(prospects)
    match = [(one.ratio, one.expected) for one in found]
    wanted = floor_to_unit(sum((ratio * expected for ratio, expected in match), Fraction(0)), 1)
    taken = min(max(0, available_cents), wanted)
    return Projection(
        available_cents,
        _given(found, is_in_kind=False),
        _given(found, is_in_kind=True),
        _given(found, is_in_kind=None),
        taken,
        wanted - taken,
        sum(one.leads for one in found if one.is_counted),
        sum(one.leads for one in found if not one.is_counted),
    )


def tranche_of(scheme: Scheme, kind: str) -> TrancheRule | None:
    """Give the tranche that would match a partner's contribution of a kind; None where none would, or more than one could.

    Args:
        scheme: the scheme.
        kind: code of the kind, or empty where it is not known yet.
    """
    givers = next((one.given_by for one in scheme.kinds if one.code == kind), None)
    roles = [one.code for one in scheme.roles if one.side == "partner" and (givers is None or one.code in givers)]
    found = {rule.code: rule for rule in map(scheme.tranche_for_role, roles) if rule is not None}
    if kind:
        found = {code: rule for code, rule in found.items() if not rule.kinds or kind in rule.kinds}
    return next(iter(found.values())) if len(found) == 1 else None


def _given(prospects: Iterable[Prospect], *, is_in_kind: bool | None) -> int:
    """What partners are expected to give in one form, in cents."""
    return floor_to_unit(sum((one.expected for one in prospects if one.is_in_kind is is_in_kind), Fraction(0)), 1)
