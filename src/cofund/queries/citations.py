"""Existing contributions that a new one is said to rest on: whether there is one, and what of it stands."""

from __future__ import annotations

from collections.abc import Iterable

from cofund.queries import flows
from cofund.records.ledger.models import Contribution
from cofund.rules import accounts, stages
from cofund.rules.additionality import Cited


def find(reference: str) -> Cited | None:
    """Give the contribution of a reference with what of it is promised or more after everything booked, or None. Two queries."""
    return of(filter(None, [reference])).get(reference)


def of(references: Iterable[str]) -> dict[str, Cited]:
    """Give the contributions of some references, those that there are. Two queries, none where nothing is cited."""
    wanted = sorted(set(references))
    if not wanted:
        return {}
    rows = list(Contribution.objects.filter(reference__in=wanted).select_related("tranche"))
    positions = flows.positions_of_contributions([row.pk for row in rows])
    found = {}
    for row in rows:
        position = positions.get(row.pk)
        held = [accounts.of_contribution(row.group, stage) for stage in stages.LIVE_STAGES]
        live = sum(position.balance(code) for code in held) if position is not None else 0
        found[row.reference] = Cited(row.reference, live)
    return found
