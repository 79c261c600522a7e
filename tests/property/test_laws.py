"""Laws of money and of the match that hold for every amount, not only for those of the tables."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cofund.rules.envelope import close_out
from cofund.rules.match import ALLOCATIONS, Claim, Pool, allocate, evaluate, within_tranche
from cofund.rules.money import floor_to_unit, split
from cofund.rules.schemes import BASES, TrancheRule

AMOUNTS = st.integers(0, 10**13)
UNITS = st.sampled_from([1, 100, 100_000])
WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(any)
RATIOS = st.fractions(min_value=0, max_value=3, max_denominator=7)
MEMBERS, PARTNERS = "A", "B"


@given(AMOUNTS, WEIGHTS, UNITS)
def test_split_adds_up(total: int, weights: list[int], unit: int) -> None:
    assert sum(split(total, weights, unit)) == total


@given(AMOUNTS, WEIGHTS, UNITS)
def test_split_is_fair_within_one_unit(total: int, weights: list[int], unit: int) -> None:
    # What is left below one unit goes to one part, so that a whole multiple is split here.
    whole = floor_to_unit(total, unit)
    for part, weight in zip(split(whole, weights, unit), weights, strict=True):
        assert abs(part - Fraction(whole * weight, sum(weights))) < unit


@given(AMOUNTS, WEIGHTS, UNITS)
def test_split_gives_nobody_less_than_nothing_or_for_nothing(total: int, weights: list[int], unit: int) -> None:
    parts = split(total, weights, unit)
    assert min(parts) >= 0
    assert [part for part, weight in zip(parts, weights, strict=True) if not weight and part] == []


@given(AMOUNTS, AMOUNTS, st.lists(st.integers(1, 10**12), min_size=2, max_size=2), UNITS)
def test_split_between_two_never_falls_when_there_is_more(one: int, other: int, weights: list[int], unit: int) -> None:
    # With three parts the method of the largest remainder does not promise this (the Alabama paradox).
    low, high = (floor_to_unit(amount, unit) for amount in sorted((one, other)))
    assert all(less <= more for less, more in zip(split(low, weights, unit), split(high, weights, unit), strict=True))


@given(AMOUNTS, st.permutations([3, 5, 8, 13]))
def test_split_of_whole_shares_does_not_depend_on_the_order(total: int, weights: list[int]) -> None:
    whole = total * sum(weights)
    assert split(whole, weights) == [total * weight for weight in weights]


@given(st.fractions(min_value=-(10**9), max_value=10**9), UNITS)
def test_floor_is_the_largest_multiple_not_above(amount: Fraction, unit: int) -> None:
    floor = floor_to_unit(amount, unit)
    assert floor % unit == 0
    assert floor <= amount < floor + unit


@st.composite
def pools(draw: st.DrawFn) -> tuple[dict[str, TrancheRule], Pool]:
    """Two tranches with random rules, and a pool of claims on them."""
    unit = draw(UNITS)
    caps = st.one_of(st.none(), AMOUNTS)
    rules = {
        code: TrancheRule(
            code,
            code,
            0,
            code,
            draw(RATIOS),
            cap_per_partner_cents=draw(caps),
            cap_per_topic_cents=draw(caps),
            cap_per_project_cents=draw(caps),
            minimum_contribution_cents=draw(st.one_of(st.none(), st.integers(0, 10**9))),
            rounding_cents=unit,
        )
        for code in (MEMBERS, PARTNERS)
    }
    claims = []
    for number in range(draw(st.integers(1, 6))):
        code = draw(st.sampled_from([MEMBERS, PARTNERS]))
        partner = draw(st.sampled_from(["Ada", "Bea"]))
        decided = draw(st.one_of(st.none(), AMOUNTS.map(lambda cents: floor_to_unit(cents, unit))))
        room = rules[code].cap_per_partner_cents
        counts = draw(st.booleans()) or draw(st.booleans())
        claims.append(Claim(f"c{number}", code, draw(AMOUNTS), decided, room, counts, (partner,)))
    pool = Pool(
        tuple(claims),
        draw(st.sampled_from(ALLOCATIONS)),
        draw(st.one_of(st.none(), AMOUNTS)),
        adopted=draw(st.booleans()),
        is_project=draw(st.booleans()),
    )
    return rules, pool


@given(pools())
def test_match_is_within_every_bound_and_the_smallest(drawn: tuple[dict[str, TrancheRule], Pool]) -> None:
    rules, pool = drawn
    for claim, found in zip(pool.claims, evaluate(rules, pool, partner_tranches=[PARTNERS]), strict=True):
        assert 0 <= found.match_cents <= rules[claim.tranche].ratio * claim.eligible_cents
        assert found.match_cents == min(bound.limit_cents for bound in found.bounds)
        decided = next(bound for bound in found.bounds if bound.limit_cents == found.match_cents)
        assert found.decided_by == decided.name
        assert not found.match_cents or claim.additional


@given(pools())
def test_match_keeps_within_caps_together(drawn: tuple[dict[str, TrancheRule], Pool]) -> None:
    rules, pool = drawn
    found = evaluate(rules, pool, partner_tranches=[PARTNERS])
    for code, rule in rules.items():
        of_tranche = [
            (claim, one.match_cents) for claim, one in zip(pool.claims, found, strict=True) if claim.tranche == code
        ]
        total = sum(cents for _, cents in of_tranche)
        assert rule.cap_per_topic_cents is None or total <= rule.cap_per_topic_cents
        assert rule.cap_per_project_cents is None or not pool.is_project or total <= rule.cap_per_project_cents
        for partner in ("Ada", "Bea"):
            theirs = sum(cents for claim, cents in of_tranche if partner in claim.partners)
            assert rule.cap_per_partner_cents is None or theirs <= rule.cap_per_partner_cents


@given(pools())
def test_match_is_never_above_the_public_money(drawn: tuple[dict[str, TrancheRule], Pool]) -> None:
    rules, pool = drawn
    undecided = tuple(replace(claim, decided_cents=None) for claim in pool.claims)
    budget = 10**9 if pool.budget_cents is None else pool.budget_cents
    found = evaluate(rules, replace(pool, claims=undecided, budget_cents=budget), partner_tranches=[PARTNERS])
    assert sum(one.match_cents for one in found) <= budget


@given(pools())
def test_match_that_was_decided_stands_and_the_rest_shares_what_is_left(
    drawn: tuple[dict[str, TrancheRule], Pool],
) -> None:
    rules, pool = drawn
    budget = 10**9 if pool.budget_cents is None else pool.budget_cents
    found = evaluate(rules, replace(pool, budget_cents=budget), partner_tranches=[PARTNERS])
    kept = []
    for claim, one in zip(pool.claims, found, strict=True):
        own = min(bound.limit_cents for bound in one.bounds if bound.name != "public money")
        kept.append(min(claim.decided_cents or 0, own))
        assert one.match_cents >= kept[-1]
    assert sum(one.match_cents for one in found) <= max(budget, sum(kept))


@given(pools())
def test_amended_work_plan_decides_within_the_public_money(drawn: tuple[dict[str, TrancheRule], Pool]) -> None:
    rules, pool = drawn
    budget = 10**9 if pool.budget_cents is None else pool.budget_cents
    again = replace(pool, budget_cents=budget, amends_work_plan=True)
    found = evaluate(rules, again, partner_tranches=[PARTNERS])
    assert sum(one.match_cents for one in found) <= budget


@given(AMOUNTS, st.tuples(AMOUNTS, AMOUNTS), st.sampled_from(ALLOCATIONS), UNITS)
def test_allocation_gives_everything_that_is_wished_or_there(
    budget: int, wished: tuple[int, int], allocation: str, unit: int
) -> None:
    wishes = {code: floor_to_unit(cents, unit) for code, cents in zip((MEMBERS, PARTNERS), wished, strict=True)}
    shares = allocate(budget, wishes, allocation, partner_tranches=[PARTNERS], unit_cents=unit)
    given_out = min(budget, sum(wishes.values()))
    assert given_out - unit < sum(shares.values()) <= given_out
    assert all(0 <= shares[code] <= wishes[code] for code in wishes)
    assert all(cents % unit == 0 for cents in shares.values())


@given(pools(), AMOUNTS)
def test_tranche_bounds_a_match(drawn: tuple[dict[str, TrancheRule], Pool], room: int) -> None:
    rules, pool = drawn
    found = evaluate(rules, pool, partner_tranches=[PARTNERS])[0]
    bounded = within_tranche(found, room, rules[found.tranche].rounding_cents, "the tranche")
    assert bounded.match_cents == min(found.match_cents, floor_to_unit(room, rules[found.tranche].rounding_cents))


@given(AMOUNTS, st.integers(1, 10**13), AMOUNTS, st.sampled_from(BASES))
def test_close_out_adds_up(match_cents: int, committed: int, validated: int, basis: str) -> None:
    rule = TrancheRule("B", "B", 0, "partner", Fraction(1), basis=basis)
    found = close_out(rule, match_cents=match_cents, committed_cents=committed, validated_cents=validated)
    assert found.consumed_cents + found.released_cents + found.recovered_cents == match_cents
    assert min(found.consumed_cents, found.released_cents, found.recovered_cents) >= 0
    assert validated < committed or found.consumed_cents == match_cents
