"""A correction: a new entry that turns an earlier one round and points to it; the earlier one stays as it was."""

from __future__ import annotations

from datetime import datetime

from cofund.actions import audit, books
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move
from cofund.actions.errors import Refused
from cofund.actions.moves import add_version, statements_of
from cofund.records.ledger.models import ContributionVersion, Entry


def correct(actor: Actor, entry: Entry, grounds: Grounds, *, at: datetime | None = None) -> Entry:
    """Turn an entry round, as of the day it was about; what is right is booked anew afterwards.

    What was known before the correction stays reproducible; what was true changes from the entry's own day on.

    Raises:
        Refused: it is corrected already, or is itself a correction.
        EnvelopeExhausted, StageMissing: later entries stand on it; they are corrected first.
    """
    actor.require("correct")
    with books.opened(entry.book.scheme.code, actor, at=at) as book:
        if entry.kind == Entry.Kind.CORRECT or entry.corrections.exists():
            raise Refused(
                asked=f"You asked to correct entry {entry.number}.",
                wrong="It is a correction itself." if entry.kind == Entry.Kind.CORRECT else "It is corrected already.",
                remedy="Book what is right as a new entry.",
            )
        rows = entry.transfers.select_related("from_account", "to_account", "contribution", "tranche")
        moves = [
            Move(
                row.to_account.code,
                row.from_account.code,
                row.amount_cents,
                row.contribution,
                row.tranche.code if row.tranche else None,
            )
            for row in rows.order_by("-number")
        ]
        same_day = Grounds(
            entry.effective_on,
            grounds.reason,
            grounds.evidence,
            grounds.decision,
            grounds.certainty,
            grounds.assumption,
        )
        made = book.append(Entry.Kind.CORRECT, moves, same_day, corrects=entry)
        for version in entry.contribution_versions.select_related("contribution"):
            _restore(version, made, same_day)
        audit.record(
            actor,
            "correct",
            f"{book.scheme.code}/entry/{entry.number}",
            at=book.at,
            after={"entry": made.number},
            reason=grounds.reason,
            evidence=grounds.evidence,
        )
        return made


def _restore(version: ContributionVersion, made: Entry, grounds: Grounds) -> None:
    """Append what the contribution was said to be before the corrected entry; nothing where there was nothing."""
    contribution = version.contribution
    before = contribution.versions.filter(number__lt=version.number).order_by("-number").first()
    newest = contribution.versions.order_by("-number")[0]
    stated = statements_of(before or version)
    if before is None:
        stated = type(stated)(stated.no_other_union_funding, 0, stated.place)
    amount = before.amount_cents if before else 0
    add_version(made, contribution, newest.number + 1, amount, stated, grounds)
