"""How organisations hang together: who is affiliated to whom through control, and in whose name one stands in a scheme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTROLS = "controls"
CONSTITUENT_OF = "constituent_of"
AFFILIATED_TO = "affiliated_to"
MEMBER_CATEGORY_OF = "member_category_of"


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation in force between two organisations, by their keys: `organisation` controls, is part of … `other`."""

    organisation: int
    kind: str
    other: int
    category: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that counts together with another one: how it hangs together with it, and through which relations."""

    organisation: int
    words: str
    through: frozenset[str]


@dataclass(frozen=True, slots=True)
class Link:
    """In whose name an organisation stands: the body that is linked, the association, and the category where it is one."""

    body: Body
    association: int
    category: str = ""

    @property
    def through(self) -> frozenset[str]:
        """Every kind of relation that the link rests on."""
        return self.body.through | {MEMBER_CATEGORY_OF if self.category else CONSTITUENT_OF}


def closes_circle(organisation: int, other: int, ties: Iterable[Tie]) -> bool:
    """Tell whether “`organisation` controls `other`” would let an organisation control itself, directly or through others."""
    down: dict[int, list[int]] = {}
    for tie in ties:
        if tie.kind == CONTROLS:
            down.setdefault(tie.organisation, []).append(tie.other)
    reached, waiting = {other}, [other]
    while waiting:
        for below in down.get(waiting.pop(), ()):
            if below not in reached:
                reached.add(below)
                waiting.append(below)
    return organisation in reached


def affiliates(start: int, ties: Iterable[Tie]) -> list[Body]:
    """Give the organisations that are affiliated to one, each once, the organisation itself left out.

    Affiliated is who controls it, directly or not, whom it controls, and who is under the same control; and who is stated to be
    affiliated to it, which reaches no further. Two parents of a joint subsidiary are not affiliated through it. Circles end.

    Source: Regulation (EU) 2021/2085, Article 2(7), with the meaning that Horizon Europe gives to affiliated entities.
    """
    down: dict[int, list[int]] = {}
    up: dict[int, list[int]] = {}
    stated: list[int] = []
    for tie in ties:
        if tie.kind == CONTROLS:
            down.setdefault(tie.organisation, []).append(tie.other)
            up.setdefault(tie.other, []).append(tie.organisation)
        elif tie.kind == AFFILIATED_TO and start in (tie.organisation, tie.other):
            stated.append(tie.other if tie.organisation == start else tie.organisation)
    above, below = _reached({start}, up), _reached({start}, down)
    beside = _reached(set(above), down)
    control = frozenset({CONTROLS})
    found: dict[int, Body] = {}
    for keys, words, through in (
        (above, "is controlled by", control),
        (below, "controls", control),
        (beside, "is under the same control as", control),
        (stated, "is affiliated to", frozenset({AFFILIATED_TO})),
    ):
        for key in keys:
            if key != start and key not in found:
                found[key] = Body(key, words, through)
    return list(found.values())


def links(bodies: Iterable[Body], ties: Iterable[Tie]) -> list[Link]:
    """Give the associations of which bodies are a constituent entity or in a category of membership."""
    by_organisation: dict[int, list[Tie]] = {}
    for tie in ties:
        if tie.kind in (CONSTITUENT_OF, MEMBER_CATEGORY_OF):
            by_organisation.setdefault(tie.organisation, []).append(tie)
    return [
        Link(body, tie.other, tie.category if tie.kind == MEMBER_CATEGORY_OF else "")
        for body in bodies
        for tie in by_organisation.get(body.organisation, ())
    ]


def groups(ties: Iterable[Tie]) -> dict[int, frozenset[int]]:
    """Give for every organisation all that hang together with it through control or stated affiliation, over any number of steps.

    Wider than `affiliates`: what may have changed is looked at again for all of them.
    """
    near: dict[int, list[int]] = {}
    for tie in ties:
        if tie.kind in (CONTROLS, AFFILIATED_TO):
            near.setdefault(tie.organisation, []).append(tie.other)
            near.setdefault(tie.other, []).append(tie.organisation)
    found: dict[int, frozenset[int]] = {}
    for key in near:
        if key not in found:
            group = frozenset([key, *_reached({key}, near)])
            found.update(dict.fromkeys(group, group))
    return found


def _reached(starts: set[int], onward: Mapping[int, list[int]]) -> list[int]:
    """Everything that can be reached from some places, nearest first, each once, the places themselves left out."""
    seen, found, frontier = set(starts), [], list(starts)
    while frontier:
        following = [key for place in frontier for key in onward.get(place, ())]
        frontier = [key for key in dict.fromkeys(following) if key not in seen]
        seen.update(frontier)
        found += frontier
    return found
