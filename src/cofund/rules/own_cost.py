"""Own cost in public data on grants, as the nearest that anybody outside can come to what contributors give in kind.

CORDIS says what each participant costs and what the Union pays of it, and nothing of contributions. Two readings bound them:
*unpaid* counts the cost of participants that get no Union money at all, *own* also the part that partly paid participants bear.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cofund.rules.places import place_of
from cofund.rules.schemes import KindRule, Scheme, ShareTest
from cofund.rules.share_sets import TestSet, at_level
from cofund.rules.share_sums import Amount, Basis
from cofund.rules.shares import ShareResult

ASSOCIATED: Final = "associatedPartner"
# How a project stands to a lower limit: by those without Union money alone, with all own cost, or by neither.
UNPAID: Final = "unpaid"
OWN: Final = "own"
NEITHER: Final = "neither"


@dataclass(frozen=True, slots=True)
class Part:
    """A participation as public data has it; amounts in cents, None or 0 where there is no figure."""

    role: str
    country: str
    cost_cents: int | None
    public_cents: int | None
    has_ended: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing is known of what it costs."""
        return not self.cost_cents and not self.public_cents

    @property
    def is_unpaid(self) -> bool:
        """Whether it has a cost and gets no Union money."""
        return bool(self.cost_cents) and not self.public_cents

    @property
    def own_cents(self) -> int:
        """The cost that the Union does not pay."""
        return max(0, (self.cost_cents or 0) - (self.public_cents or 0))


@dataclass(frozen=True, slots=True)
class PastGrant:
    """A project of public data: its number, acronym, call, whole cost and Union contribution in cents, and who takes part."""

    number: int
    acronym: str
    call: str
    cost_cents: int | None
    public_cents: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The tests of a scheme over the own cost of a project, or of several. `unpaid` and `own` are the results in each reading."""

    unpaid_cents: int
    own_cents: int
    third_cents: int
    unpaid: tuple[ShareResult, ...]
    own: tuple[ShareResult, ...]

    def standing(self, test_id: str) -> str:
        """In which reading a lower limit is kept first."""
        if _of(self.unpaid, test_id).passes:
            return UNPAID
        return OWN if _of(self.own, test_id).passes else NEITHER

    def result(self, test_id: str, reading: str = OWN) -> ShareResult:
        """The result of a test in a reading."""
        return _of(self.unpaid if reading == UNPAID else self.own, test_id)

    @property
    def tests(self) -> tuple[ShareTest, ...]:
        """The tests that own cost says anything of."""
        return tuple(result.test for result in self.own)


def weigh(scheme: Scheme, grants: Iterable[PastGrant]) -> Weighed:
    """Weigh one project, or several together as a programme.

    Costs are taken as arising where a participant is established: nothing else is known.
    """
    grants = list(grants)
    parts = [part for grant in grants for part in grant.parts]
    unpaid = [part for part in parts if part.is_unpaid]
    readings = [_results(scheme, grants, chosen) for chosen in (unpaid, parts)]
    return Weighed(
        unpaid_cents=sum(part.own_cents for part in unpaid),
        own_cents=sum(part.own_cents for part in parts),
        third_cents=sum(part.own_cents for part in unpaid if place_of(scheme, part.country) == "third"),
        unpaid=readings[0],
        own=readings[1],
    )


def kind_to_project(scheme: Scheme, *, in_kind: bool) -> KindRule | None:
    """The first kind of a scheme that is given to a project in this form; None where it has none."""
    return next((kind for kind in scheme.kinds if kind.in_kind == in_kind and not kind.outside_project), None)


def tests_told(scheme: Scheme, told: Iterable[str]) -> tuple[tuple[ShareTest, ...], ...]:
    """The tests of a project, and those of a programme, with a kind above the line of which something is told."""
    known = {*told, "public_money"}
    levels = (at_level(scheme.share_tests, level) for level in ("project", "programme"))
    return tuple(tuple(one for one in tests if any(term.kind in known for term in one.numerator)) for tests in levels)


def share(result: ShareResult) -> Fraction:
    """The share of a result; nothing where there is nothing to weigh."""
    return result.share or Fraction(0)


def _results(scheme: Scheme, grants: list[PastGrant], parts: list[Part]) -> tuple[ShareResult, ...]:
    """The results over the own cost of some participations."""
    kind = kind_to_project(scheme, in_kind=True)
    if kind is None:
        return ()
    # Whether somebody gives as a member or as a partner is not public; the tests that are left count both alike.
    role = kind.given_by[0]
    amounts = tuple(
        Amount(kind.code, role, place_of(scheme, part.country), part.own_cents) for part in parts if part.own_cents
    )
    costs = [grant.cost_cents for grant in grants]
    whole = sum(cost or 0 for cost in costs) if all(costs) else None
    basis = Basis(amounts, sum(grant.public_cents or 0 for grant in grants), whole)
    found: list[ShareResult] = []
    for tests in tests_told(scheme, {kind.code}):
        # Each level by itself: what the programme leaves out of its count does not change a single project.
        found += TestSet(scheme, tests).evaluate(basis)
    return tuple(found)


def _of(results: tuple[ShareResult, ...], test_id: str) -> ShareResult:
    """The result of a test."""
    return next(one for one in results if one.test.id == test_id)
