"""What a change does to the match: the pool is evaluated again by the scheme's rule, and only differences are moved."""

from __future__ import annotations

from datetime import date

from cofund.actions import refusals
from cofund.actions.books import Grounds, Move, OpenBook, open_change
from cofund.actions.moves import tranche_move
from cofund.queries import pools
from cofund.queries.pools import Member, Target
from cofund.records.ledger.models import Contribution
from cofund.rules import match, stages
from cofund.rules.claims import partner_tranches
from cofund.rules.match import Match
from cofund.rules.position import Flow


def evaluate(
    book: OpenBook,
    target: Target,
    rows: list[Member],
    *,
    estimate: bool = True,
    amends_work_plan: bool = False,
    reopened: Contribution | None = None,
    budget_cents: int | None = None,
) -> dict[str, Match]:
    """Evaluate the booked claims of a target by the scheme's rule; give the matches by reference of the contribution.

    `reopened` is the one that is being amended; `budget_cents` is the public money where it is not yet booked.
    """
    claims = pools.pool(
        book.scheme,
        target,
        budget_cents=pools.awarded_cents(book.id, target) if budget_cents is None else budget_cents or None,
        rows=rows,
        estimate=estimate,
        amends_work_plan=amends_work_plan,
        reopened=reopened,
    )
    rules = {rule.code: rule for rule in book.scheme.tranches}
    found = match.evaluate(rules, claims, partner_tranches=partner_tranches(book.scheme))
    return {one.reference: one for one in found}


def rematch(
    book: OpenBook,
    contribution: Contribution,
    moves: list[Move],
    grounds: Grounds,
    no_other_union_funding: bool | None,
    accepts_unmatched: bool,
) -> tuple[list[Move], Match]:
    """Tell what a changed contribution is matched with now, and the moves of the tranche that follow.

    Args:
        book: the open book.
        contribution: the one that changes.
        moves: how its own money moves; not booked yet.
        grounds: the day it is about.
        no_other_union_funding: the contributor's statement from now on.
        accepts_unmatched: take an increase that the tranche cannot bear as unmatched.

    Raises:
        EnvelopeExhausted: an increase does not fit and is not accepted as unmatched.
    """
    # Read under the lock: a grant may have been signed since the caller read the contribution.
    contribution.refresh_from_db(fields=["topic", "project"])
    target = Target.of(contribution)
    rows = pools.members(target)
    for row in rows:
        if row.contribution.pk == contribution.pk:
            row.version.no_other_union_funding = no_other_union_funding
            for move in moves:
                row.position.add(Flow(move.from_code, move.to_code, move.amount_cents, grounds.effective_on))
    found = evaluate(book, target, rows, reopened=contribution)
    mine = next(row for row in rows if row.contribution.pk == contribution.pk)
    result = found.pop(contribution.reference)
    held = mine.matched(["promised", *stages.DECIDED_STAGES])
    if result.match_cents > held:
        rule = book.scheme.tranche(mine.tranche)
        room = book.match_room(mine.tranche, grounds.effective_on)
        bounded = match.within_tranche(result, held + room, rule.rounding_cents, rule.label)
        if bounded.decided_by == "tranche" and not accepts_unmatched:
            raise refusals.exhausted(book.scheme, mine.tranche, result.match_cents - held, room)
        result = bounded
    own = settle(mine, result)
    return [*own, *_settle_rows(book, rows, found, grounds.effective_on, own)], result


def settle_promises(
    book: OpenBook,
    target: Target,
    on: date,
    before: list[Move],
    *,
    but: Contribution | None = None,
    budget_cents: int | None = None,
) -> list[Move]:
    """Moves that bring the promises of a target to what the rule says once the moves `before` are booked.

    Args:
        book: the open book.
        target: the topic or project.
        on: the day it is about.
        before: the moves of the entry so far.
        but: a contribution that gives everything back in them.
        budget_cents: the public money where the entry itself changes it.
    """
    rows = [row for row in pools.members(target) if but is None or row.contribution.pk != but.pk]
    found = evaluate(book, target, rows, budget_cents=budget_cents)
    return _settle_rows(book, rows, found, on, before)


def settle_others(book: OpenBook, others: list[Match], target: Target, on: date, before: list[Move]) -> list[Move]:
    """Moves that bring the other claims of a pool to what the rule now says; `before` are those of the entry so far."""
    if not others:
        return []
    return _settle_rows(book, pools.members(target), {one.reference: one for one in others}, on, before)


def settle(member: Member, wanted: Match) -> list[Move]:
    """Moves between open money and the stage a claim's match has reached, so that it holds what the rule says.

    What is consumed stays: it was paid against validated cost. What a decision adds once all of it is consumed is committed.
    """
    decided = {stage: member.matched([stage]) for stage in stages.DECIDED_STAGES}
    promised = member.matched(["promised"])
    difference = wanted.match_cents - promised - sum(decided.values())
    if difference >= 0:
        after_all = "committed" if decided["consumed"] else "promised"
        reached = next((stage for stage in ("committed", "reserved") if decided[stage]), after_all)
        return [_move(member, "open", reached, difference)]
    moves, left = [], -difference
    for stage, held in (("promised", promised), ("reserved", decided["reserved"]), ("committed", decided["committed"])):
        taken = min(left, held)
        moves.append(_move(member, stage, "open", taken))
        left -= taken
    return moves


def _settle_rows(
    book: OpenBook, rows: list[Member], found: dict[str, Match], on: date, before: list[Move]
) -> list[Move]:
    """Settle the promises that have a new match; increases only where their tranche has room for them.

    What was decided stands: only its own amendment, or a decision, changes it.

    What comes back is counted first, and what the moves `before` in the same entry take is no longer there.
    """
    changed = [row for row in rows if row.contribution.reference in found and not row.matched(stages.DECIDED_STAGES)]
    wanted = [move for row in changed for move in settle(row, found[row.contribution.reference])]
    moves = [move for move in wanted if not move.from_code.endswith(":open")]
    room: dict[str, int] = {}
    for move in wanted:
        if not move.from_code.endswith(":open") or move.tranche is None:
            continue
        if move.tranche not in room:
            booked = sum(open_change(one) for one in [*before, *moves] if one.tranche == move.tranche)
            room[move.tranche] = book.match_room(move.tranche, on) + booked
        if move.amount_cents <= room[move.tranche]:
            room[move.tranche] -= move.amount_cents
            moves.append(move)
    return moves


def _move(member: Member, from_stage: str, to_stage: str, amount_cents: int) -> Move:
    """A move of the tranche for one member of a pool."""
    return tranche_move(member.contribution, member.tranche, from_stage, to_stage, amount_cents)
