"""Checks the plan of a consortium by the rules of a scheme: who takes part, what each gives and asks for, and every share test.

Nothing is kept and nothing is looked up: the same plan gives the same report. Amounts are whole cents of the scheme's currency.
Source: formulas F7 to F9 and scenario S7 of the field report, and the articles that the scheme names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cofund.rules import consortium_findings
from cofund.rules.consortium_plan import Finding, Participant, Plan, columns_with_places, gives_allowed
from cofund.rules.places import place_of
from cofund.rules.schemes import Scheme, ShareTest
from cofund.rules.share_sets import TestSet, at_level
from cofund.rules.share_sums import Amount, Basis, eligible_costs_cents
from cofund.rules.shares import ShareResult


@dataclass(frozen=True, slots=True)
class Check:
    """A share test over the consortium. `is_own` is False where the limit holds for the programme and not for one project."""

    result: ShareResult
    is_own: bool

    @property
    def blocks(self) -> bool:
        """Whether the proposal must not be handed in like this."""
        return self.is_own and self.result.blocks

    @property
    def severity(self) -> str:
        """How loud it is if it fails: what holds for the programme only warns a single project."""
        return self.result.severity if self.is_own else "warn"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `given` is what counts by kind in cents, `left_out` what a limit leaves out of it."""

    plan: Plan
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    basis: Basis
    costs_cents: int
    given: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    left_out: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def passes(self) -> bool:
        """Whether nothing blocks."""
        return not any(one.severity == "block" for one in self.findings) and not any(one.blocks for one in self.checks)

    @property
    def warns(self) -> bool:
        """Whether something does not block and still asks for a look."""
        failing = any(not one.result.passes and one.severity == "warn" for one in self.checks)
        return failing or any(one.severity == "warn" for one in self.findings)


def check(scheme: Scheme, plan: Plan) -> Report:
    """Check a plan as it would be handed in. What a role may not give is told, and counts nowhere."""
    findings = tuple(consortium_findings.find(scheme, plan))
    plan = replace(plan, participants=tuple(_with_places(scheme, one) for one in plan.participants))
    basis = _basis(scheme, plan)
    own = tuple(_own_tests(scheme, plan))
    tests = TestSet(scheme, own, "submission", plan.allowances)
    checks = [Check(result, True) for result in tests.evaluate(basis)]
    others = tuple(one for one in at_level(scheme.share_tests, "programme") if one not in own)
    checks += [Check(result, False) for result in TestSet(scheme, others, "submission").evaluate(basis)]
    return Report(
        plan=plan,
        findings=findings,
        checks=tuple(checks),
        basis=basis,
        costs_cents=eligible_costs_cents(scheme, basis),
        given={kind.code: _total(basis.amounts, kind.code) for kind in scheme.kinds},
        left_out=tests.counted(basis).left_out,
    )


def _own_tests(scheme: Scheme, plan: Plan) -> Iterable[ShareTest]:
    """The tests of a project, and those of the programme for which the topic sets a limit of its own."""
    of_project = at_level(scheme.share_tests, "project", plan.action_type)
    for test in scheme.share_tests:
        if test in of_project or (test.level == "programme" and test.id in plan.allowances):
            yield test


def _with_places(scheme: Scheme, one: Participant) -> Participant:
    """A participant whose costs in third countries are said: where nobody did, all of them arise where it is established."""
    if place_of(scheme, one.country) != "third":
        return one
    third = {
        kind: one.third.get(kind, cents) for kind, cents in one.given.items() if kind in columns_with_places(scheme)
    }
    return replace(one, third={**third, **one.third})


def _basis(scheme: Scheme, plan: Plan) -> Basis:
    """What the tests add up: what each may give, in the role as which it counts."""
    amounts = []
    for one in plan.participants:
        role = scheme.giving_role(one.capacity) if one.capacity else ""
        for kind, cents in one.given.items():
            if cents and gives_allowed(scheme, one.capacity, kind):
                third = min(cents, one.third.get(kind, 0))
                amounts += [Amount(kind, role, "eu", cents - third), Amount(kind, role, "third", third)]
    costs = [one.costs_cents for one in plan.participants]
    stated = sum(cents or 0 for cents in costs) if costs and None not in costs else None
    public = sum(one.public_cents for one in plan.participants)
    return Basis(tuple(one for one in amounts if one.cents), public, stated)


def _total(amounts: Iterable[Amount], kind: str) -> int:
    """The cents of one kind."""
    return sum(one.cents for one in amounts if one.kind == kind)
