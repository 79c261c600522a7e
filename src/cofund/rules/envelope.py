"""The envelope: what a tranche has left, what close-out gives back, and what one tranche may pass to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cofund.rules.money import floor_to_unit, share_of
from cofund.rules.schemes import TrancheRule


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tranche's public money stands, in cents: the five stages, which add up to the cap."""

    open_cents: int
    promised_cents: int
    reserved_cents: int
    committed_cents: int
    consumed_cents: int

    @classmethod
    def of(cls, balances: Mapping[str, int]) -> Standing:
        """Build from balances by stage; a stage without movements holds nothing."""
        return cls(*(balances.get(stage, 0) for stage in ("open", "promised", "reserved", "committed", "consumed")))

    @property
    def free_cents(self) -> int:
        """What no decision has taken yet (formula F2): open, and promised to pledges that are not adopted."""
        return self.open_cents + self.promised_cents

    @property
    def used_cents(self) -> int:
        """What decisions have taken: reserved, committed, consumed."""
        return self.reserved_cents + self.committed_cents + self.consumed_cents

    @property
    def cap_cents(self) -> int:
        """The ceiling: everything that was ever put in, less what was cut."""
        return self.free_cents + self.used_cents

    @property
    def used_share(self) -> Fraction | None:
        """The used part of the cap."""
        return share_of(self.used_cents, self.cap_cents)


@dataclass(frozen=True, slots=True)
class CloseOut:
    """What the end of a contribution does with its match, in cents; the three parts add up to the committed match."""

    consumed_cents: int
    released_cents: int
    recovered_cents: int


def close_out(rule: TrancheRule, *, match_cents: int, committed_cents: int, validated_cents: int) -> CloseOut:
    """Tell what of a committed match is consumed and what goes back, when a contribution ends (scenario S16).

    The match stands in proportion to what was validated of what was committed; over-delivery is unmatched. On the basis
    `accepted` the rest was never paid and is *released*; on every earlier basis it was due and is *recovered*.

    Raises:
        ValueError: nothing was committed, so that there is nothing to close.
    """
    if committed_cents <= 0:
        raise ValueError("Nothing was committed, so there is nothing to close out.")
    counted = min(validated_cents, committed_cents)
    consumed = floor_to_unit(Fraction(match_cents * counted, committed_cents), 1)
    back = match_cents - consumed
    return CloseOut(consumed, back, 0) if rule.basis == "accepted" else CloseOut(consumed, 0, back)


def ceiling_with_reallocation(rule: TrancheRule, *, other: TrancheRule, other_contributed_cents: int) -> int:
    """Give the ceiling of `rule` after it takes what `other` could not match at the end (formula F11).

    `A_max' = A_max + (B_cap − min(B_cap, contributions to B))`, at most the limit of the reallocation.

    Raises:
        ValueError: the other tranche does not pass anything to this one.
    """
    passing = other.reallocation
    if passing is None or passing.to != rule.code:
        raise ValueError(f"Tranche {other.code} passes nothing to tranche {rule.code}.")
    remainder = other.cap_cents - min(other.cap_cents, other_contributed_cents)
    return rule.cap_cents + min(remainder, passing.limit_cents)


def concentrations(rule: TrancheRule, cap_cents: int, contributed: Mapping[str, int]) -> list[tuple[str, Fraction]]:
    """Give the names whose contributions are more than the tranche's `concentration_warning` of its ceiling, largest first.

    Args:
        rule: the tranche.
        cap_cents: its ceiling on the day.
        contributed: what stands behind each name, in cents.
    """
    if rule.concentration_warning is None or not cap_cents:
        return []
    shares = [(name, Fraction(cents, cap_cents)) for name, cents in contributed.items()]
    return sorted(
        (pair for pair in shares if pair[1] > rule.concentration_warning), key=lambda pair: (-pair[1], pair[0])
    )
