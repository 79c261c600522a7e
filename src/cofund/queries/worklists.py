"""What waits for whom: contributions in a list with filters, counted by the very function that lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from cofund.queries import contributions, identity
from cofund.queries.contributions import ContributionState
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution

# What can be waited for, in the order of a contribution's life.
ENDORSEMENT: Final = "endorsement"
ADOPTION: Final = "adoption"
GRANT: Final = "grant"
DELIVERY: Final = "delivery"
WAITS: Final = {
    ENDORSEMENT: "Waiting for endorsement",
    ADOPTION: "Endorsed, waiting for adoption",
    GRANT: "Reserved, waiting for the grant",
    DELIVERY: "Committed, waiting for delivery",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which contributions are asked for; an empty part lets everything through."""

    scheme: str = ""
    waits: str = ""
    stage: str = ""
    partner: str = ""
    tranche: str = ""
    words: str = ""


def listed(visible: QuerySet[Contribution], selection: Selection) -> list[ContributionState]:
    """Give the contributions of a selection, newest first, out of those that the reader may see. Four queries, however many."""
    rows = visible.order_by("-pk")
    if selection.scheme:
        rows = rows.filter(book__scheme__code=selection.scheme)
    if selection.partner:
        partner = Organisation.objects.filter(slug=selection.partner).first()
        rows = identity.given_by(rows, partner.merged_into_id or partner.pk) if partner else rows.none()
    if selection.tranche:
        rows = rows.filter(tranche__code=selection.tranche)
    return [state for state in contributions.states(rows) if _is_selected(state, selection)]


def waits_for(state: ContributionState) -> str:
    """What a contribution waits for next: a key of `WAITS`, or nothing."""
    if state.stage == "pledged":
        return ENDORSEMENT
    if state.stage == "endorsed":
        return GRANT if Target.of(state.contribution).adopted_on else ADOPTION
    return DELIVERY if state.stage == "committed" else ""


def counted(states: Iterable[ContributionState]) -> dict[str, list[ContributionState]]:
    """Sort contributions by what they wait for; every key of `WAITS` is there."""
    found: dict[str, list[ContributionState]] = {wait: [] for wait in WAITS}
    for state in states:
        wait = waits_for(state)
        if wait:
            found[wait].append(state)
    return found


def _is_selected(state: ContributionState, selection: Selection) -> bool:
    """Whether a contribution belongs to a selection."""
    names = " ".join(
        [
            state.contribution.reference,
            Target.of(state.contribution).code,
            state.contribution.project.acronym if state.contribution.project else "",
            *(organisation.name for organisation in state.organisations),
            *(organisation.short_name for organisation in state.organisations),
        ]
    )
    return (
        (not selection.waits or waits_for(state) == selection.waits)
        and (not selection.stage or state.stage == selection.stage)
        and selection.words.casefold() in names.casefold()
    )
