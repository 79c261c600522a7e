"""Contributions that wait for the next step, as tasks. They have no day, so that they stand after every task that has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cofund.queries import worklists
from cofund.queries.standings import Standing
from cofund.queries.tasks.shapes import OFFICE, Reader, Task
from cofund.rules import roles

# Which action of the role table each of them waits for.
ACTIONS: Final = {
    worklists.ENDORSEMENT: "endorse",
    worklists.ADOPTION: "reserve",
    worklists.GRANT: "commit",
    worklists.DELIVERY: "deliver",
}
_WHY: Final = {
    worklists.ENDORSEMENT: "Pledged: record what the board decides on it",
    worklists.ADOPTION: "Endorsed: reserve its match when the topic is adopted",
    worklists.GRANT: "Reserved: commit it when the grant is signed",
    worklists.DELIVERY: "Committed: record what is delivered",
}


def kinds(reader: Reader) -> tuple[str, ...]:
    """The kinds that wait for this person: those of which the role includes the action, or all where everybody's are asked for."""
    return tuple(
        kind
        for kind, action in ACTIONS.items()
        if (reader.role in OFFICE and roles.may(reader.role, action)) or reader.everybody
    )


def rows(reader: Reader, kind: str = "", programme: str = "") -> dict[str, tuple[Standing, ...]]:
    """Give the contributions that wait, by kind; of one kind and one programme where they are named."""
    wanted = [one for one in kinds(reader) if kind in ("", one)]
    if not wanted:
        return {}
    by_wait = worklists.by_wait(reader.user, programme)
    return {one: by_wait[one] for one in wanted}


def tasks(kind: str, found: Sequence[Standing]) -> list[Task]:
    """Give contributions that wait as tasks, in their order. Four queries, however many."""
    return [
        Task(
            kind,
            state.contribution.pk,
            f"{' and '.join(str(one) for one in state.organisations)} for {state.contribution.target_name}",
            _WHY[kind],
            state.contribution.book.scheme.code,
            None,
            (state.contribution.reference,),
        )
        for state in worklists.states(found)
    ]
