"""Laws of voting that hold for every scheme, every board and every way to vote."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.books import shipped

from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import DecisionRule
from cofund.rules.voting import ABSTAIN, ADOPTED, NO, YES, Ballot, VotingSeat, evaluate, weights

CODES = ("imi2", "ihi", "edctp3", "cbe", "foundation")
RULES = {code: parse(shipped(code), file=code).decision_rule for code in CODES}
BALLOTS = st.builds(Ballot, st.booleans(), st.booleans(), st.sampled_from(("", YES, NO, ABSTAIN)))


@st.composite
def boards(draw: st.DrawFn) -> tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]]:
    """The rule of a shipped scheme with another base, some seats of each bloc, one observer, and what they did."""
    stated = RULES[draw(st.sampled_from(CODES))]
    assert stated is not None
    base = draw(st.sampled_from(("all", "all_minus_abstentions", "present", "cast", stated.base)))
    rule = replace(stated, base=base)
    seats = [VotingSeat("observer", "Observer")]
    for bloc in rule.blocs:
        # Seats that vote as one are one voter here; that they may not differ is refused where votes are cast.
        most = 1 if bloc in rule.indivisible else 6
        seats += [VotingSeat(f"{bloc}{n}", f"{bloc} {n}", bloc) for n in range(draw(st.integers(0, most)))]
    return rule, seats, {seat.key: draw(BALLOTS) for seat in seats}


def voters(seats: list[VotingSeat]) -> list[VotingSeat]:
    """The seats with a vote."""
    return [seat for seat in seats if seat.bloc]


@given(boards())
def test_weights_of_a_bloc_add_up_to_its_votes(board: tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]]) -> None:
    rule, seats, _ = board
    found = weights(rule, seats)
    for bloc, votes in rule.blocs.items():
        own = [found[seat.key] for seat in seats if seat.bloc == bloc]
        assert sum(own, Fraction(0)) == (votes if own else 0)


@given(boards(), st.data())
def test_another_yes_never_hurts(
    board: tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]], data: st.DataObject
) -> None:
    rule, seats, ballots = board
    free = [seat for seat in voters(seats) if not ballots[seat.key].has_conflict]
    if not free:
        return
    one = data.draw(st.sampled_from(free))
    before = evaluate(rule, seats, ballots)
    after = evaluate(rule, seats, {**ballots, one.key: Ballot(True, False, YES)})
    assert after.yes >= before.yes
    assert (after.share or 0) >= (before.share or 0)
    assert after.quorum.is_reached >= before.quorum.is_reached
    if before.is_adopted:
        assert after.is_adopted


@given(boards(), st.data())
def test_abstention_never_counts_as_yes(
    board: tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]], data: st.DataObject
) -> None:
    rule, seats, ballots = board
    if not voters(seats):
        return
    one = data.draw(st.sampled_from(voters(seats)))
    without = evaluate(rule, seats, {**ballots, one.key: Ballot(True, False, NO)})
    abstains = evaluate(rule, seats, {**ballots, one.key: Ballot(True, False, ABSTAIN)})
    assert abstains.yes == without.yes


@given(boards())
def test_conflict_counts_as_an_abstention(board: tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]]) -> None:
    rule, seats, ballots = board
    conflicted = {key: replace(one, is_present=True, has_conflict=True) for key, one in ballots.items()}
    abstained = {key: Ballot(True, False, ABSTAIN) for key in ballots}
    first, second = evaluate(rule, seats, conflicted), evaluate(rule, seats, abstained)
    assert (first.result, first.yes, first.base, first.share) == (second.result, second.yes, second.base, second.share)


@given(boards())
def test_nothing_is_adopted_without_quorum_and_majority(
    board: tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]],
) -> None:
    rule, seats, ballots = board
    found = evaluate(rule, seats, ballots)
    has_majority = found.share is not None and found.share >= rule.majority
    assert (found.result == ADOPTED) == (found.quorum.is_reached and has_majority)
    assert 0 <= found.yes <= found.base <= sum(rule.blocs.values())


@given(boards(), st.randoms())
def test_order_of_seats_decides_nothing(
    board: tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]], random: object
) -> None:
    rule, seats, ballots = board
    shuffled = list(seats)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = evaluate(rule, seats, ballots), evaluate(rule, shuffled, ballots)
    assert (first.result, first.yes, first.base) == (second.result, second.yes, second.base)


@given(boards())
def test_observer_changes_nothing(board: tuple[DecisionRule, list[VotingSeat], dict[str, Ballot]]) -> None:
    rule, seats, ballots = board
    first = evaluate(rule, seats, {**ballots, "observer": Ballot(True, False, YES)})
    second = evaluate(rule, voters(seats), ballots)
    assert (first.result, first.yes, first.base) == (second.result, second.yes, second.base)
    assert first.observers == ("Observer",)
