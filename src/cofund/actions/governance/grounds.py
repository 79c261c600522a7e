"""The grounds of a decision as they are kept with it: rule, attendance, conflicts, votes, the fraction, and the steps in words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cofund.queries import groups, schemes
from cofund.queries.ballots import ItemState, MeetingState
from cofund.records.programme.models import Meeting, Seat
from cofund.rules import voting
from cofund.rules.schemes import DecisionRule

BY_CONSENSUS = "Nobody objected: it is adopted by consensus, and no majority was counted."


def grounds_of(
    meeting: MeetingState, state: ItemState, outcome: voting.Outcome, *, is_adopted: bool, by_consensus: bool
) -> dict[str, Any]:
    """Give the grounds as JSON: fractions in text, no persons' names, what the conflicts are only for the office."""
    scheme, version = schemes.current(meeting.meeting.group.scheme.code)
    assert meeting.rule is not None, "a group without a rule decides nothing by votes"
    is_written = meeting.meeting.procedure == Meeting.Procedure.WRITTEN
    steps = (*outcome.quorum.reasons, BY_CONSENSUS) if by_consensus else outcome.steps
    return {
        "result": voting.ADOPTED if is_adopted else voting.REJECTED,
        "manner": "consensus" if by_consensus else "vote",
        "procedure": str(meeting.meeting.procedure),
        "scheme": scheme.code,
        "scheme_version": version.label,
        "scheme_digest": version.digest,
        "rule": _rule(meeting.rule),
        "attendance": [_attendance(meeting, seat, is_written=is_written, state=state) for seat in meeting.seats],
        "conflicts": [
            {
                "seat": groups.name_of(one.seat),
                "nature": one.nature,
                "declared_at": one.declared_at.isoformat(),
                "lifted_at": one.lifted_at.isoformat() if one.lifted_at else None,
            }
            for one in state.conflicts
        ],
        "conflicts_asked": True,
        "quorum": {"is_reached": outcome.quorum.is_reached, "reasons": list(outcome.quorum.reasons)},
        "votes": [
            {"name": unit.name, "bloc": unit.bloc, "points": _text(unit.weight), "standing": unit.standing}
            for unit in outcome.units
        ],
        "changes": [
            {"seat": groups.name_of(seat), "from": vote.instead_of, "to": vote.choice, "reason": vote.reason}
            for seat in meeting.voting
            if (vote := state.votes.get(seat.pk)) is not None and vote.instead_of
        ],
        "yes": _text(outcome.yes),
        "base": _text(outcome.base),
        "share": _text(outcome.share) if outcome.share is not None else None,
        "majority": _text(outcome.majority),
        "steps": list(steps),
    }


def _rule(rule: DecisionRule) -> dict[str, Any]:
    """The rule as it was."""
    quorum = rule.quorum
    return {
        "blocs": dict(rule.blocs),
        "indivisible": list(rule.indivisible),
        "majority": _text(rule.majority),
        "base": rule.base,
        "consensus_first": rule.consensus_first,
        "quorum": {
            "present": list(quorum.present),
            "share": _text(quorum.share) if quorum.share is not None else None,
            "of": quorum.of,
        }
        if quorum is not None
        else None,
    }


def _attendance(meeting: MeetingState, seat: Seat, *, is_written: bool, state: ItemState) -> dict[str, Any]:
    """Whether a seat took part; of an observer it may not be recorded."""
    recorded = meeting.attendance.get(seat.pk)
    took_part = (seat.pk in state.votes or state.conflict_of(seat) is not None) if is_written else None
    return {
        "seat": groups.name_of(seat),
        "capacity": str(seat.capacity),
        "bloc": seat.bloc,
        "is_present": took_part if is_written else recorded.is_present if recorded else None,
    }


def _text(value: Fraction) -> str:
    """A fraction as text: `3/4`, `50`."""
    return str(value)
