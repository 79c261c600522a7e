"""What is delivered beyond what is committed: split off, booked apart, and told before it is recorded. Nothing of it is matched.

Source: field report, invariant INV-06: what is validated exceeds what is committed only as over-delivery, unmatched. Money is no
over-delivery: no more of it is received than is committed (INV-19).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cofund.actions.books import Move, OpenBook
from cofund.actions.errors import Refused
from cofund.actions.moves import own_move
from cofund.records.ledger.models import Contribution
from cofund.rules import accounts, stages
from cofund.rules.money import in_words

IN_CHECK = ("reported", "certified")


@dataclass(frozen=True, slots=True)
class Split:
    """A delivery in its two parts, in cents: what the commitment still bears, and what comes on top of it."""

    own_cents: int
    over_cents: int


def split(book: OpenBook, contribution: Contribution, amount_cents: int) -> Split:
    """Split a delivery. Where nothing can come on top, all of it is asked of the commitment, which refuses what it has not."""
    if not may_exceed(book, contribution):
        return Split(amount_cents, 0)
    own = min(amount_cents, _held(book, contribution, "committed"))
    return Split(own, amount_cents - own)


def may_exceed(book: OpenBook, contribution: Contribution) -> bool:
    """Tell whether more than is committed can be delivered: in kind, once a grant has committed it."""
    held = sum(_held(book, contribution, stage) for stage in ("committed", *IN_CHECK, "validated"))
    return book.scheme.kind(contribution.kind).in_kind and held > 0


def move(contribution: Contribution, over_cents: int) -> Move:
    """The move of what comes on top: from outside, since nobody had promised it."""
    return own_move(contribution, accounts.OUTSIDE, stages.OVER_DELIVERY, over_cents)


def facts(book: OpenBook, over_cents: int) -> dict[str, Any]:
    """What an entry says of the over-delivery that it books; nothing where there is none."""
    if not over_cents:
        return {}
    amount = in_words(over_cents, book.scheme.currency)
    words = f"{amount} of it are more than is committed: over-delivery. It stands apart and is not matched."
    return {"over_delivery_cents": over_cents, "warnings": [words]}


def check_alone(book: OpenBook, contribution: Contribution, over_cents: int, own_in_check_cents: int) -> None:
    """Refuse over-delivery while another report of the contribution waits: what is refused of it is to be delivered again first.

    Raises:
        Refused: with `field` amount.
    """
    waiting = sum(_held(book, contribution, stage) for stage in IN_CHECK) - own_in_check_cents
    if over_cents and waiting > 0:
        currency = book.scheme.currency
        raise Refused(
            asked=f"You asked to accept {in_words(over_cents, currency)} more of {contribution.reference} than is committed.",
            wrong=f"{in_words(waiting, currency)} of it are reported elsewhere and not checked yet.",
            remedy="Check or return that report first: only then is known what comes on top.",
            field="amount",
        )


def _held(book: OpenBook, contribution: Contribution, stage: str) -> int:
    """What stands in a stage of a contribution after everything booked."""
    return book.position(contribution).balance(accounts.of_contribution(contribution.group, stage))
