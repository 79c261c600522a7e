"""What is done with a contribution after its pledge: endorse, amend, reduce, withdraw, deliver, release."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cofund.actions import books, checks, decided
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move, OpenBook
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
from cofund.queries import points
from cofund.queries.explanations import explain
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules import accounts, stages
from cofund.rules.envelope import close_out
from cofund.rules.money import in_words


def endorse(
    actor: Actor,
    contribution: Contribution,
    grounds: Grounds,
    *,
    amount_cents: int | None = None,
    at: datetime | None = None,
) -> Booked:
    """Record the board's endorsement of a pledge, in full or in part.

    Raises:
        Refused: there is no decision behind it.
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
        decided.check(grounds.decision, about, f"You asked to endorse {contribution.reference}.")
        account = accounts.of_contribution(contribution.group, "pledged")
        amount = book.position(contribution).balance(account) if amount_cents is None else amount_cents
        checks.check_positive(book, amount, f"endorse {contribution.reference}")
        entry = book.append(Entry.Kind.ENDORSE, [own_move(contribution, "pledged", "endorsed", amount)], grounds)
        audit_entry(book, "endorse", contribution, entry, after={"endorsed_cents": amount})
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
    at: datetime | None = None,
) -> Booked:
    """Give a contribution a new amount as a new version; the match follows the scheme's rule.

    What comes on top stands in the stage that the contribution has reached. Under a basis frozen at adoption it is unmatched.

    Raises:
        Refused: the amount is negative, unchanged, or below what was already delivered.
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
        found = None
        if contribution.tranche is not None:
            changes, found = rematch(
                book, contribution, moves, grounds, stated.no_other_union_funding, accepts_unmatched
            )
            moves = [*moves, *changes]
        version = version_row(book.next_entry_id, contribution, last.number + 1, amount_cents, stated, grounds)
        explanation = explain(book.scheme, contribution.reference, found)
        entry = book.append(kind, moves, grounds, explanation=explanation, versions=[version])
        before, after = {"amount_cents": last.amount_cents}, {"amount_cents": amount_cents}
        audit_entry(book, str(kind), contribution, entry, before=before, after=after)
        return Booked(contribution, entry, found)


def reduce(
    actor: Actor, contribution: Contribution, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Lower a contribution to `amount_cents`; the match that it no longer carries goes back to the tranche.

    Raises:
        Refused: the amount is not lower, or below what was already delivered.
    """
    return amend(actor, contribution, amount_cents, grounds, kind=Entry.Kind.REDUCE, at=at)


def withdraw(actor: Actor, contribution: Contribution, grounds: Grounds, *, at: datetime | None = None) -> Booked:
    """Take back everything of a contribution that was not delivered, and give its match back to the tranche."""
    actor.require("withdraw")
    return _give_back(actor, contribution, grounds, Entry.Kind.WITHDRAW, at)


def release(actor: Actor, contribution: Contribution, grounds: Grounds, *, at: datetime | None = None) -> Booked:
    """Close a contribution: what was not delivered lapses, and the match it carried is released or recovered."""
    actor.require("release")
    return _give_back(actor, contribution, grounds, Entry.Kind.RELEASE, at)


def deliver(
    actor: Actor, contribution: Contribution, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Booked:
    """Record what was delivered and validated of a committed contribution; its part of the match is consumed.

    Raises:
        StageMissing: more is delivered than was committed; an amendment comes first.
    """
    actor.require("deliver")
    with books.opened(_scheme_code(contribution), actor, at=at) as book:
        checks.check_positive(book, amount_cents, f"record a delivery of {contribution.reference}")
        moves = [own_move(contribution, "committed", "validated", amount_cents)]
        facts: dict[str, Any] = {}
        if contribution.tranche is not None:
            consuming, facts = consume(book, contribution, amount_cents)
            moves.append(consuming)
        entry = book.append(Entry.Kind.DELIVER, moves, grounds, explanation=facts)
        audit_entry(book, "deliver", contribution, entry, after={"validated_cents": amount_cents})
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


def _change(book: OpenBook, contribution: Contribution, difference: int, on: date) -> list[Move]:
    """Moves that raise a contribution at the stage it has reached, or lower it from the latest stage backwards."""
    position = book.position(contribution)
    held = {
        stage: position.room(accounts.of_contribution(contribution.group, stage), on)
        for stage in ("committed", "endorsed", "pledged")
    }
    if difference >= 0:
        is_reported = any(
            position.balance(accounts.of_contribution(contribution.group, stage)) for stage in ("reported", "certified")
        )
        reached = next((stage for stage in ("committed", "endorsed") if held[stage] > 0), "pledged")
        if is_reported:
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


def _give_back(actor: Actor, contribution: Contribution, grounds: Grounds, kind: str, at: datetime | None) -> Booked:
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
        facts: dict[str, Any] = {}
        if contribution.tranche is not None:
            code = contribution.tranche.code
            validated = position.balance(accounts.of_contribution(contribution.group, "validated"))
            if validated or position.balance(accounts.of_tranche(code, "committed")):
                facts = {"close_out": _closing(book, contribution, 0)}
            moves += [
                tranche_move(contribution, code, stage, "open", position.balance(accounts.of_tranche(code, stage)))
                for stage in ("promised", "reserved", "committed")
            ]
            contribution.refresh_from_db(fields=["topic", "project"])
            moves += settle_promises(book, Target.of(contribution), grounds.effective_on, moves, but=contribution)
        entry = book.append(kind, moves, grounds, explanation=facts)
        given_back = {"given_back_cents": sum(m.amount_cents for m in moves if m.to_code.endswith(":open"))}
        audit_entry(book, str(kind), contribution, entry, after=given_back)
        return Booked(contribution, entry, None)


def consume(book: OpenBook, contribution: Contribution, validated_cents: int) -> tuple[Move, dict[str, Any]]:
    """The move of the match that follows from validating `validated_cents` more, in proportion, and the figures behind it."""
    assert contribution.tranche is not None
    code = contribution.tranche.code
    figures = _closing(book, contribution, validated_cents)
    already = book.position(contribution).balance(accounts.of_tranche(code, "consumed"))
    move = tranche_move(contribution, code, "committed", "consumed", max(0, figures["consumed_cents"] - already))
    return move, {"close_out": figures}


def _closing(book: OpenBook, contribution: Contribution, further_cents: int) -> dict[str, Any]:
    """What of the committed match is consumed once `further_cents` more are validated, and what would go back."""
    assert contribution.tranche is not None
    position, code = book.position(contribution), contribution.tranche.code
    committed = sum(
        position.balance(accounts.of_contribution(contribution.group, stage)) for stage in stages.UNVALIDATED_STAGES
    )
    validated = position.balance(accounts.of_contribution(contribution.group, "validated"))
    matched = sum(position.balance(accounts.of_tranche(code, stage)) for stage in ("committed", "consumed"))
    rule = book.scheme.tranche(code)
    result = close_out(
        rule,
        match_cents=matched,
        committed_cents=max(1, committed + validated),
        validated_cents=validated + further_cents,
    )
    return {
        "basis": rule.basis,
        "match_cents": matched,
        "committed_cents": committed + validated,
        "validated_cents": validated + further_cents,
        "consumed_cents": result.consumed_cents,
        "released_cents": result.released_cents,
        "recovered_cents": result.recovered_cents,
    }


def _check_decision(contribution: Contribution, grounds: Grounds, verb: str) -> None:
    """Refuse a decision about something else; where none is named, none is needed."""
    if grounds.decision is not None:
        asked = f"You asked to {verb} {contribution.reference}."
        decided.check(grounds.decision, points.of_contribution(contribution), asked)


def _scheme_code(contribution: Contribution) -> str:
    """The scheme in whose book the contribution stands."""
    return contribution.book.scheme.code
