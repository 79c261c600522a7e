"""What was delivered of a commitment, a step at a time: reported, certified, checked by the office; or sent back.

Each step is one entry, so that the books tell when each was known. `validated ≤ certified ≤ reported` holds, because each stage is
filled from the one before alone. Source: Regulation (EU) 2021/2085, Article 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cofund.actions import books, checks
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.contributions import consume
from cofund.actions.errors import Refused
from cofund.actions.moves import Booked, audit_entry, own_move
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules.money import in_words


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one report says was delivered through a contribution, in cents; `certified_cents` is None where nobody certified it."""

    reported_cents: int
    certified_cents: int | None = None


def report(
    actor: Actor, contribution: Contribution, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Record what the giver reports to have delivered of what is committed.

    Raises:
        StageMissing: more is reported than is committed and not reported yet; an amendment comes first.
    """
    actor.require("submit report")
    with books.opened(contribution.book.scheme.code, actor, at=at) as book:
        checks.check_positive(book, amount_cents, f"report a delivery of {contribution.reference}")
        moves = [own_move(contribution, "committed", "reported", amount_cents)]
        entry = book.append(Entry.Kind.REPORT, moves, grounds)
        audit_entry(book, "report", contribution, entry, after={"reported_cents": amount_cents})
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
        entry = book.append(Entry.Kind.CERTIFY, moves, grounds)
        audit_entry(book, "certify", contribution, entry, after={"certified_cents": amount_cents})
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
        currency, certified = book.scheme.currency, delivery.certified_cents
        asked = f"You asked to validate {in_words(amount_cents, currency)} of {contribution.reference}."
        if certified is None and book.scheme.kind(contribution.kind).certificate:
            wrong = f"{book.scheme.kind(contribution.kind).label} needs a certificate, and there is none."
            raise Refused(asked=asked, wrong=wrong, remedy="Record the certificate first.")
        most = delivery.reported_cents if certified is None else certified
        if not 0 <= amount_cents <= most:
            stage = "reported" if certified is None else "certified"
            raise Refused(
                asked=asked,
                wrong=f"Only {in_words(most, currency)} of it were {stage}.",
                remedy="Accept no more than that.",
                field="amount",
            )
        source = "reported" if certified is None else "certified"
        moves = [
            own_move(contribution, source, "validated", amount_cents),
            own_move(contribution, source, "committed", most - amount_cents),
            own_move(contribution, "reported", "committed", delivery.reported_cents - most),
        ]
        facts: dict[str, Any] = {}
        if contribution.tranche is not None and amount_cents:
            consuming, facts = consume(book, contribution, amount_cents)
            moves.append(consuming)
        entry = book.append(Entry.Kind.VALIDATE, moves, grounds, explanation=facts)
        after = {"validated_cents": amount_cents, "refused_cents": delivery.reported_cents - amount_cents}
        audit_entry(book, "validate", contribution, entry, after=after)
        return Booked(contribution, entry, None)


def send_back(
    actor: Actor, contribution: Contribution, delivery: Delivery, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Take a delivery back because its report is returned: everything of it is undelivered again."""
    actor.require("return report")
    with books.opened(contribution.book.scheme.code, actor, at=at) as book:
        certified = delivery.certified_cents or 0
        moves = [
            own_move(contribution, "certified", "committed", certified),
            own_move(contribution, "reported", "committed", delivery.reported_cents - certified),
        ]
        entry = book.append(Entry.Kind.RETURN, moves, grounds)
        audit_entry(book, "return", contribution, entry, after={"returned_cents": delivery.reported_cents})
        return Booked(contribution, entry, None)
