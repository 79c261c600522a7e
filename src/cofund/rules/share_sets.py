"""Several share tests over the same amounts: what one of them leaves out of the count, the others do not count either.

A change that moves what is left out bends the straight line of another share; its size is then looked for by halving, so that it
is still the smallest that passes, or the most that is borne.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cofund.rules.schemes import Scheme, ShareTest
from cofund.rules.share_changes import ADD, Change, changed
from cofund.rules.share_sums import Basis
from cofund.rules.shares import Allowance, ShareResult, evaluate

NO_ALLOWANCES: Mapping[str, Allowance] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TestSet:
    """Tests of one level with the step that the matter has reached, and the limits that decisions set for it."""

    __test__ = False

    scheme: Scheme
    tests: tuple[ShareTest, ...]
    step: str = "report"
    allowances: Mapping[str, Allowance] = field(default_factory=lambda: NO_ALLOWANCES, hash=False)

    def evaluate(self, basis: Basis) -> list[ShareResult]:
        """Weigh a basis by each test, in the order of the tests."""
        counted = self.counted(basis)
        found = []
        for test in self.tests:
            for one in self._of(test, counted if test.excess != "not_counted" else basis):
                found.append(self._sharpened(one, basis) if test.excess != "not_counted" else one)
        return found

    def counted(self, basis: Basis) -> Basis:
        """The basis with what the tests leave out of the count."""
        left_out: dict[str, int] = {}
        for test in self.tests:
            if test.excess == "not_counted":
                kind = test.numerator[0].kind
                left_out[kind] = left_out.get(kind, 0) + sum(one.excess_cents for one in self._of(test, basis))
        return replace(basis, left_out=left_out)

    def _of(self, test: ShareTest, basis: Basis) -> tuple[ShareResult, ...]:
        """The results of one test."""
        return evaluate(self.scheme, test, basis, step=self.step, allowance=self.allowances.get(test.id))

    def _sharpened(self, result: ShareResult, basis: Basis) -> ShareResult:
        """The result with changes that allow for what they move of what is left out."""
        bends = {
            term.kind
            for test in self.tests
            if test.excess == "not_counted"
            for term in (*test.numerator, *test.denominator)
        }
        room = tuple(one for change in result.room for one in self._sizes(result, basis, change, bends))
        remedies = tuple(one for change in result.remedies for one in self._sizes(result, basis, change, bends))
        return replace(result, room=room, remedies=tuple(self._placed(change) for change in remedies))

    def _placed(self, change: Change) -> Change:
        """A change that says of which of its kinds the costs must not arise in a third country: a limit leaves them out there."""
        if change.what != ADD:
            return change
        limited = {
            term.kind
            for test in self.tests
            if test.excess == "not_counted"
            for term in test.numerator
            if term.place == "third"
        }
        kinds = dict.fromkeys(term.partition("@")[0] for term in change.terms)
        return replace(change, elsewhere=tuple(kind for kind in kinds if kind in limited))

    def _sizes(self, result: ShareResult, basis: Basis, change: Change, bends: set[str]) -> Iterator[Change]:
        """A change as it is, or split by whether its kinds bend the share, each with its own size."""
        bent = [term for term in change.terms if term.partition("@")[0] in bends]
        straight = tuple(term for term in change.terms if term not in bent)
        if not bent or not change.direction.amounts:
            yield change
            return
        found = [
            self._bent(result, basis, replace(change, terms=(term,), direction=_about(change, term))) for term in bent
        ]
        if all(one.cents == change.cents for one in found):
            yield change
            return
        yield from (one for one in found if one.cents)
        if straight:
            yield replace(change, terms=straight, direction=_about(change, straight[0]))

    def _bent(self, result: ShareResult, basis: Basis, change: Change) -> Change:
        """A change with the size that it has where it bends the share."""
        size = self._halved(result, basis, change)
        most = None if change.leaves_cents is None else change.leaves_cents + change.cents
        return replace(change, cents=size, leaves_cents=None if most is None else most - size)

    def _halved(self, result: ShareResult, basis: Basis, change: Change) -> int:
        """The least cents that pass where the share fails, or the most that still pass; at most those of the straight line."""
        low, high = 0, change.cents
        if self._passes(result, changed(self.scheme, basis, change)) and result.passes:
            return high
        while high - low > 1:
            middle = (low + high) // 2
            if self._passes(result, changed(self.scheme, basis, change, middle)) == result.passes:
                low = middle
            else:
                high = middle
        return low if result.passes else high

    def _passes(self, result: ShareResult, basis: Basis) -> bool:
        """Whether a basis keeps the limit of a result."""
        found = self._of(result.test, self.counted(basis))
        return next(one for one in found if one.is_minimum == result.is_minimum).passes


def at_level(tests: Sequence[ShareTest], level: str, action_type: str = "") -> tuple[ShareTest, ...]:
    """The tests of a level that are for a type of action; those for all types always."""
    return tuple(one for one in tests if one.level == level and one.action_type in (None, action_type))


def _about(change: Change, term: str) -> Basis:
    """The direction of a change with the kind of another term."""
    kind, direction = term.partition("@")[0], change.direction
    return replace(direction, amounts=tuple(replace(one, kind=kind) for one in direction.amounts))
