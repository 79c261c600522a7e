"""Where costs may arise, and which roles exclude each other: by the shipped schemes, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cofund.rules.eligibility import Capacity, clashes, excluded_roles, wrong_place
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import Scheme
from cofund.schemes import shipped


def scheme(code: str) -> Scheme:
    return parse(shipped()[f"{code}.toml"], file=code)


def placed(code: str) -> str:
    """A kind of a scheme whose costs may arise in some places only."""
    return next(kind.code for kind in scheme(code).kinds if kind.place)


@pytest.mark.parametrize(("place", "is_wrong"), [("eu", False), ("associated", False), ("unknown", False), ("", False)])
def test_place_that_is_allowed_or_unknown_passes(place: str, is_wrong: bool) -> None:
    assert bool(wrong_place(scheme("ihi"), placed("ihi"), place)) is is_wrong


def test_place_outside_is_said_with_what_is_allowed() -> None:
    said = wrong_place(scheme("ihi"), placed("ihi"), "third")
    assert said == (
        "Costs of In-kind contribution to additional activities may arise in the Union or in an associated country only "
        "in Innovative Health Initiative, not in a third country."
    )


def test_kind_without_places_takes_any() -> None:
    assert wrong_place(scheme("imi2"), "FC_JU", "third") == ""


def test_excluded_roles_are_found_from_both_sides() -> None:
    assert excluded_roles(scheme("ihi"), "partner") == {"member", "constituent", "affiliated"}
    assert excluded_roles(scheme("ihi"), "member") == {"partner"}


def test_scheme_wide_exclusion_blocks_and_cites_its_law() -> None:
    (found,) = clashes(scheme("ihi"), "partner", [Capacity("CTF", "member", "ihi-3", False)])
    assert found.blocks is True
    assert found.other_role == "member"
    assert "CTF gives ihi-3 as" in found.words
    assert "(Regulation (EU) 2021/2085, Article 2(7))" in found.words


def test_exclusion_of_a_project_counts_there_and_where_the_role_is_held() -> None:
    rules = scheme("imi2")
    elsewhere, here = Capacity("CTF", "member", "imi2-3"), Capacity("CTF", "member", "imi2-3", True)
    assert [len(clashes(rules, "partner", [one])) for one in (elsewhere, here, Capacity("CTF", "member"))] == [0, 1, 1]
    assert clashes(rules, "partner", [here])[0].blocks is False


def test_what_blocks_comes_first() -> None:
    rules = scheme("ihi")
    (block,) = rules.role_exclusions
    both = replace(rules, role_exclusions=(replace(block, severity="warn", legal_basis=None), block))
    assert [one.blocks for one in clashes(both, "partner", [Capacity("CTF", "member")])] == [True, False]
