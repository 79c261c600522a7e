"""Who may do what in which state, as one table: the role table with the lives of the objects that its actions change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cofund.rules import (
    lifecycle_applications,
    lifecycle_governance,
    lifecycle_notices,
    lifecycle_people,
    lifecycle_round,
    lifecycle_sheets,
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
)


@dataclass(frozen=True, slots=True)
class Permission:
    """One action: the roles that may do it, and for each kind of object that it changes the states it starts from and leads to."""

    subject: str
    action: str
    roles: frozenset[str]
    states: tuple[tuple[Lifecycle, tuple[str, ...], str], ...]


def table() -> Iterator[Permission]:
    """Give every action of the role table, in its order, with the states that it starts from."""
    for subject, actions in roles.SUBJECTS.items():
        for action, allowed in actions.items():
            yield Permission(subject, action, allowed, tuple(_states(action)))


def _states(action: str) -> Iterator[tuple[Lifecycle, tuple[str, ...], str]]:
    """The lives in which an action is a step."""
    for life in LIFECYCLES:
        for step in life.steps:
            if step.action == action:
                yield life, step.starts_from, step.to
