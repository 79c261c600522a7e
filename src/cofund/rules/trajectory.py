"""The way of a programme to one for one: what is required, what its public money brings at a share, and what is missing (F10).

Also the funnel from what is committed to what is validated (F13). Source: field report, formulas F10 and F13; of the Innovative
Health Initiative Regulation (EU) 2021/2085, Articles 118 and 119.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cofund.rules.money import floor_to_unit, share_of
from cofund.rules.schemes import Scheme, TrancheRule

# What the law calls running costs stands among the commitments of a scheme under these codes.
PUBLIC_RUNNING_COSTS = "union_administrative"
MEMBERS_RUNNING_COSTS = "members_administrative"
EVEN = Fraction(1, 2)


def brought_at(public_cents: int, share: Fraction) -> int:
    """Give the contributions that public money brings where they are `share` of the cost: `J × s / (1 − s)`, rounded down.

    Raises:
        ValueError: the share is not at least nothing and less than the whole.
    """
    if not 0 <= share < 1:
        raise ValueError(f"A share of {share} leaves nothing that public money could pay.")
    return floor_to_unit(Fraction(public_cents * share.numerator, share.denominator - share.numerator))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What public money brings at a share, and what is missing; `net` counts what members pay of the running costs. In cents."""

    share: Fraction
    brought_cents: int
    gap_cents: int
    net_gap_cents: int


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A programme against one for one. Amounts in cents.

    `required_cents` is what the public money of its tranches asks for; `public_cents` what of it pays for projects.
    `committed_cents` is what contributors committed or more.
    """

    required_cents: int
    public_cents: int
    committed_cents: int
    members_running_cents: int = 0

    @property
    def gap_cents(self) -> int:
        """What is still to be committed."""
        return max(0, self.required_cents - self.committed_cents)

    @property
    def committed_share(self) -> Fraction | None:
        """What is committed as a share of what is required."""
        return share_of(self.committed_cents, self.required_cents)

    @property
    def needed_share(self) -> Fraction | None:
        """The share of contributions in the cost at which the public money brings exactly what is required."""
        return share_of(self.required_cents, self.required_cents + self.public_cents)

    def at(self, share: Fraction) -> Outcome:
        """What the public money brings at a share of contributions in the cost."""
        brought = brought_at(self.public_cents, share)
        gap = max(0, self.required_cents - brought)
        return Outcome(share, brought, gap, max(0, gap - self.members_running_cents))


def trajectory_of(scheme: Scheme, *, caps_cents: Mapping[TrancheRule, int], committed_cents: int) -> Trajectory:
    """Give the trajectory of a scheme.

    Args:
        scheme: its rules; running costs are read from its commitments, and are nothing where it states none.
        caps_cents: the ceiling of each of its tranches; a tranche asks contributors for as much as its ratio makes of it.
        committed_cents: what contributors committed or more.
    """
    stated = {one.code: one.amount_cents for one in scheme.commitments}
    public = max(0, sum(caps_cents.values()) - stated.get(PUBLIC_RUNNING_COSTS, 0))
    required = sum(floor_to_unit(Fraction(cents) * _inverse(rule.ratio)) for rule, cents in caps_cents.items())
    return Trajectory(required, public, committed_cents, stated.get(MEMBERS_RUNNING_COSTS, 0))


def _inverse(ratio: Fraction) -> Fraction:
    """How much has to be given for each euro of match."""
    return Fraction(ratio.denominator, ratio.numerator) if ratio else Fraction(0)


def least_share(scheme: Scheme) -> Fraction | None:
    """The share of contributions in its cost that every project must reach; None where the scheme asks for none, or for several.

    Several tests of the same level concern several kinds of action, so that none of them is that of the programme.
    """
    found = [
        one for one in scheme.share_tests if one.minimum is not None and "eligible_costs" in _names(one.denominator)
    ]
    return found[0].minimum if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """What is committed, and what of it was reported, certified and validated so far, in cents."""

    committed_cents: int = 0
    reported_cents: int = 0
    certified_cents: int = 0
    validated_cents: int = 0

    def __add__(self, other: Funnel) -> Funnel:
        """Both together."""
        return Funnel(
            self.committed_cents + other.committed_cents,
            self.reported_cents + other.reported_cents,
            self.certified_cents + other.certified_cents,
            self.validated_cents + other.validated_cents,
        )

    @property
    def realisation(self) -> Fraction | None:
        """What was validated of what is committed."""
        return share_of(self.validated_cents, self.committed_cents)

    @property
    def certification_yield(self) -> Fraction | None:
        """What was certified of what was reported."""
        return share_of(self.certified_cents, self.reported_cents)


def _names(terms: tuple[object, ...]) -> set[str]:
    """The kinds and measures of terms."""
    return {str(term).split("@")[0] for term in terms}
