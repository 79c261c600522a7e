"""Laws of share tests: the smallest change passes and one cent less does not, whatever the amounts are."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.books import shipped

from cofund.rules.scheme_parsing import parse
from cofund.rules.share_changes import changed
from cofund.rules.share_sets import TestSet, at_level
from cofund.rules.share_sums import Amount, Basis
from cofund.rules.shares import Allowance, ShareResult, evaluate

IHI, IMI2, CBE = (parse(shipped(code), file=code) for code in ("ihi", "imi2", "cbe"))
TESTS = [(scheme, test) for scheme in (IHI, IMI2, CBE) for test in scheme.share_tests]
CENTS = st.integers(0, 10**12)
LIMITS = st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100)


@st.composite
def bases(draw: st.DrawFn, *kinds: str) -> Basis:
    """A consortium: some amounts of every kind, role and place, public money, and costs that are stated or not."""
    amounts = st.builds(
        Amount, st.sampled_from(kinds), st.sampled_from(["member", "partner"]), st.sampled_from(["eu", "third"]), CENTS
    )
    return Basis(tuple(draw(st.lists(amounts, max_size=8))), draw(CENTS), draw(st.none() | CENTS))


def kinds_of(scheme_kinds: tuple[str, ...]) -> st.SearchStrategy[Basis]:
    return bases(*scheme_kinds)


CASES = st.sampled_from(TESTS).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), kinds_of(tuple(kind.code for kind in pair[0].kinds)))
)


def same(results: tuple[ShareResult, ...] | list[ShareResult], like: ShareResult) -> ShareResult:
    return next(one for one in results if (one.test.id, one.is_minimum) == (like.test.id, like.is_minimum))


@given(CASES, LIMITS)
def test_smallest_change_passes_and_a_cent_less_does_not(case: tuple, limit: Fraction) -> None:  # type: ignore[type-arg]
    scheme, test, basis = case
    allowance = Allowance(limit, "a decision")
    for result in evaluate(scheme, test, basis, allowance=allowance):
        for change in result.remedies:
            after = evaluate(scheme, test, changed(scheme, basis, change), allowance=allowance)
            less = evaluate(scheme, test, changed(scheme, basis, change, change.cents - 1), allowance=allowance)
            assert (same(after, result).passes, same(less, result).passes) == (True, False)


@given(CASES, LIMITS)
def test_room_is_borne_and_a_cent_more_is_not(case: tuple, limit: Fraction) -> None:  # type: ignore[type-arg]
    scheme, test, basis = case
    allowance = Allowance(limit, "a decision")
    for result in evaluate(scheme, test, basis, allowance=allowance):
        for change in result.room:
            after = evaluate(scheme, test, changed(scheme, basis, change), allowance=allowance)
            more = evaluate(scheme, test, changed(scheme, basis, change, change.cents + 1), allowance=allowance)
            # Where all of something may fall away, there is no cent more of it.
            assert (same(after, result).passes, same(more, result).passes and change.leaves_cents != 0) == (True, False)


@given(CASES)
def test_failing_share_has_a_change_that_passes(case: tuple) -> None:  # type: ignore[type-arg]
    scheme, test, basis = case
    for result in evaluate(scheme, test, basis):
        assert result.passes or result.remedies


@given(bases("IKOP", "FC", "IKAA"), LIMITS, LIMITS)
def test_smallest_change_allows_for_what_another_test_leaves_out(basis: Basis, floor: Fraction, top: Fraction) -> None:
    tests = tuple(one for one in IHI.share_tests if one.id in ("action_floor", "third_country"))
    allowances = {"action_floor": Allowance(floor, "a topic"), "third_country": Allowance(top, "a topic")}
    weighed = TestSet(IHI, tests, "submission", allowances)
    floor_result = weighed.evaluate(basis)[0]
    for change in floor_result.remedies:
        after = weighed.evaluate(changed(IHI, basis, change))
        less = weighed.evaluate(changed(IHI, basis, change, change.cents - 1))
        assert (same(after, floor_result).passes, same(less, floor_result).passes) == (True, False)
    for change in floor_result.room:
        after = weighed.evaluate(changed(IHI, basis, change))
        assert same(after, floor_result).passes


@given(CASES)
def test_excess_counts_down_to_the_limit(case: tuple) -> None:  # type: ignore[type-arg]
    scheme, test, basis = case
    for result in evaluate(scheme, test, basis):
        if not result.is_minimum and not result.passes:
            base = result.denominator_cents - (result.excess_cents if test.base_reading == "net" else 0)
            assert result.counted_cents <= result.limit * base < result.counted_cents + 1


def test_tests_of_another_type_of_action_are_not_asked() -> None:
    assert [one.id for one in at_level(CBE.share_tests, "project", "RIA")] == ["ikop_ria"]
    assert at_level(CBE.share_tests, "project") == ()
