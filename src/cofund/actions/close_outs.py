"""The close-out of a project: what was not delivered lapses, and its match is released or recovered, for all of it at once.

Source: field report, scenario S16; what is recovered was due by the scheme's basis, what is released was never paid.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cofund.actions import books, decided
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move
from cofund.actions.errors import Refused
from cofund.actions.moves import own_move, tranche_move
from cofund.queries import points, shortfalls
from cofund.queries.pools import Target
from cofund.queries.shortfalls import Closing
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Project
from cofund.rules.money import in_words

_UNDELIVERED = ("pledged", "endorsed", "committed")
_HELD = ("promised", "reserved", "committed")


def close_project(actor: Actor, project: Project, grounds: Grounds, *, at: datetime | None = None) -> Entry:
    """Close all contributions of a project in one entry: what is delivered is consumed, the rest is released or recovered.

    Raises:
        NotAllowed: the role does not include it.
        Refused: something of it still waits for its validation, or there is nothing to close.
        StageMissing: something stands only on a later day.
    """
    actor.require("close project")
    with books.opened(project.scheme.code, actor, at=at, target=Target(project=project)) as book:
        asked = f"You asked to close {project.acronym}."
        decided.check(grounds.decision, points.of_target(Target(project=project)), asked)
        found = shortfalls.of_project(project)
        waiting = [one for one in found if one.in_check_cents]
        if waiting:
            named = ", ".join(
                f"{one.state.contribution.reference} ({in_words(one.in_check_cents, book.scheme.currency)})"
                for one in waiting
            )
            wrong = f"Reported and not validated yet: {named}."
            raise Refused(asked=asked, wrong=wrong, remedy="Validate it or refuse it first; then close the project.")
        closing = [one for one in found if one.is_open]
        if not closing:
            wrong = "Nothing of it is open: everything was delivered or has lapsed already."
            raise Refused(asked=asked, wrong=wrong, remedy="There is nothing to do.")
        moves = [move for one in closing for move in _moves(one)]
        facts = {"close_outs": [_facts(one) for one in closing]}
        book.record(
            "close project",
            f"project/{project.slug}",
            after={"entry": book.next_entry, **_totals(closing)},
            reason=grounds.reason,
            evidence=grounds.evidence,
        )
        return book.append(Entry.Kind.RELEASE, moves, grounds, explanation=facts)


def _moves(one: Closing) -> list[Move]:
    """What closing one contribution moves: its undelivered part to withdrawn, its match to consumed as far as due, else back."""
    state = one.state
    moves = [own_move(state.contribution, stage, "withdrawn", state.amounts.get(stage, 0)) for stage in _UNDELIVERED]
    tranche = state.contribution.tranche
    if tranche is None or one.parts is None:
        return moves
    further = max(0, one.parts.consumed_cents - state.matches.get("consumed", 0))
    moves.append(tranche_move(state.contribution, tranche.code, "committed", "consumed", further))
    for stage in _HELD:
        held = state.matches.get(stage, 0) - (further if stage == "committed" else 0)
        moves.append(tranche_move(state.contribution, tranche.code, stage, "open", held))
    return moves


def _facts(one: Closing) -> dict[str, Any]:
    """What the entry explains of one contribution."""
    facts: dict[str, Any] = {
        "reference": one.state.contribution.reference,
        "committed_cents": one.committed_cents,
        "validated_cents": one.validated_cents,
        "lapses_cents": one.lapses_cents,
    }
    if one.parts is not None:
        facts |= {
            "basis": one.basis,
            "match_cents": one.match_cents,
            "consumed_cents": one.parts.consumed_cents,
            "released_cents": one.parts.released_cents,
            "recovered_cents": one.parts.recovered_cents,
            "unmatched_cents": one.unmatched_cents,
        }
    return facts


def _totals(closing: list[Closing]) -> dict[str, int]:
    """The close-out as an audit row tells it."""
    parts = [one.parts for one in closing if one.parts is not None]
    return {
        "contributions": len(closing),
        "released_cents": sum(one.released_cents for one in parts),
        "recovered_cents": sum(one.recovered_cents for one in parts),
    }
