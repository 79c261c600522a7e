"""What is done with a contribution after its pledge: endorse, amend, reduce, withdraw, deliver, release."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from cofund.actions import books, cash, checks, decided, over_deliveries, share_checks
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move, OpenBook
from cofund.actions.consuming import closing, consume
from cofund.actions.errors import Refused
from cofund.actions.moves import (
    Booked,
    Statements,
    audit_entry,
    live_cents,
    own_move,
    statements_of,
    tranche_move,
    version_row,
)
from cofund.actions.rematching import rematch, settle_promises
from cofund.actions.share_exceptions import NO_EXCEPTION, ShareException
from cofund.queries import points
from cofund.queries.explanations import explain
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution, ContributionVersion, Entry, Instalment
from cofund.rules import accounts, stages
from cofund.rules.money import in_words


def endorse(
    actor: Actor,
    contribution: Contribution,
    grounds: Grounds,
    *,
    amount_cents: int | None = None,
    share_exception: ShareException = NO_EXCEPTION,
    at: datetime | None = None,
) -> Booked:
    """Record the board's endorsement of a pledge, in full or in part. Shares that fail and only warn are kept with the entry.

    `share_exception` says what allows a share that would block.

    Raises:
        Refused: there is no decision behind it, or a share fails that blocks from the start.
        StageMissing: less is pledged than is to be endorsed.
    """
    actor.require("endorse")
    with books.opened(_scheme_code(contribution), actor, at=at) as book:
        if grounds.decision is None:
            raise Refused(
                asked=f"You asked to endorse {contribution.reference}.",
                wrong="Nothing is endorsed without a decision.",
                remedy="Enter the number and the date of the board's decision.",
                field="decision",
            )
        about = points.of_endorsement(contribution, book.scheme.currency)
        asked = f"You asked to endorse {contribution.reference}."
        decided.refuse_conflicted(actor, about, asked)
        decided.check(grounds.decision, about, asked)
        account = accounts.of_contribution(contribution.group, "pledged")
        amount = book.position(contribution).balance(account) if amount_cents is None else amount_cents
        checks.check_positive(book, amount, f"endorse {contribution.reference}")
        contribution.refresh_from_db(fields=["topic", "project"])
        warnings = share_checks.check_endorsement(book, contribution, grounds, share_exception)
        moves = [own_move(contribution, "pledged", "endorsed", amount)]
        said = {"warnings": warnings} if warnings else {}
        audit_entry(book, "endorse", contribution, grounds, after={"endorsed_cents": amount})
        entry = book.append(Entry.Kind.ENDORSE, moves, grounds, explanation=said)
        return Booked(contribution, entry, None)


def amend(
    actor: Actor,
    contribution: Contribution,
    amount_cents: int,
    grounds: Grounds,
    *,
    statements: Statements | None = None,
    accepts_unmatched: bool = True,
    kind: str = Entry.Kind.AMEND,
    ends: Instalment | None = None,
    at: datetime | None = None,
) -> Booked:
    """Give a contribution a new amount as a new version; the match follows the scheme's rule.

    What comes on top stands in the stage that the contribution has reached. Under a basis frozen at adoption it is unmatched.
    `ends` is the instalment that a notice ends with it. Where `statements` alone are new, a correction takes the amount out
    and in again, so that the chain of hashes seals the version.

    Raises:
        Refused: the amount is negative, unchanged without new statements, or below what was already delivered, invoiced or
            received.
        EnvelopeExhausted: the match of the increase does not fit, and is not accepted as unmatched.
    """
    actor.require("reduce" if kind == Entry.Kind.REDUCE else "amend")
    with books.opened(_scheme_code(contribution), actor, at=at) as book:
        contribution.refresh_from_db(fields=["topic", "project"])
        _check_decision(contribution, grounds, "change")
        last = contribution.versions.order_by("-number")[0]
        stands = live_cents(book, contribution)
        stated = statements or statements_of(last, max(0, amount_cents))
        _check_amendment(book, contribution, stands, amount_cents, stated, kind)
        moves = _change(book, contribution, amount_cents - stands, grounds.effective_on)
        cash.check_moves(book, contribution, moves, ends=ends)
        found = None
        if contribution.tranche is not None:
            changes, found = rematch(
                book, contribution, moves, grounds, stated.no_other_union_funding, accepts_unmatched
            )
            moves = [*moves, *changes]
        if statements is not None and _differs(last, stated) and not any(move.amount_cents for move in moves):
            kind, moves = Entry.Kind.CORRECT, _restated(book, contribution, grounds.effective_on)
        version = version_row(book.next_entry_id, contribution, last.number + 1, amount_cents, stated, grounds)
        explanation = explain(book.scheme, contribution.reference, found)
        before, after = {"amount_cents": last.amount_cents}, {"amount_cents": amount_cents}
        audit_entry(book, str(kind), contribution, grounds, before=before, after=after)
        entry = book.append(kind, moves, grounds, explanation=explanation, versions=[version])
        return Booked(contribution, entry, found)


def reduce(
    actor: Actor,
    contribution: Contribution,
    amount_cents: int,
    grounds: Grounds,
    *,
    ends: Instalment | None = None,
    at: datetime | None = None,
) -> Booked:
    """Lower a contribution to `amount_cents`; the match that it no longer carries goes back to the tranche.

    Raises:
        Refused: the amount is not lower, or below what was already delivered, invoiced or received.
    """
    return amend(actor, contribution, amount_cents, grounds, kind=Entry.Kind.REDUCE, ends=ends, at=at)


def withdraw(
    actor: Actor,
    contribution: Contribution,
    grounds: Grounds,
    *,
    ends: Instalment | None = None,
    at: datetime | None = None,
) -> Booked:
    """Take back everything of a contribution that was not delivered, and give its match back to the tranche.

    Raises:
        Refused: an invoice of it is not paid, but for the instalment that a notice `ends` with it.
    """
    actor.require("withdraw")
    return _give_back(actor, contribution, grounds, Entry.Kind.WITHDRAW, at, ends)


def release(actor: Actor, contribution: Contribution, grounds: Grounds, *, at: datetime | None = None) -> Booked:
    """Close a contribution: what was not delivered lapses, invoiced or not, and the match it carried is released or recovered."""
    actor.require("release")
    return _give_back(actor, contribution, grounds, Entry.Kind.RELEASE, at)


def deliver(
    actor: Actor, contribution: Contribution, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Record what was delivered and validated of a committed contribution; its part of the match is consumed.

    What is given in kind beyond the commitment stands apart as over-delivery, and nothing of it is matched.

    Raises:
        Refused: the kind needs a certificate, which the yearly round records; or its money comes in instalments.
        StageMissing: more money is delivered than was committed; an amendment comes first.
    """
    actor.require("deliver")
    with books.opened(_scheme_code(contribution), actor, at=at) as book:
        asked = f"record a delivery of {contribution.reference}"
        checks.check_positive(book, amount_cents, asked)
        _check_direct(book, contribution, f"You asked to {asked}: {in_words(amount_cents, book.scheme.currency)}.")
        return _deliver(book, contribution, amount_cents, grounds)


def receive(
    actor: Actor, contribution: Contribution, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Record money that came for an invoiced instalment, whose action has held it against what was invoiced.

    Raises:
        StageMissing: less stands committed than came.
    """
    actor.require("record receipt")
    with books.opened(_scheme_code(contribution), actor, at=at) as book:
        checks.check_positive(book, amount_cents, f"record a receipt of {contribution.reference}")
        return _deliver(book, contribution, amount_cents, grounds)


def _check_direct(book: OpenBook, contribution: Contribution, asked: str) -> None:
    """Refuse to validate without the certificate that the kind needs, or beside the instalments."""
    rule = book.scheme.kind(contribution.kind)
    if rule.certificate:
        raise Refused(
            asked=asked,
            wrong=f"{rule.label} needs the certificate of an independent auditor, and a direct delivery has none.",
            remedy="Enter it as a report of the yearly round, where the certificate is recorded before the office accepts it.",
        )
    cash.check_no_instalments(book, contribution, asked)


def _deliver(book: OpenBook, contribution: Contribution, amount_cents: int, grounds: Grounds) -> Booked:
    """Book what came: validated as far as it was committed, the rest apart as over-delivery."""
    parts = over_deliveries.split(book, contribution, amount_cents)
    over_deliveries.check_alone(book, contribution, parts.over_cents, 0)
    moves = [own_move(contribution, "committed", "validated", parts.own_cents)]
    facts: dict[str, Any] = over_deliveries.facts(book, parts.over_cents)
    if contribution.tranche is not None and parts.own_cents:
        consuming, figures = consume(book, contribution, parts.own_cents)
        moves, facts = [*moves, consuming], {**facts, **figures}
    moves.append(over_deliveries.move(contribution, parts.over_cents))
    over = {"over_delivery_cents": parts.over_cents} if parts.over_cents else {}
    audit_entry(book, "deliver", contribution, grounds, after={"validated_cents": parts.own_cents, **over})
    entry = book.append(Entry.Kind.DELIVER, moves, grounds, explanation=facts)
    return Booked(contribution, entry, None)


def _check_amendment(
    book: OpenBook, contribution: Contribution, stands: int, amount_cents: int, stated: Statements, kind: str
) -> None:
    """Refuse a new amount that is less than nothing or no reduction, or of which more is public than there is."""
    asked = f"You asked to set {contribution.reference} to {in_words(amount_cents, book.scheme.currency)}."
    checks.check_size(amount_cents, book.scheme.currency, asked)
    if amount_cents < 0 or (kind == Entry.Kind.REDUCE and amount_cents >= stands):
        raise Refused(
            asked=asked,
            wrong=f"It stands at {in_words(stands, book.scheme.currency)}.",
            remedy="To reduce it, enter less than that and not less than nothing.",
            field="amount",
        )
    checks.check_statements(book.scheme, contribution.kind, amount_cents, stated, asked)


def _differs(last: ContributionVersion, stated: Statements) -> bool:
    """Whether something is stated that the last version does not say already."""
    return any(getattr(last, one.name) != getattr(stated, one.name) for one in fields(stated))


def _restated(book: OpenBook, contribution: Contribution, on: date) -> list[Move]:
    """Moves that leave every amount as it is: the seal covers transfers, so a version without any would not be sealed."""
    position = book.position(contribution)
    ways = (("committed", accounts.OUTSIDE), ("endorsed", accounts.OUTSIDE), ("pledged", accounts.OUTSIDE))
    for stage, beside in (*ways, ("reported", "committed"), ("certified", "committed"), ("validated", "committed")):
        held = position.room(accounts.of_contribution(contribution.group, stage), on)
        if held > 0 and beside == accounts.OUTSIDE:
            code = accounts.of_contribution(contribution.group, stage)
            return [Move(code, beside, held, contribution), Move(beside, code, held, contribution)]
        if held > 0:
            return [own_move(contribution, stage, beside, held), own_move(contribution, beside, stage, held)]
    return []


def _change(book: OpenBook, contribution: Contribution, difference: int, on: date) -> list[Move]:
    """Moves that raise a contribution at the stage it has reached, or lower it from the latest stage backwards."""
    position = book.position(contribution)
    held = {
        stage: position.room(accounts.of_contribution(contribution.group, stage), on)
        for stage in ("committed", "endorsed", "pledged")
    }
    if difference >= 0:
        # What is reported, certified or validated was committed before.
        is_delivered = any(
            position.balance(accounts.of_contribution(contribution.group, stage))
            for stage in ("reported", "certified", "validated")
        )
        reached = next((stage for stage in ("committed", "endorsed") if held[stage] > 0), "pledged")
        if is_delivered:
            reached = "committed"
        return [own_move(contribution, accounts.OUTSIDE, reached, difference)]
    left, moves = -difference, []
    for stage in ("pledged", "endorsed", "committed"):
        taken = min(left, max(0, held[stage]))
        moves.append(own_move(contribution, stage, "withdrawn", taken))
        left -= taken
    if left:
        currency = book.scheme.currency
        raise Refused(
            asked=f"You asked to lower {contribution.reference} by {in_words(-difference, currency)}.",
            wrong=f"Only {in_words(-difference - left, currency)} of it stand undelivered on {on.isoformat()}.",
            remedy="Lower it by no more than that; what was reported or delivered stays.",
            field="amount",
        )
    return moves


def _give_back(
    actor: Actor,
    contribution: Contribution,
    grounds: Grounds,
    kind: str,
    at: datetime | None,
    ends: Instalment | None = None,
) -> Booked:
    """Withdraw what is left of a contribution, with its match."""
    with books.opened(_scheme_code(contribution), actor, at=at) as book:
        _check_decision(contribution, grounds, "close or withdraw")
        position = book.position(contribution)
        moves = [
            own_move(
                contribution,
                stage,
                "withdrawn",
                position.balance(accounts.of_contribution(contribution.group, stage)),
            )
            for stage in ("pledged", "endorsed", *stages.UNVALIDATED_STAGES)
        ]
        if kind == Entry.Kind.WITHDRAW:
            cash.check_moves(book, contribution, moves, ends=ends)
        facts: dict[str, Any] = {}
        if contribution.tranche is not None:
            code = contribution.tranche.code
            validated = position.balance(accounts.of_contribution(contribution.group, "validated"))
            if validated or position.balance(accounts.of_tranche(code, "committed")):
                facts = {"close_out": closing(book, contribution, 0)}
            moves += [
                tranche_move(contribution, code, stage, "open", position.balance(accounts.of_tranche(code, stage)))
                for stage in ("promised", "reserved", "committed")
            ]
            contribution.refresh_from_db(fields=["topic", "project"])
            moves += settle_promises(book, Target.of(contribution), grounds.effective_on, moves, but=contribution)
        given_back = {"given_back_cents": sum(m.amount_cents for m in moves if m.to_code.endswith(":open"))}
        audit_entry(book, str(kind), contribution, grounds, after=given_back)
        entry = book.append(kind, moves, grounds, explanation=facts)
        return Booked(contribution, entry, None)


def _check_decision(contribution: Contribution, grounds: Grounds, verb: str) -> None:
    """Refuse a decision about something else; where none is named, none is needed."""
    if grounds.decision is not None:
        asked = f"You asked to {verb} {contribution.reference}."
        decided.check(grounds.decision, points.of_contribution(contribution), asked)


def _scheme_code(contribution: Contribution) -> str:
    """The scheme in whose book the contribution stands."""
    return contribution.book.scheme.code
