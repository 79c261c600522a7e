"""Laws of the consortium check: for any consortium, what it proposes passes and one cent less does not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cofund.rules.consortium import Report, check
from cofund.rules.consortium_plan import Participant, Plan, gives_allowed
from cofund.rules.scheme_parsing import parse
from cofund.rules.share_changes import ADD, ASK_LESS, Change
from cofund.rules.shares import Allowance, ShareResult
from cofund.schemes import shipped

IHI = parse(shipped()["ihi.toml"], file="ihi.toml")
CENTS = st.integers(0, 10**11)


@st.composite
def participants(draw: st.DrawFn) -> Participant:
    """Somebody who asks, or gives some kinds, allowed or not, with costs at known places."""
    given_cents = {kind: draw(CENTS) for kind in ("IKOP", "FC", "IKAA")}
    third = draw(st.integers(0, given_cents["IKOP"]))
    country = draw(st.sampled_from(["NL", "DE", "NO", "US"]))
    capacity = draw(st.sampled_from(["", "partner", "member", "constituent", "affiliated"]))
    return Participant(0, "P", country, capacity, public_cents=draw(CENTS), given=given_cents, third={"IKOP": third})


PLANS = st.lists(participants(), min_size=1, max_size=6).map(
    lambda rows: Plan(tuple(replace(one, number=i, name=f"P{i}") for i, one in enumerate(rows, start=1)))
)


def floor(report: Report) -> ShareResult:
    return next(one.result for one in report.checks if one.result.test.id == "action_floor")


def with_change(plan: Plan, change: Change, cents: int) -> Plan:
    """The plan in which somebody gives so much more, or everybody together asks for so much less."""
    if change.what == ADD:
        kind = change.terms[0]
        giver = Participant(99, "New", "DE", "member", given={kind: cents}, third={"IKOP": 0})
        return replace(plan, participants=(*plan.participants, giver))
    rows = []
    for one in plan.participants:
        less = min(one.public_cents, cents)
        rows.append(replace(one, public_cents=one.public_cents - less))
        cents -= less
    return replace(plan, participants=tuple(rows))


@given(PLANS)
def test_what_the_check_proposes_passes_and_a_cent_less_does_not(plan: Plan) -> None:
    for change in floor(check(IHI, plan)).remedies:
        if change.what in (ADD, ASK_LESS):
            after = floor(check(IHI, with_change(plan, change, change.cents)))
            less = floor(check(IHI, with_change(plan, change, change.cents - 1)))
            assert (after.passes, less.passes) == (True, False)


@st.composite
def plans_of_topics(draw: st.DrawFn) -> Plan:
    """A plan whose topic sets limits of its own, in which all state their costs, or nobody does."""
    plan = draw(PLANS)
    limits = {
        name: Allowance(draw(st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20)), "the topic")
        for name in ("action_floor", "third_country")
    }
    rows = plan.participants
    if draw(st.booleans()):
        rows = tuple(
            replace(one, costs_cents=one.public_cents + one.given["IKOP"] + one.given["FC"] + draw(CENTS))
            for one in rows
        )
    return replace(plan, participants=rows, allowances=limits)


def as_told(plan: Plan, change: Change, term: str, cents: int) -> Plan:
    """The plan after a change, done as its words say: costs that are stated change with the money that pays for them."""
    if change.what == ADD:
        paid = cents if term != "IKAA" else 0
        costs = None if plan.participants[0].costs_cents is None else paid
        giver = Participant(99, "New", "DE", "member", given={term: cents}, third={"IKOP": 0}, costs_cents=costs)
        return replace(plan, participants=(*plan.participants, giver))
    after = with_change(plan, change, cents)
    rows = [
        one
        if one.costs_cents is None
        else replace(one, costs_cents=one.costs_cents - before.public_cents + one.public_cents)
        for before, one in zip(plan.participants, after.participants, strict=True)
    ]
    return replace(after, participants=tuple(rows))


@given(plans_of_topics())
def test_what_the_check_proposes_passes_for_every_kind_and_with_stated_costs(plan: Plan) -> None:
    result = floor(check(IHI, plan))
    assert result.costs_are_stated == (plan.participants[0].costs_cents is not None)
    for change in result.remedies:
        # Of what a limit leaves out in third countries the words say where it has to arise.
        assert change.elsewhere == (("IKOP",) if change.what == ADD and "IKOP" in change.terms else ())
        for term in change.terms or ("",):
            if change.what in (ADD, ASK_LESS):
                after = floor(check(IHI, as_told(plan, change, term, change.cents)))
                less = floor(check(IHI, as_told(plan, change, term, change.cents - 1)))
                assert (after.passes, less.passes) == (True, False)


@given(PLANS)
def test_what_may_not_be_given_counts_nowhere(plan: Plan) -> None:
    allowed = tuple(
        replace(one, given={kind: cents for kind, cents in one.given.items() if gives_allowed(IHI, one.capacity, kind)})
        for one in plan.participants
    )
    assert check(IHI, plan).given == check(IHI, replace(plan, participants=allowed)).given


@given(PLANS)
def test_same_plan_gives_the_same_report(plan: Plan) -> None:
    assert check(IHI, plan) == check(IHI, plan)
