"""Single cases of the vote: weights that do not fit, blocs that vote as one, and the words of each step."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cofund.rules.schemes import DecisionRule, Quorum
from cofund.rules.voting import DIVIDED, NO, REJECTED, YES, Ballot, VotingSeat, WeightsError, evaluate, weights
from cofund.rules.voting_words import points, share_in_words

RULE = DecisionRule(
    {"union": 50, "members": 50},
    Fraction(3, 4),
    "all_minus_abstentions",
    ("union",),
    Quorum(("union",), Fraction(1, 2), "members"),
)
YEA, NAY, CONFLICT = Ballot(True, False, YES), Ballot(True, False, NO), Ballot(True, True)
SEATS = [VotingSeat("u1", "Union", "union"), VotingSeat("u2", "Union", "union"), VotingSeat("a", "A", "members")]


def test_stated_weights_leave_the_rest_in_equal_parts() -> None:
    seats = [VotingSeat(key, key, "members", weight) for key, weight in (("a", Fraction(20)), ("b", None), ("c", None))]
    assert weights(RULE, seats) == {"a": 20, "b": 15, "c": 15}


@pytest.mark.parametrize("stated", [(60,), (20, 20), (30, 30)])
def test_weights_that_do_not_fit_are_refused(stated: tuple[int, ...]) -> None:
    seats = [VotingSeat(str(n), str(n), "members", Fraction(votes)) for n, votes in enumerate(stated)]
    with pytest.raises(WeightsError, match="the scheme gives it 50"):
        weights(RULE, seats)


def test_bloc_that_votes_as_one_has_one_vote_whoever_casts_it() -> None:
    found = evaluate(RULE, SEATS, {"u1": Ballot(True), "u2": YEA, "a": YEA})
    assert [(unit.name, unit.weight, unit.standing) for unit in found.units] == [
        ("Union (one vote)", 50, YES),
        ("A", 50, YES),
    ]


def test_bloc_that_votes_as_one_and_differs_is_not_counted_as_yes() -> None:
    found = evaluate(RULE, SEATS, {"u1": NAY, "u2": YEA, "a": YEA})
    assert (found.units[0].standing, found.yes, found.base, found.result) == (DIVIDED, 50, 100, REJECTED)


def test_conflict_of_one_seat_leaves_the_vote_of_its_bloc_to_the_others() -> None:
    found = evaluate(RULE, SEATS, {"u1": CONFLICT, "u2": YEA, "a": YEA})
    assert (found.units[0].standing, found.share) == (YES, 1)


def test_vote_is_told_step_by_step() -> None:
    seats = [SEATS[0], *(VotingSeat(name, name, "members") for name in "ABCD")]
    found = evaluate(RULE, seats, {"u1": YEA, "A": YEA, "B": YEA, "C": NAY, "D": CONFLICT})
    assert found.steps == (
        "The bloc union takes part, and has to.",
        "4 of 4 seats of the bloc members take part; at least 50 % have to.",
        "The quorum is reached.",
        "Union (50), A (12.5), B (12.5): say yes.",
        "C (12.5): say no.",
        "D (12.5): abstain because of a conflict of interest.",
        "The share is taken of 87.5 = 100 − 12.5 points: all votes without the abstentions; who takes no part stays in.",
        "75 of 87.5 points say yes, 85.7 %; that reaches the majority of at least 75 %.",
    )


def test_bloc_without_seats_stays_in_the_base() -> None:
    found = evaluate(RULE, SEATS[:1], {"u1": YEA})
    assert (found.share, found.result) == (Fraction(1, 2), "no_quorum")


@pytest.mark.parametrize(
    ("value", "written"),
    [(Fraction(50), "50"), (Fraction(25, 2), "12.5"), (Fraction(100, 3), "100/3"), (Fraction(0), "0")],
)
def test_points_are_written_exactly(value: Fraction, written: str) -> None:
    assert points(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(Fraction(3, 4), "75 %"), (Fraction(6, 7), "85.7 %"), (Fraction(5, 7), "71.4 %")]
)
def test_share_is_written_in_hundredths(value: Fraction, written: str) -> None:
    assert share_in_words(value) == written
