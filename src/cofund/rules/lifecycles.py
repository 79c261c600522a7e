"""The states that an object of the office can be in, and which action leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """An action of the role table on an object: the states it starts from, and the state that it leads to.

    `to` is empty where the object stays in its state.
    """

    action: str
    starts_from: tuple[str, ...]
    to: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The life of one kind of object: its states in their usual order with the words for them, and its steps."""

    noun: str
    states: Mapping[str, str]
    steps: tuple[Step, ...]

    def step(self, action: str) -> Step:
        """Give the step of an action.

        Raises:
            KeyError: the object knows no such action, which is a mistake in the program.
        """
        for step in self.steps:
            if step.action == action:
                return step
        raise KeyError(f"{self.noun}: {action}")

    def allows(self, action: str, state: str) -> bool:
        """Tell whether an action can be done on an object in a state."""
        return state in self.step(action).starts_from

    def actions(self, state: str) -> tuple[str, ...]:
        """Give the actions that can be done on an object in a state, in the order of the table."""
        return tuple(step.action for step in self.steps if state in step.starts_from)

    def in_words(self, states: tuple[str, ...]) -> str:
        """Name states as people say them, in small letters."""
        return ", ".join(self.states[state][:1].lower() + self.states[state][1:] for state in states)


LEAD: Final = Lifecycle(
    "lead",
    {
        "new": "New",
        "contacted": "Contacted",
        "exploring": "Exploring",
        "fit_found": "Topic found",
        "applying": "Applying",
        "converted": "Converted",
        "lost": "Lost",
        "dormant": "Dormant",
    },
    (
        Step("contact lead", ("new", "dormant"), "contacted"),
        Step("explore lead", ("new", "contacted", "dormant"), "exploring"),
        Step("find topic for lead", ("new", "contacted", "exploring", "dormant"), "fit_found"),
        Step("start application of lead", ("contacted", "exploring", "fit_found", "applying"), "applying"),
        Step("convert lead", ("applying",), "converted"),
        Step("lose lead", ("new", "contacted", "exploring", "fit_found", "applying", "dormant"), "lost"),
        Step("rest lead", ("new", "contacted", "exploring", "fit_found"), "dormant"),
        # One that was converted only once nothing of what came of it stands any more.
        Step("reopen lead", ("lost", "dormant", "converted"), "exploring"),
    ),
)
