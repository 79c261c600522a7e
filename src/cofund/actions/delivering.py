"""What was delivered of a commitment, a step at a time: reported, certified, checked by the office; or sent back.

Each step is one entry, so that the books tell when each was known. `validated ≤ certified ≤ reported` holds for each report. What
it says beyond the commitment stands in the books once the office accepts it, apart and unmatched.
Source: Regulation (EU) 2021/2085, Article 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cofund.actions import books, cash, checks, over_deliveries
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move, OpenBook
from cofund.actions.consuming import consume
from cofund.actions.errors import Refused
from cofund.actions.moves import Booked, audit_entry, own_move
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules import accounts
from cofund.rules.money import in_words


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one report says was delivered through a contribution, in cents; `certified_cents` is None where nobody certified it.

    `over_cents` is the part of what was reported that is more than was committed: it stands in no account yet.
    """

    reported_cents: int
    certified_cents: int | None = None
    over_cents: int = 0

    @property
    def most_cents(self) -> int:
        """The most that can be accepted of it."""
        return self.reported_cents if self.certified_cents is None else self.certified_cents

    @property
    def booked_cents(self) -> int:
        """What of it the books hold as reported or certified."""
        return self.reported_cents - self.over_cents

    @property
    def booked_certified_cents(self) -> int:
        """What of it the books hold as certified."""
        return min(self.certified_cents or 0, self.booked_cents)

    @property
    def source(self) -> str:
        """The stage that is checked."""
        return "reported" if self.certified_cents is None else "certified"


def report(
    actor: Actor, contribution: Contribution, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Record what the giver reports to have delivered of what is committed. What is more than that, the entry tells.

    Raises:
        Refused: nothing of it is committed any more, so that the books have nothing to move; or money comes in instalments.
        StageMissing: more money is reported than is committed and not reported yet; an amendment comes first.
    """
    actor.require("submit report")
    with books.opened(contribution.book.scheme.code, actor, at=at) as book:
        checks.check_positive(book, amount_cents, f"report a delivery of {contribution.reference}")
        asked = f"You asked to report {in_words(amount_cents, book.scheme.currency)} of {contribution.reference}."
        cash.check_no_instalments(book, contribution, asked)
        parts = over_deliveries.split(book, contribution, amount_cents)
        moves = [own_move(contribution, "committed", "reported", parts.own_cents)]
        # What comes on top stands in the books once the office accepts it; until then its report says so, and this entry.
        facts = {"over_reported_cents": parts.over_cents} if parts.over_cents else {}
        audit_entry(book, "report", contribution, grounds, after={"reported_cents": amount_cents})
        entry = book.append(Entry.Kind.REPORT, moves, grounds, explanation=facts)
        return Booked(contribution, entry, None)


def certify(
    actor: Actor, contribution: Contribution, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Record what an independent auditor certifies of what was reported.

    Raises:
        StageMissing: more is certified than was reported.
    """
    actor.require("record certificate")
    with books.opened(contribution.book.scheme.code, actor, at=at) as book:
        checks.check_positive(book, amount_cents, f"certify a delivery of {contribution.reference}")
        moves = [own_move(contribution, "reported", "certified", amount_cents)]
        audit_entry(book, "certify", contribution, grounds, after={"certified_cents": amount_cents})
        entry = book.append(Entry.Kind.CERTIFY, moves, grounds)
        return Booked(contribution, entry, None)


def validate(
    actor: Actor,
    contribution: Contribution,
    amount_cents: int,
    delivery: Delivery,
    grounds: Grounds,
    *,
    at: datetime | None = None,
) -> Booked:
    """Record what the office accepts of a delivery; its part of the match is consumed, and what it refuses is undelivered again.

    Raises:
        Refused: the kind needs a certificate and there is none, or more is accepted than was certified or reported.
        StageMissing: the money of the delivery does not stand where its report left it, because it was withdrawn since.
    """
    actor.require("validate report")
    with books.opened(contribution.book.scheme.code, actor, at=at) as book:
        _check_acceptance(book, contribution, amount_cents, delivery)
        moves, over = _accepted(book, contribution, amount_cents, delivery)
        facts: dict[str, Any] = over_deliveries.facts(book, over)
        if contribution.tranche is not None and amount_cents - over:
            consuming, figures = consume(book, contribution, amount_cents - over)
            moves, facts = [*moves, consuming], {**facts, **figures}
        moves.append(over_deliveries.move(contribution, over))
        after = {"validated_cents": amount_cents, "refused_cents": delivery.reported_cents - amount_cents}
        audit_entry(book, "validate", contribution, grounds, after=after)
        entry = book.append(Entry.Kind.VALIDATE, moves, grounds, explanation=facts)
        return Booked(contribution, entry, None)


def send_back(
    actor: Actor, contribution: Contribution, delivery: Delivery, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Take a delivery back because its report is returned: everything of it is undelivered again."""
    actor.require("return report")
    with books.opened(contribution.book.scheme.code, actor, at=at) as book:
        certified = delivery.booked_certified_cents
        moves = [
            own_move(contribution, "certified", "committed", certified),
            own_move(contribution, "reported", "committed", delivery.booked_cents - certified),
        ]
        audit_entry(book, "return", contribution, grounds, after={"returned_cents": delivery.reported_cents})
        entry = book.append(Entry.Kind.RETURN, moves, grounds)
        return Booked(contribution, entry, None)


def _check_acceptance(book: OpenBook, contribution: Contribution, amount_cents: int, delivery: Delivery) -> None:
    """Refuse to accept without the certificate that the kind needs, and more than was certified or reported."""
    currency, rule = book.scheme.currency, book.scheme.kind(contribution.kind)
    asked = f"You asked to validate {in_words(amount_cents, currency)} of {contribution.reference}."
    if delivery.certified_cents is None and rule.certificate:
        wrong = f"{rule.label} needs a certificate, and there is none."
        raise Refused(asked=asked, wrong=wrong, remedy="Record the certificate first.")
    if not 0 <= amount_cents <= delivery.most_cents:
        raise Refused(
            asked=asked,
            wrong=f"Only {in_words(delivery.most_cents, currency)} of it were {delivery.source}.",
            remedy="Accept no more than that.",
            field="amount",
        )


def _accepted(
    book: OpenBook, contribution: Contribution, amount_cents: int, delivery: Delivery
) -> tuple[list[Move], int]:
    """Give the moves of what is accepted and refused, and what of it comes on top of the commitment, in cents.

    What was accepted first fulfils what its report took of the commitment, then what others left of it since.
    """
    standing = delivery.booked_cents if delivery.certified_cents is None else delivery.booked_certified_cents
    own = min(amount_cents, standing)
    held = max(0, book.position(contribution).balance(accounts.of_contribution(contribution.group, "committed")))
    filled = min(amount_cents - own, held) if amount_cents > own else 0
    over = amount_cents - own - filled
    over_deliveries.check_alone(book, contribution, over, delivery.booked_cents)
    moves = [
        own_move(contribution, delivery.source, "validated", own),
        own_move(contribution, delivery.source, "committed", standing - own),
        own_move(contribution, "reported", "committed", delivery.booked_cents - standing),
        own_move(contribution, "committed", "validated", filled),
    ]
    return moves, over
