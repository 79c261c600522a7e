"""Every contribution in the book of a scheme as it stands; what is booked today makes only those anew that it is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from cofund.queries import clock, contributions, freshness
from cofund.queries.contributions import ContributionState
from cofund.queries.growing import Growing
from cofund.records.ledger.models import Contribution


def of_scheme(scheme_code: str, on: date, known_at: datetime | None = None) -> Sequence[ContributionState]:
    """Give the state of each contribution that anybody knew of on a day, oldest first.

    As of today a contribution that nothing was booked about is the same object as before, and must not be changed.

    Raises: Book.DoesNotExist where the scheme has no book.
    """
    if known_at is not None or on != clock.today():
        return contributions.states(contributions.all_of(scheme_code), as_of=on, known_at=known_at)
    grounds = freshness.grounds(scheme_code)
    return tuple(_growing.rows(grounds.end, on, grounds.facts).values())


def _states(book_id: int, on: date, keys: Collection[int] | None) -> dict[int, ContributionState]:
    """The states of the contributions of a book on a day, or of those with these keys."""
    rows = Contribution.objects.filter(book=book_id).order_by("pk")
    asked = rows if keys is None else rows.filter(pk__in=keys)
    return {state.contribution.pk: state for state in contributions.states(asked, as_of=on)}


_growing: Final = Growing(_states, maxsize=6)
