"""Checks that several actions make once the lock of the book is held, before anything is written."""

from __future__ import annotations

from cofund.actions.books import OpenBook
from cofund.actions.errors import Refused
from cofund.queries.pools import Target
from cofund.rules.money import in_words


def check_target(book: OpenBook, target: Target) -> None:
    """Read the target's state again, now that the lock is held, and refuse one of another scheme.

    Raises:
        Refused: the topic or project belongs to another scheme than the book.
    """
    target.reload()
    if target.scheme_id != book.row.scheme_id:
        raise Refused(
            asked=f"You asked to book for {target.code} in the book of {book.scheme.name}.",
            wrong="It belongs to another scheme.",
            remedy="Choose a topic or project of this scheme.",
            field="target",
        )


def check_positive(book: OpenBook, amount_cents: int, what: str) -> None:
    """Refuse an amount that is not more than nothing.

    Raises:
        Refused: with `field` amount.
    """
    if amount_cents <= 0:
        raise Refused(
            asked=f"You asked to {what}: {in_words(amount_cents, book.scheme.currency)}.",
            wrong="That is not more than nothing.",
            remedy="Enter the amount, more than nothing; to take something back, correct the entry or withdraw.",
            field="amount",
        )
