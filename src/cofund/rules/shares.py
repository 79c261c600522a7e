"""Share tests: a fraction of amounts against its limit, what is left of it, and the smallest change that would pass.

A test passes by cross-multiplication of whole cents, so that no rounding decides. Source: formulas F7 to F9 of the field report.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from cofund.rules import share_sums
from cofund.rules.money import share_of
from cofund.rules.schemes import Scheme, ShareTest
from cofund.rules.share_changes import Change, steps
from cofund.rules.share_sums import Amount, Basis, TermValue, total

STEPS: Final = ("plan", "submission", "grant", "report")
PASSES: Final = "passes"
CLOSE: Final = "close"
FAILS: Final = "fails"
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Another limit than the scheme's, for one test, with who decided it: `IHI-GB-DEC-2025-3`, or where it is written."""

    limit: Fraction
    source: str


@dataclass(frozen=True, slots=True)
class ShareResult:
    """One limit of one test, weighed. Amounts in cents.

    `room` are changes that the limit still bears, `remedies` the smallest ones that would pass; each is empty where the other
    is not. `excess_cents` is what a maximum leaves out, in the reading of the test. `unknown_cents` are amounts that would
    stand above the line if their costs arose at the place that the test asks for. `costs_are_stated`: the fraction has eligible
    costs that somebody stated, so that they do not follow by themselves where what pays for them changes.
    """

    test: ShareTest
    is_minimum: bool
    limit: Fraction
    limit_source: str
    numerator: tuple[TermValue, ...]
    denominator: tuple[TermValue, ...]
    numerator_cents: int
    denominator_cents: int
    standing: str
    severity: str
    excess_cents: int = 0
    unknown_cents: int = 0
    room: tuple[Change, ...] = ()
    remedies: tuple[Change, ...] = ()
    costs_are_stated: bool = False

    @property
    def share(self) -> Fraction | None:
        """The fraction; None where there is nothing below the line."""
        return share_of(self.numerator_cents, self.denominator_cents)

    @property
    def is_unsure(self) -> bool:
        """Whether it keeps an upper limit only as long as costs whose place nobody knows arise elsewhere."""
        most = self.numerator_cents + self.unknown_cents
        return not self.is_minimum and self.passes and most > self.limit * self.denominator_cents

    @property
    def passes(self) -> bool:
        """Whether the limit is kept; where there is nothing to weigh, it is."""
        return self.standing != FAILS

    @property
    def blocks(self) -> bool:
        """Whether what is asked must not go on."""
        return self.standing == FAILS and self.severity == "block"

    @property
    def counted_cents(self) -> int:
        """What counts above the line after the excess is left out."""
        return self.numerator_cents - self.excess_cents


def evaluate(
    scheme: Scheme, test: ShareTest, basis: Basis, *, step: str = "report", allowance: Allowance | None = None
) -> tuple[ShareResult, ...]:
    """Weigh a basis by a test; one result for each limit that the test states, the minimum first.

    Args:
        scheme: whose kinds say what belongs to the costs of a project.
        test: the test, at any level.
        basis: the amounts of that level.
        step: one of `STEPS`, how far the matter is; a test that blocks from a later step warns.
        allowance: a limit that a decision sets instead of the scheme's.
    """
    found = []
    for name, limit in (("minimum", test.minimum), ("maximum", test.maximum)):
        if limit is not None:
            figure = scheme.figure(f"share_tests.{test.id}.{name}")
            source = figure.source if figure else ""
            stated = (allowance.limit, allowance.source) if allowance else (limit, source)
            is_minimum = name == "minimum"
            severity = severity_at(test, step, is_minimum=is_minimum)
            found.append(_weigh(scheme, test, basis, is_minimum, stated, severity))
    return tuple(found)


def severity_at(test: ShareTest, step: str, *, is_minimum: bool = False) -> str:
    """How loud a failing test is at a step: one that blocks from a later step only warns before.

    What exceeds an upper limit whose excess is rejected blocks, whatever the severity of the test.
    """
    rejects = test.excess == "reject" and test.maximum is not None and not is_minimum
    severity = "block" if rejects else test.severity
    is_before = test.blocks_from is not None and STEPS.index(step) < STEPS.index(test.blocks_from)
    return "warn" if severity == "block" and is_before else severity


def fits(scheme: Scheme, test: ShareTest, basis: Basis, added: Amount) -> int:
    """Give how many cents of a new contribution may stand above the line of a maximum, all of it below the line (formula F9)."""
    assert test.maximum is not None
    whole = replace(basis, amounts=(*basis.amounts, replace(added, place="eu")))
    room = test.maximum * total(scheme, test.denominator, whole) - total(scheme, test.numerator, basis)
    return max(0, min(added.cents, room // 1))


def _weigh(
    scheme: Scheme, test: ShareTest, basis: Basis, is_minimum: bool, stated: tuple[Fraction, str], severity: str
) -> ShareResult:
    """One limit, weighed."""
    limit, source = stated
    above = share_sums.above_the_line(scheme, test, basis)
    below = share_sums.below_the_line(scheme, test, basis)
    numerator, denominator = sum(one.cents for one in above), sum(one.cents for one in below)
    surplus = (numerator - limit * denominator) * (1 if is_minimum else -1)
    passes = surplus >= 0
    changes = steps(scheme, test, basis, limit, is_minimum, surplus) if numerator or denominator else ()
    return ShareResult(
        test=test,
        is_minimum=is_minimum,
        limit=limit,
        limit_source=source,
        numerator=above,
        denominator=below,
        numerator_cents=numerator,
        denominator_cents=denominator,
        standing=_standing(test, numerator, denominator, is_minimum) if passes else FAILS,
        severity=severity,
        excess_cents=0 if is_minimum or passes else _excess(test, limit, numerator, denominator),
        unknown_cents=share_sums.unknown_cents(test, basis),
        room=changes if passes else (),
        remedies=() if passes else changes,
        costs_are_stated=basis.costs_cents is not None and _has_costs(test),
    )


def _has_costs(test: ShareTest) -> bool:
    """Whether eligible costs stand above or below the line."""
    return any(term.kind == "eligible_costs" for term in (*test.numerator, *test.denominator))


def _standing(test: ShareTest, numerator: int, denominator: int, is_minimum: bool) -> str:
    """How a share that passes stands to its limit."""
    if not denominator and not numerator:
        return NOTHING
    if test.caution is None:
        return PASSES
    distance = numerator - test.caution * denominator
    return CLOSE if (distance < 0 if is_minimum else distance > 0) else PASSES


def _excess(test: ShareTest, limit: Fraction, numerator: int, denominator: int) -> int:
    """What a maximum leaves out: of a base that keeps the excess (`gross`), or of one that loses it too (`net`)."""
    over = numerator - limit * denominator
    if test.base_reading == "net" and limit < 1:
        over *= Fraction(1, 1 - limit)
    return min(numerator, -(-over // 1))
