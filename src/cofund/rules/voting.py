"""How a board's vote comes out: quorum, weights by bloc, the share that says yes, and every step of it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cofund.rules.schemes import DecisionRule
from cofund.rules.voting_words import points, share_in_words, tell

YES: Final = "yes"
NO: Final = "no"
ABSTAIN: Final = "abstain"
CHOICES: Final = (YES, NO, ABSTAIN)
# How a seat that cast no vote stands; a conflict counts as an abstention, the others stay in the base of all votes.
CONFLICT: Final = "conflict"
ABSENT: Final = "absent"
SILENT: Final = "silent"
DIVIDED: Final = "divided"

ADOPTED: Final = "adopted"
REJECTED: Final = "rejected"
NO_QUORUM: Final = "no_quorum"


class WeightsError(ValueError):
    """The weights that are stated for the seats of a bloc do not fit the votes that the scheme gives the bloc."""


@dataclass(frozen=True, slots=True)
class VotingSeat:
    """A seat as the rule sees it. `bloc` empty: no vote; `weight` None: an equal part of what the bloc has left."""

    key: str
    name: str
    bloc: str = ""
    weight: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is known of a seat on one point: whether it took part, whether it has a conflict, how it voted (see `CHOICES`)."""

    is_present: bool = False
    has_conflict: bool = False
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """Votes that are cast as one: of a seat, or of a whole bloc that votes as one. `weight` in points of the whole."""

    name: str
    bloc: str
    weight: Fraction
    standing: str
    seats: tuple[str, ...]
    is_present: bool


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough were there, and each condition in words."""

    is_reached: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a vote with everything that it rests on. `yes` and `base` in points; `share` None: nothing to divide by."""

    result: str
    quorum: Quorum
    units: tuple[Unit, ...]
    observers: tuple[str, ...]
    yes: Fraction
    base: Fraction
    share: Fraction | None
    majority: Fraction
    steps: tuple[str, ...]

    @property
    def is_adopted(self) -> bool:
        """Whether it is adopted: quorum and majority both reached."""
        return self.result == ADOPTED

    @property
    def objectors(self) -> tuple[str, ...]:
        """Who says no, or is divided."""
        return tuple(unit.name for unit in self.units if unit.standing in (NO, DIVIDED))


def evaluate(rule: DecisionRule, seats: Sequence[VotingSeat], ballots: Mapping[str, Ballot]) -> Outcome:
    """Tell how a vote comes out.

    Args:
        rule: the decision rule of the scheme.
        seats: every seat of the board on the day, observers too.
        ballots: what is known of the seats, by their keys; a seat that is not named was absent.

    Raises:
        WeightsError: the weights stated for the seats of a bloc do not add up to the votes of the bloc.

    Source: Regulation (EU) 2021/2085, Article 16, for the schemes that state it.
    """
    voting = [seat for seat in seats if seat.bloc in rule.blocs]
    units = tuple(unit for bloc in rule.blocs for unit in _units(rule, bloc, voting, ballots))
    quorum = _quorum(rule, voting, ballots)
    yes = sum((unit.weight for unit in units if unit.standing == YES), Fraction(0))
    base = _base(rule, units)
    share = Fraction(yes, base) if base else None
    has_majority = share is not None and share >= rule.majority
    result = NO_QUORUM if not quorum.is_reached else ADOPTED if has_majority else REJECTED
    standings = [(unit.name, unit.weight, unit.standing) for unit in units]
    return Outcome(
        result=result,
        quorum=quorum,
        units=units,
        observers=tuple(seat.name for seat in seats if seat.bloc not in rule.blocs),
        yes=yes,
        base=base,
        share=share,
        majority=rule.majority,
        steps=tell(rule, quorum.is_reached, quorum.reasons, standings, yes, base, share),
    )


def weights(rule: DecisionRule, seats: Sequence[VotingSeat]) -> dict[str, Fraction]:
    """Give the votes of each seat in points: as stated, else an equal part of what the stated ones leave of its bloc.

    Raises:
        WeightsError: what is stated is more than the bloc has, or, where every seat states its own, not all of it.
    """
    found: dict[str, Fraction] = {}
    for bloc, votes in rule.blocs.items():
        own = [seat for seat in seats if seat.bloc == bloc]
        stated = sum((seat.weight for seat in own if seat.weight is not None), Fraction(0))
        left, open_seats = votes - stated, [seat for seat in own if seat.weight is None]
        if left < 0 or (own and not open_seats and left != 0):
            raise WeightsError(
                f"The seats of the bloc {bloc} state {points(stated)} together, and the scheme gives it {points(Fraction(votes))}."
            )
        found |= {
            seat.key: seat.weight if seat.weight is not None else left * Fraction(1, len(open_seats)) for seat in own
        }
    return found


def _units(rule: DecisionRule, bloc: str, voting: Sequence[VotingSeat], ballots: Mapping[str, Ballot]) -> list[Unit]:
    """The votes of one bloc: seat by seat, or all of it as one. Votes of a bloc without seats stand as absent."""
    own = [seat for seat in voting if seat.bloc == bloc]
    whole = Fraction(rule.blocs[bloc])
    if not own:
        return [Unit(f"{bloc} (no seat is filled)", bloc, whole, ABSENT, (), is_present=False)]
    by_seat = weights(rule, voting)
    if bloc not in rule.indivisible:
        return [_unit(seat, by_seat[seat.key], ballots.get(seat.key, Ballot())) for seat in own]
    held = [ballots.get(seat.key, Ballot()) for seat in own]
    name = own[0].name if len(own) == 1 else f"{', '.join(dict.fromkeys(seat.name for seat in own))} (one vote)"
    is_present = any(ballot.is_present for ballot in held)
    return [Unit(name, bloc, whole, _standing_together(held), tuple(seat.key for seat in own), is_present)]


def _unit(seat: VotingSeat, weight: Fraction, ballot: Ballot) -> Unit:
    """The votes of one seat."""
    return Unit(seat.name, seat.bloc, weight, _standing(ballot), (seat.key,), ballot.is_present)


def _standing(ballot: Ballot) -> str:
    """How one seat stands. What an absent seat said before is not counted."""
    if ballot.has_conflict:
        return CONFLICT
    if not ballot.is_present:
        return ABSENT
    return ballot.choice or SILENT


def _standing_together(ballots: Sequence[Ballot]) -> str:
    """How seats with one vote stand: those that may vote and did decide; where they differ, no vote of theirs is counted."""
    standings = [_standing(ballot) for ballot in ballots]
    cast = {standing for standing in standings if standing in CHOICES}
    if cast:
        return cast.pop() if len(cast) == 1 else DIVIDED
    if SILENT in standings:
        return SILENT
    return CONFLICT if CONFLICT in standings else ABSENT


def _base(rule: DecisionRule, units: Sequence[Unit]) -> Fraction:
    """The votes that the share is taken of, in points."""
    left_out: dict[str, frozenset[str]] = {
        "all": frozenset(),
        "all_minus_abstentions": frozenset({ABSTAIN, CONFLICT}),
        "present": frozenset({ABSENT}),
        "cast": frozenset({ABSTAIN, CONFLICT, ABSENT, SILENT, DIVIDED}),
    }
    counted = [unit for unit in units if unit.standing not in left_out[rule.base]]
    if rule.base == "present":
        # A conflict keeps from the vote and not from the room.
        counted = [unit for unit in counted if unit.is_present]
    return sum((unit.weight for unit in counted), Fraction(0))


def _quorum(rule: DecisionRule, voting: Sequence[VotingSeat], ballots: Mapping[str, Ballot]) -> Quorum:
    """Whether the blocs that must be there are, and enough seats of the bloc of which a share must be."""
    stated = rule.quorum
    if stated is None:
        return Quorum(True, ("The scheme asks for no quorum.",))
    here = {seat.key for seat in voting if ballots.get(seat.key, Ballot()).is_present}
    findings = []
    for bloc in stated.present:
        is_there = any(seat.key in here for seat in voting if seat.bloc == bloc)
        findings.append(
            (is_there, f"The bloc {bloc} {'takes part' if is_there else 'does not take part'}, and has to.")
        )
    if stated.share is not None and stated.of is not None:
        own = [seat for seat in voting if seat.bloc == stated.of]
        count = sum(seat.key in here for seat in own)
        asked = share_in_words(stated.share)
        words = f"{count} of {len(own)} seats of the bloc {stated.of} take part; at least {asked} have to."
        findings.append((bool(own) and count >= stated.share * len(own), words))
    return Quorum(all(is_met for is_met, _ in findings), tuple(words for _, words in findings))
