"""Who is affiliated to whom: both directions, any depth, circles, and parents of a joint subsidiary that are not."""

from __future__ import annotations

from cofund.rules.relations import AFFILIATED_TO, CONSTITUENT_OF, CONTROLS, Body, Tie, affiliates, groups, links

A, B, C, D, E, EFPIA = 1, 2, 3, 4, 5, 9


def control(*pairs: tuple[int, int]) -> list[Tie]:
    return [Tie(one, CONTROLS, other) for one, other in pairs]


def told(start: int, ties: list[Tie]) -> dict[int, str]:
    return {body.organisation: body.words for body in affiliates(start, ties)}


def test_control_counts_in_both_directions_at_any_depth() -> None:
    ties = control((A, B), (B, C), (C, D))
    assert told(D, ties) == {C: "is controlled by", B: "is controlled by", A: "is controlled by"}
    assert told(A, ties) == {B: "controls", C: "controls", D: "controls"}


def test_same_control_makes_affiliated() -> None:
    assert told(B, control((A, B), (A, C), (C, D))) == {
        A: "is controlled by",
        C: "is under the same control as",
        D: "is under the same control as",
    }


def test_parents_of_a_joint_subsidiary_are_not_affiliated_through_it() -> None:
    ties = control((A, C), (B, C))
    assert told(A, ties) == {C: "controls"}
    assert told(C, ties) == {A: "is controlled by", B: "is controlled by"}


def test_circle_of_control_ends() -> None:
    ties = control((A, B), (B, C), (C, A))
    assert sorted(told(A, ties)) == [B, C]
    assert groups(ties)[A] == {A, B, C}


def test_stated_affiliation_reaches_one_step_from_both_sides() -> None:
    ties = [Tie(A, AFFILIATED_TO, B), Tie(B, AFFILIATED_TO, C)]
    assert (told(A, ties), told(B, ties)) == (
        {B: "is affiliated to"},
        {A: "is affiliated to", C: "is affiliated to"},
    )
    assert groups(ties)[A] == {A, B, C}


def test_link_rests_on_every_relation_of_its_way() -> None:
    ties = [*control((A, B)), Tie(A, CONSTITUENT_OF, EFPIA)]
    (link,) = links([Body(B, "", frozenset()), *affiliates(B, ties)], ties)
    assert (link.association, link.category, link.through) == (EFPIA, "", {CONTROLS, CONSTITUENT_OF})


def test_longer_chain_than_python_can_recurse() -> None:
    ties = control(*((number, number + 1) for number in range(1, 5000)))
    assert len(affiliates(1, ties)) == 4999
