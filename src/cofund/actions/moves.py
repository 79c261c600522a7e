"""What the actions on contributions share: the statements of a version, the moves of its money, its audit row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cofund.actions.books import Grounds, Move, OpenBook
from cofund.queries.seals import VersionRow
from cofund.records.ledger.models import Contribution, ContributionVersion, Entry
from cofund.rules import accounts, stages
from cofund.rules.match import Match


@dataclass(frozen=True, slots=True)
class Statements:
    """What a contributor states about the money: its currency, its origin, and where the cost arises."""

    no_other_union_funding: bool | None = None
    public_origin_cents: int = 0
    place: str = "unknown"
    original_currency: str = ""
    original_amount_cents: int | None = None
    rate: str = ""
    rate_on: date | None = None
    rate_source: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """What an action wrote: the contribution, the entry, and what is matched, with why."""

    contribution: Contribution
    entry: Entry
    match: Match | None


def version_row(
    entry_id: int, contribution: Contribution, number: int, amount_cents: int, stated: Statements, grounds: Grounds
) -> VersionRow:
    """Build a version that is not written yet; `OpenBook.append` writes it with its entry."""
    return contribution.reference, {
        "contribution_id": contribution.pk,
        "number": number,
        "entry_id": entry_id,
        "effective_on": grounds.effective_on,
        "amount_cents": amount_cents,
        "original_currency": stated.original_currency,
        "original_amount_cents": stated.original_amount_cents,
        "rate": stated.rate,
        "rate_on": stated.rate_on,
        "rate_source": stated.rate_source,
        "no_other_union_funding": stated.no_other_union_funding,
        "public_origin_cents": stated.public_origin_cents,
        "place": stated.place,
        "reason": grounds.reason,
        "source_url": grounds.evidence,
        "certainty": str(grounds.certainty),
    }


def own_move(contribution: Contribution, from_stage: str, to_stage: str, amount_cents: int) -> Move:
    """A move between two stages of a contribution, or from outside."""
    outside = from_stage == accounts.OUTSIDE
    group = contribution.group
    source = accounts.OUTSIDE if outside else accounts.of_contribution(group, from_stage)
    return Move(source, accounts.of_contribution(group, to_stage), amount_cents, contribution)


def tranche_move(contribution: Contribution, code: str, from_stage: str, to_stage: str, amount_cents: int) -> Move:
    """A move between two stages of a tranche, for one contribution."""
    return Move(
        accounts.of_tranche(code, from_stage), accounts.of_tranche(code, to_stage), amount_cents, contribution, code
    )


def live_cents(book: OpenBook, contribution: Contribution) -> int:
    """What of a contribution is promised or more after everything booked, in cents; what was withdrawn is not."""
    position = book.position(contribution)
    return sum(position.balance(accounts.of_contribution(contribution.group, name)) for name in stages.LIVE_STAGES)


def live_change(contribution: Contribution, moves: Sequence[Move]) -> int:
    """By how much moves that are not booked yet change what of a contribution is promised or more, in cents."""
    live = {accounts.of_contribution(contribution.group, name) for name in stages.LIVE_STAGES}
    own = [move for move in moves if move.contribution is not None and move.contribution.pk == contribution.pk]
    return sum(move.amount_cents * ((move.to_code in live) - (move.from_code in live)) for move in own)


def statements_of(version: ContributionVersion, amount_cents: int) -> Statements:
    """What a version stated, to carry over to an amount where an amendment says nothing new.

    Of a smaller amount no more than all of it can come from public budgets.
    """
    return Statements(
        version.no_other_union_funding,
        min(version.public_origin_cents, amount_cents),
        version.place,
    )


def audit_entry(
    book: OpenBook,
    action: str,
    contribution: Contribution,
    grounds: Grounds,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Leave the audit row of the entry that is booked next."""
    book.record(
        action,
        f"contribution/{contribution.reference}",
        before=before,
        after={**(after or {}), "entry": book.next_entry},
        reason=grounds.reason,
        evidence=grounds.evidence,
    )
