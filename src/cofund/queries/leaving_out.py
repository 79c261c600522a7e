"""What sums leave out for a reader: contributions whose amount is held back, and matches that would tell one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from django.db.models import Q, QuerySet

from cofund.queries.contributions import ContributionState
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution, Transfer


class Without(frozenset[int]):
    """The contributions that are left out; `matches` are those of which only the match is, since it would tell another one."""

    matches: frozenset[int]

    @classmethod
    def of(cls, amounts: Iterable[int], matches: Iterable[int] = ()) -> Without:
        """Put them together; which matches are left out follows from the amounts, so that equal amounts are equal."""
        made = cls(amounts)
        made.matches = frozenset(matches)
        return made


NOTHING: Final = Without.of(())


def matches_of(without: Collection[int]) -> frozenset[int]:
    """The contributions whose match is left out."""
    return without.matches if isinstance(without, Without) else frozenset()


def touched(without: Collection[int]) -> frozenset[int]:
    """The contributions of which anything is left out."""
    return frozenset(without) | matches_of(without)


def veiled(state: ContributionState, without: Collection[int]) -> ContributionState:
    """A state without its match, where that is left out."""
    return replace(state, matches={}) if state.contribution.pk in matches_of(without) else state


def movements(rows: QuerySet[Transfer], without: Collection[int]) -> QuerySet[Transfer]:
    """Movements without those of what is left out. Not `exclude`: of a movement of a tranche itself the contribution is NULL."""
    kept = rows.filter(Q(contribution=None) | ~Q(contribution__in=list(without)))
    matches = matches_of(without)
    return kept.filter(Q(tranche=None) | Q(contribution=None) | ~Q(contribution__in=matches)) if matches else kept


def number_of(scheme_code: str, without: Collection[int]) -> int:
    """How many of what is left out are contributions to a programme."""
    return Contribution.objects.filter(book__scheme__code=scheme_code, pk__in=without).count() if without else 0


def shares_its_pool(row: Contribution, without: Collection[int]) -> bool:
    """Whether something that is left out went into the match of a contribution, whose explanation would tell of it."""
    return bool(without) and Target.of(row).contributions().filter(pk__in=without).exists()
