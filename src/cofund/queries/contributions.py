"""Contributions as they stand: amount, stage, match and versions, on any day and as known at any instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from cofund.queries import clock, flows, identity
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, ContributionParty, ContributionVersion, Entry, Transfer
from cofund.rules import accounts, stages
from cofund.rules.position import Position


@dataclass(frozen=True, slots=True)
class ContributionState:
    """One contribution on a day. Amounts in cents; `amounts` and `matches` are by stage and hold no zeros.

    `version` is the newest that is about this day or earlier, None where the contribution was not known yet.
    """

    contribution: Contribution
    organisations: tuple[Organisation, ...]
    version: ContributionVersion | None
    amounts: dict[str, int]
    matches: dict[str, int]
    # What is promised or more; what was withdrawn is not, nor what came beyond the commitment.
    live_cents: int = field(init=False, compare=False, repr=False)
    # What is promised, reserved, committed or consumed as its match.
    match_cents: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Add up once what every list and figure asks for."""
        live = sum(cents for stage, cents in self.amounts.items() if stage in stages.LIVE_STAGES)
        object.__setattr__(self, "live_cents", live)
        object.__setattr__(self, "match_cents", sum(self.matches.values()))

    @property
    def over_cents(self) -> int:
        """What was accepted beyond what is committed: over-delivery, which nothing matches."""
        return self.amounts.get(stages.OVER_DELIVERY, 0)

    @property
    def decided_match_cents(self) -> int:
        """The part of the match that a decision stands behind."""
        return self.match_cents - self.matches.get("promised", 0)

    @property
    def unmatched_cents(self) -> int:
        """What it gives beyond its match; nothing where no tranche matches its role."""
        return max(0, self.live_cents - self.match_cents) if self.contribution.tranche_id else 0

    @property
    def stage(self) -> str:
        """The furthest stage that any of its money has reached; `withdrawn` only where nothing else is left."""
        reached = [stage for stage in stages.LIVE_STAGES if self.amounts.get(stage)]
        return reached[-1] if reached else "withdrawn"

    @property
    def split(self) -> tuple[tuple[str, int], ...]:
        """What stands in each living stage, in cents, first stage first; empty where all of it stands in one."""
        held = tuple((stage, self.amounts[stage]) for stage in stages.LIVE_STAGES if self.amounts.get(stage))
        return held if len(held) > 1 else ()

    @property
    def is_in_part(self) -> bool:
        """Whether only a part of it has come as far as its stage says."""
        return bool(self.split)

    @property
    def is_joint(self) -> bool:
        """Whether several organisations stand behind it and the split between them is not known."""
        return len(self.organisations) > 1

    @property
    def public_origin_cents(self) -> int:
        """The part that finally comes from a public budget, as its version states."""
        return min(self.version.public_origin_cents, self.live_cents) if self.version else 0


@dataclass(frozen=True, slots=True)
class Step:
    """One entry in the life of a contribution, with the amounts that it moved for it."""

    entry: Entry
    transfers: tuple[Transfer, ...]
    version: ContributionVersion | None


def all_of(scheme_code: str) -> QuerySet[Contribution]:
    """The contributions in the book of a scheme, oldest first."""
    return Contribution.objects.filter(book__scheme__code=scheme_code).order_by("pk")


def states(
    contributions: QuerySet[Contribution], *, as_of: date | None = None, known_at: datetime | None = None
) -> list[ContributionState]:
    """Give each contribution's state; those that nobody knew of on that day are left out. Four queries, however many."""
    on = as_of or clock.today()
    parties = Prefetch(
        "party_rows", ContributionParty.objects.select_related("organisation__merged_into").order_by("pk")
    )
    rows = list(contributions.select_related("tranche", "topic", "project", "book__scheme").prefetch_related(parties))
    positions = flows.positions_of_contributions([row.pk for row in rows], known_at=known_at)
    versions = _versions(rows, on, known_at)
    found = [_state(row, positions.get(row.pk, Position()), versions.get(row.pk), on) for row in rows]
    return [state for state in found if state.amounts]


def find(reference: str) -> Contribution | None:
    """Give the contribution with this reference, or None."""
    return (
        Contribution.objects.select_related("tranche", "topic", "project", "book__scheme")
        .filter(reference=reference)
        .first()
    )


def steps(contribution: Contribution) -> list[Step]:
    """Give the life of a contribution entry by entry, oldest first. Three queries."""
    rows = (
        Transfer.objects.filter(contribution=contribution)
        .select_related(
            "entry", "entry__decision", "entry__scheme_version", "entry__corrects", "from_account", "to_account"
        )
        .order_by("number")
    )
    by_entry: dict[int, list[Transfer]] = {}
    for row in rows:
        by_entry.setdefault(row.entry_id, []).append(row)
    versions = {version.entry_id: version for version in contribution.versions.all()}
    return [
        Step(transfers[0].entry, tuple(transfers), versions.get(entry_id)) for entry_id, transfers in by_entry.items()
    ]


def _versions(rows: Sequence[Contribution], on: date, known_at: datetime | None) -> dict[int, ContributionVersion]:
    """The newest version of each contribution about a day, as known at an instant."""
    found = ContributionVersion.objects.filter(contribution__in=rows, effective_on__lte=on)
    if known_at is not None:
        found = found.filter(entry__recorded_at__lte=known_at)
    return {version.contribution_id: version for version in found.order_by("effective_on", "number")}


def _state(row: Contribution, position: Position, version: ContributionVersion | None, on: date) -> ContributionState:
    """Build the state of one contribution from its position."""
    amounts = {
        stage: position.balance(accounts.of_contribution(row.group, stage), on) for stage in stages.CONTRIBUTION_STAGES
    }
    matches: dict[str, int] = {}
    if row.tranche is not None:
        for stage in stages.TRANCHE_STAGES[1:]:
            matches[stage] = position.balance(accounts.of_tranche(row.tranche.code, stage), on)
    return ContributionState(
        row,
        identity.kept_once(party.organisation for party in row.party_rows.all()),
        version,
        {stage: cents for stage, cents in amounts.items() if cents},
        {stage: cents for stage, cents in matches.items() if cents},
    )
