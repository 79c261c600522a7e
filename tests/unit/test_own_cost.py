"""Own cost in public data: who bears what in each reading, and how a project stands to the limits of a scheme."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cofund.rules.own_cost import NEITHER, OWN, UNPAID, Part, PastGrant, kind_to_project, weigh
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

IHI = parse(shipped()["ihi.toml"], file="ihi.toml")
COMPANY = Part("participant", "DK", 4_500_000, 0)
UNIVERSITY = Part("coordinator", "BE", 5_000_000, 5_000_000)
HALF_PAID = Part("participant", "DE", 1_000_000, 500_000)
AMERICAN = Part("participant", "US", 1_000_000, 0)
SILENT = (Part("associatedPartner", "GB", None, None), Part("thirdParty", "FR", 0, 0))


def grant(*parts: Part) -> PastGrant:
    """A project whose costs are those of its participants."""
    cost, public = (
        sum(cents or 0 for cents in each) for each in zip(*((p.cost_cents, p.public_cents) for p in parts), strict=True)
    )
    return PastGrant(1, "ONE", "CALL", cost, public, parts)


@pytest.mark.parametrize(
    ("parts", "shares", "standing"),
    [
        ((UNIVERSITY, COMPANY), (Fraction(9, 19), Fraction(9, 19)), UNPAID),
        ((UNIVERSITY, COMPANY, HALF_PAID), (Fraction(45, 105), Fraction(50, 105)), OWN),
        ((UNIVERSITY, HALF_PAID), (Fraction(0), Fraction(1, 12)), NEITHER),
        ((UNIVERSITY, COMPANY, *SILENT), (Fraction(9, 19), Fraction(9, 19)), UNPAID),
    ],
)
def test_lower_limit_is_weighed_in_both_readings(
    parts: tuple[Part, ...], shares: tuple[Fraction, Fraction], standing: str
) -> None:
    found = weigh(IHI, [grant(*parts)])
    assert (found.result("action_floor", UNPAID).share, found.result("action_floor").share) == shares
    assert found.standing("action_floor") == standing


def test_cost_in_third_countries_is_that_of_who_is_established_there() -> None:
    found = weigh(IHI, [grant(UNIVERSITY, COMPANY, AMERICAN)])
    assert (found.third_cents, found.result("third_country", UNPAID).share) == (1_000_000, Fraction(10, 55))
    # What the programme leaves out of its count changes no single project.
    alone = weigh(IHI, [grant(UNIVERSITY, AMERICAN)])
    assert alone.result("action_floor", UNPAID).share == Fraction(1, 6)


def test_tests_of_which_own_cost_says_nothing_are_left_out() -> None:
    assert [test.id for test in weigh(IHI, [grant(UNIVERSITY)]).tests] == ["action_floor", "third_country"]


def test_several_projects_are_weighed_together() -> None:
    found = weigh(IHI, [grant(UNIVERSITY, COMPANY), grant(UNIVERSITY)])
    assert found.result("action_floor").share == Fraction(45, 145)


def test_who_has_no_figure_is_told_apart() -> None:
    assert [part.is_silent for part in (*SILENT, COMPANY, UNIVERSITY)] == [True, True, False, False]


@pytest.mark.parametrize(("code", "kinds"), [("ihi", ("IKOP", "FC")), ("imi2", ("IK", "FC_JU"))])
def test_kind_that_is_given_to_a_project(code: str, kinds: tuple[str, str]) -> None:
    scheme = parse(shipped()[f"{code}.toml"], file=f"{code}.toml")
    found = [kind_to_project(scheme, in_kind=in_kind) for in_kind in (True, False)]
    assert tuple(kind.code for kind in found if kind) == kinds
