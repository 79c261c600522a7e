"""What is done with a tranche: open its book, top it up, cut it."""

from __future__ import annotations

from datetime import datetime

from cofund.actions import books, checks, decided
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move
from cofund.actions.errors import Refused
from cofund.queries import points
from cofund.records.ledger.models import Entry
from cofund.rules import accounts


def top_up(
    actor: Actor, scheme: str, tranche: str, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Entry:
    """Raise what a tranche can match by `amount_cents`.

    Raises:
        Refused: the scheme has no such tranche, or the amount is not positive.
    """
    actor.require("top up")
    return _change(actor, scheme, tranche, amount_cents, grounds, Entry.Kind.TOP_UP, at)


def cut(
    actor: Actor, scheme: str, tranche: str, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Entry:
    """Lower what a tranche can match by `amount_cents`; only what is open can be cut.

    Raises:
        Refused: the scheme has no such tranche, or the amount is not positive.
        EnvelopeExhausted: less is open than is to be cut.
    """
    actor.require("cut")
    return _change(actor, scheme, tranche, amount_cents, grounds, Entry.Kind.CUT, at)


def _change(
    actor: Actor, scheme: str, tranche: str, amount_cents: int, grounds: Grounds, kind: str, at: datetime | None
) -> Entry:
    """Book a change of a tranche's ceiling."""
    with books.opened(scheme, actor, at=at) as book:
        if tranche not in book.end.tranches or amount_cents <= 0:
            raise Refused(
                asked=f"You asked to change tranche {tranche} of {scheme} by {amount_cents} cents.",
                wrong="There is no such tranche."
                if tranche not in book.end.tranches
                else "That is not more than nothing.",
                remedy=f"The tranches are {', '.join(sorted(book.end.tranches))}; enter a positive amount.",
                field="amount",
            )
        checks.check_size(amount_cents, book.scheme.currency, f"You asked to change tranche {tranche} of {scheme}.")
        asked = f"You asked to change the ceiling of tranche {tranche} of {scheme}."
        decided.check(grounds.decision, points.of_money(tranche), asked)
        account = accounts.of_tranche(tranche, "open")
        source, sink = (accounts.OUTSIDE, account) if kind == Entry.Kind.TOP_UP else (account, accounts.OUTSIDE)
        after = {"amount_cents": amount_cents, "entry": book.next_entry}
        book.record(str(kind), f"tranche/{tranche}", after=after, reason=grounds.reason)
        return book.append(kind, [Move(source, sink, amount_cents, None, tranche)], grounds)
