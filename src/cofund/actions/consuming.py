"""What of a match is consumed once a part of its contribution is validated, and what would go back of it."""

from __future__ import annotations

from typing import Any

from cofund.actions.books import Move, OpenBook
from cofund.actions.moves import tranche_move
from cofund.records.ledger.models import Contribution
from cofund.rules import accounts, stages
from cofund.rules.envelope import close_out


def consume(book: OpenBook, contribution: Contribution, validated_cents: int) -> tuple[Move, dict[str, Any]]:
    """The move of the match that follows from validating `validated_cents` more, in proportion, and the figures behind it."""
    assert contribution.tranche is not None
    code = contribution.tranche.code
    figures = closing(book, contribution, validated_cents)
    already = book.position(contribution).balance(accounts.of_tranche(code, "consumed"))
    move = tranche_move(contribution, code, "committed", "consumed", max(0, figures["consumed_cents"] - already))
    return move, {"close_out": figures}


def closing(book: OpenBook, contribution: Contribution, further_cents: int) -> dict[str, Any]:
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
