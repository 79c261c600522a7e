"""What each movement of the books adds to what was committed, reported, certified and validated in all, and to the match.

A figure in all only falls where something was taken back: a report that the office refused in part was reported nevertheless, one
that it sent back was not. What is validated without a report, such as cash that came, counts as reported and certified with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import add
from typing import Final

_COMMITTED: Final = frozenset({"committed", "reported", "certified", "validated"})
_MATCHED: Final = frozenset({"committed", "consumed"})
# Moves that say something of reports and certificates, whatever the entry is.
_REPORTING: Final = frozenset({("committed", "reported"), ("committed", "validated")})
_CERTIFYING: Final = frozenset({("reported", "certified"), ("reported", "validated"), ("committed", "validated")})
RETURN: Final = "return"
CORRECT: Final = "correct"


@dataclass(frozen=True, slots=True)
class Steps:
    """What became of contributions, in cents in all: four steps of the money given, and their match committed and consumed."""

    committed: int = 0
    reported: int = 0
    certified: int = 0
    validated: int = 0
    matched: int = 0
    consumed: int = 0

    def __add__(self, other: Steps) -> Steps:
        return Steps(*map(add, self.figures, other.figures))

    def __sub__(self, other: Steps) -> Steps:
        return self + other.times(-1)

    def times(self, factor: int) -> Steps:
        """All of it so many times."""
        return Steps(*(one * factor for one in self.figures))

    @property
    def figures(self) -> tuple[int, ...]:
        """Its figures in their order."""
        return self.committed, self.reported, self.certified, self.validated, self.matched, self.consumed

    def __bool__(self) -> bool:
        return any(self.figures)


def effect(kind: str, from_stage: str, to_stage: str, cents: int, *, is_match: bool, corrects: str = "") -> Steps:
    """Give what a movement adds in all.

    Args:
        kind: the kind of its entry.
        from_stage: the stage that the money leaves.
        to_stage: the stage that it goes to.
        cents: how much.
        is_match: whether it is public money of a tranche, and not the contribution itself.
        corrects: of a correction, the kind of the entry that it turns round.
    """
    if kind == CORRECT:
        return effect(corrects, to_stage, from_stage, -cents, is_match=is_match)
    if is_match:
        matched = (to_stage in _MATCHED) - (from_stage in _MATCHED)
        return Steps(matched=cents * matched, consumed=cents * ((to_stage == "consumed") - (from_stage == "consumed")))
    move, is_returned = (from_stage, to_stage), kind == RETURN and to_stage == "committed"
    reported = (move in _REPORTING) - (is_returned and from_stage in ("reported", "certified"))
    certified = (move in _CERTIFYING) - (is_returned and from_stage == "certified")
    return Steps(
        committed=cents * ((to_stage in _COMMITTED) - (from_stage in _COMMITTED)),
        reported=cents * reported,
        certified=cents * certified,
        validated=cents * ((to_stage == "validated") - (from_stage == "validated")),
    )
