"""Who may do what in which state, as one table: the role table with the lives of the objects that its actions change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cofund.rules import (
    lifecycle_applications,
    lifecycle_governance,
    lifecycle_newsletter,
    lifecycle_notices,
    lifecycle_pairings,
    lifecycle_people,
    lifecycle_round,
    lifecycle_sheets,
    lifecycle_stories,
    lifecycle_tasks,
    lifecycle_topics,
    lifecycles,
    roles,
)
from cofund.rules.lifecycles import Lifecycle

# Every life that the site knows, one a line.
LIFECYCLES: Final[tuple[Lifecycle, ...]] = (
    lifecycles.LEAD,
    lifecycle_applications.APPLICATION,
    lifecycle_applications.LETTER,
    lifecycle_topics.IDEA,
    lifecycle_topics.TOPIC,
    lifecycle_topics.CONSULTATION,
    lifecycle_governance.MEETING,
    lifecycle_governance.AGENDA_ITEM,
    lifecycle_people.COLLEAGUE,
    lifecycle_round.PLAN,
    lifecycle_round.REPORT,
    lifecycle_notices.NOTICE,
    lifecycle_sheets.SHEET,
    lifecycle_pairings.PAIRING,
    lifecycle_tasks.TASK,
    lifecycle_newsletter.ISSUE,
    lifecycle_stories.STORY,
)


@dataclass(frozen=True, slots=True)
class Permission:
    """One action: the roles that may do it, and for each kind of object that it changes the states it starts from and leads to."""

    subject: str
    action: str
    roles: frozenset[str]
    states: tuple[tuple[Lifecycle, tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a role that does, or may not do, an action on an object in a state of one of its lives.

    `may` says whether the role includes the action, `fits` whether the action starts from the state. It is done where both hold; a
    role without the action is answered as if there were nothing; any other state is refused in words.
    """

    subject: str
    action: str
    role: str
    life: Lifecycle | None
    state: str
    may: bool
    fits: bool


def table() -> Iterator[Permission]:
    """Give every action of the role table, in its order, with the states that it starts from."""
    for subject, actions in roles.SUBJECTS.items():
        for action, allowed in actions.items():
            yield Permission(subject, action, allowed, tuple(_states(action)))


def cells() -> Iterator[Cell]:
    """Give every cell of the table, action by action: each role in each state of each object that the action asks about.

    An action that asks for no state has one cell a role.
    """
    for each in table():
        about: list[tuple[Lifecycle | None, str, bool]] = [
            (life, state, state in starts) for life, starts, _ in each.states for state in life.states
        ]
        for life, state, fits in about or [(None, "", True)]:
            for role in roles.ROLES:
                yield Cell(each.subject, each.action, role, life, state, role in each.roles, fits)


def _states(action: str) -> Iterator[tuple[Lifecycle, tuple[str, ...], str]]:
    """The lives in which an action is a step; what is done to a point of the agenda asks for the state of its meeting too."""
    for life in LIFECYCLES:
        for step in life.steps:
            if step.action == action:
                yield life, step.starts_from, step.to
    if action in lifecycle_governance.NEEDS_MEETING:
        yield lifecycle_governance.MEETING, lifecycle_governance.NEEDS_MEETING[action], ""
