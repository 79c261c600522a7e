"""Holds money against its instalments: what came ≤ what was invoiced ≤ what is committed, whichever way it is booked.

Source: field report, invariant INV-19; Regulation (EU) 2021/2085, Article 28(4).
"""

from __future__ import annotations

from collections.abc import Sequence

from cofund.actions.books import Move, OpenBook
from cofund.actions.errors import Refused
from cofund.queries import instalments
from cofund.records.ledger.models import Contribution, Instalment
from cofund.rules import accounts, stages
from cofund.rules.money import in_words

COMMITTED = ("committed", "reported", "certified", "validated")


def check_no_instalments(book: OpenBook, contribution: Contribution, asked: str) -> None:
    """Refuse a delivery that passes by the instalments of a contribution: it would be received without an invoice.

    Raises:
        Refused: there are instalments.
    """
    if not book.scheme.kind(contribution.kind).in_kind and contribution.instalments.exists():
        raise Refused(
            asked=asked,
            wrong="Its money comes in instalments, and no more is received than was invoiced.",
            remedy="Invoice the instalment and record the receipt there; what has no instalment yet is planned as one first.",
        )


def check_lowered(
    book: OpenBook, contribution: Contribution, left_cents: int, asked: str, *, ends: Instalment | None = None
) -> None:
    """Refuse to leave less committed than is invoiced or received.

    Args:
        book: the open book.
        contribution: what is lowered.
        left_cents: what is committed, or delivered, of it afterwards.
        asked: what was asked for, as a sentence.
        ends: the instalment that a notice ends with it; of it counts what came.

    Raises:
        Refused: with the figures, and what to do first.
    """
    if book.scheme.kind(contribution.kind).in_kind:
        return
    own = [one for one in instalments.of_contribution(contribution) if one.due.is_invoiced]
    invoiced = sum(
        one.due.received_cents if ends is not None and one.row.pk == ends.pk else one.due.amount_cents for one in own
    )
    if left_cents < invoiced:
        currency, came = book.scheme.currency, sum(one.due.received_cents for one in own)
        raise Refused(
            asked=asked,
            wrong=f"{in_words(invoiced, currency)} of it are invoiced, {in_words(came, currency)} of them received; "
            f"{in_words(left_cents, currency)} would be committed.",
            remedy="Record what came, or take back an invoice that was a mistake. Where the money does not come, give notice of "
            "the instalment and terminate what is missing.",
            field="amount",
        )


def check_moves(
    book: OpenBook, contribution: Contribution, moves: Sequence[Move], *, ends: Instalment | None = None
) -> None:
    """Refuse moves that are not booked yet and would leave less committed than is invoiced or received; see `check_lowered`."""
    left = {accounts.of_contribution(contribution.group, stage) for stage in stages.UNVALIDATED_STAGES}
    gone = sum(one.amount_cents for one in moves if one.from_code in left)
    if gone:
        position, currency = book.position(contribution), book.scheme.currency
        stands = sum(position.balance(accounts.of_contribution(contribution.group, stage)) for stage in COMMITTED)
        asked = f"You asked to take back {in_words(gone, currency)} of {contribution.reference}."
        check_lowered(book, contribution, stands - gone, asked, ends=ends)
