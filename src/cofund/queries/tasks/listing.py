"""Tasks of all kinds under each other: one statement of the database counts them and lists them, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from cofund.queries import worklists
from cofund.queries.standings import Standing
from cofund.queries.tasks import applications, cash, governance, partners, topics, waiting
from cofund.queries.tasks.shapes import COLUMNS, Reader, Source, Task

SOURCES: Final[tuple[Source, ...]] = (
    *governance.SOURCES,
    *topics.SOURCES,
    *partners.SOURCES,
    *applications.SOURCES,
    *cash.SOURCES,
)
# What is only told, and counts as no task.
TOLD: Final = frozenset(source.kind for source in SOURCES if source.is_information)
HEADINGS: Final = {source.kind: source.heading for source in SOURCES} | worklists.WAITS


@dataclass(frozen=True, slots=True)
class Ask:
    """Which tasks are asked for; an empty part lets everything through, but for what is only told.

    `before`: only what is due before this day; `since`: only what is due on this day or later.
    """

    kind: str = ""
    programme: str = ""
    before: date | None = None
    since: date | None = None
    newest_day_first: bool = False

    @property
    def is_dated(self) -> bool:
        """Whether only tasks with a day are asked for."""
        return self.before is not None or self.since is not None


@dataclass(frozen=True, slots=True)
class Count:
    """How many tasks of a kind there are, and how many of them are overdue."""

    kind: str
    count: int
    overdue: int
    is_information: bool

    @property
    def heading(self) -> str:
        """The kind in words."""
        return HEADINGS[self.kind]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a desk shows: counts by kind, the tasks with the nearest days, how many there are, and the contributions that wait."""

    counts: tuple[Count, ...]
    tasks: tuple[Task, ...]
    total: int
    waits: Mapping[str, Sequence[Standing]]


def listed(reader: Reader, ask: Ask, *, first: int = 0, most: int | None = None) -> tuple[list[Task], int]:
    """Give the tasks that are asked for, those with the nearest day first, and how many there are in all.

    Args:
        reader: who asks.
        ask: which ones.
        first: how many to pass over.
        most: how many to give at most; None gives all.
    """
    dated = _count(reader, ask)
    waits = {} if ask.is_dated else waiting.rows(reader, ask.kind, ask.programme)
    total = dated + sum(len(found) for found in waits.values())
    return _part(reader, ask, dated, waits, first, total if most is None else min(total, first + most)), total


def summary(reader: Reader, *, most: int) -> Summary:
    """Give what a desk shows, with at most so many tasks. Each figure is that of the list which it opens."""
    ask = Ask()
    grouped = {kind: (count, overdue) for kind, count, overdue in _grouped(reader, ask)}
    waits = waiting.rows(reader)
    dated = sum(count for kind, (count, _) in grouped.items() if kind not in TOLD)
    total = dated + sum(len(found) for found in waits.values())
    grouped |= {kind: (len(rows), 0) for kind, rows in waits.items() if rows}
    counts = tuple(Count(kind, *grouped[kind], kind in TOLD) for kind in HEADINGS if kind in grouped)
    return Summary(counts, tuple(_part(reader, ask, dated, waits, 0, min(total, most))), total, waits)


def _part(
    reader: Reader, ask: Ask, dated: int, waits: Mapping[str, Sequence[Standing]], first: int, last: int
) -> list[Task]:
    """The tasks from one place to another: `dated` rows of the database, then the contributions that wait."""
    found = _page(reader, ask, first, min(last, dated) - first) if first < min(last, dated) else []
    at = dated
    for kind, rows in waits.items():
        part = rows[max(0, first - at) : max(0, last - at)]
        if part:
            found += waiting.tasks(kind, part)
        at += len(rows)
    return found


def kinds_for(reader: Reader) -> list[str]:
    """The kinds that can wait for this person, whether or not there are any."""
    return [*(source.kind for source in SOURCES if source.is_for(reader)), *waiting.kinds(reader)]


def _count(reader: Reader, ask: Ask) -> int:
    """How many rows of the database are asked for."""
    table, arguments = _selected(reader, ask)
    return int(_ask(f"SELECT COUNT(*) {table}", arguments)[0][0]) if table else 0


def _grouped(reader: Reader, ask: Ask) -> list[tuple[str, int, int]]:
    """Kind, count and overdue count of the rows that are asked for."""
    table, arguments = _selected(reader, ask, tells=True)
    if not table:
        return []
    overdue = "SUM(CASE WHEN task_due < %s THEN 1 ELSE 0 END)"
    rows = _ask(f"SELECT task_kind, COUNT(*), {overdue} {table} GROUP BY task_kind", (_day(reader.on), *arguments))
    return [(kind, int(count), int(late or 0)) for kind, count, late in rows]


def _page(reader: Reader, ask: Ask, first: int, most: int) -> list[Task]:
    """Some of the rows that are asked for: by their day, then by kind, then the oldest first."""
    table, arguments = _selected(reader, ask)
    direction = "DESC" if ask.newest_day_first else "ASC"
    order = f"CASE WHEN task_due IS NULL THEN 1 ELSE 0 END, task_due {direction}, task_rank, task_key"
    statement = f"SELECT {', '.join(COLUMNS)} {table} ORDER BY {order} LIMIT %s OFFSET %s"
    return [_task(row) for row in _ask(statement, (*arguments, most, first))]


def _selected(reader: Reader, ask: Ask, *, tells: bool = False) -> tuple[str, tuple[Any, ...]]:
    """The rows that are asked for, as the part of a statement from FROM on; empty where no source can have any.

    With `tells`, also what is only told, without being asked for by its kind.
    """
    parts: list[str] = []
    arguments: list[Any] = []
    for rank, source in enumerate(SOURCES):
        wanted = source.kind == ask.kind if ask.kind else tells or not source.is_information
        if wanted and source.is_for(reader):
            statement, given = _compiled(rank, reader)
            parts += [statement] if statement else []
            arguments += given
    if not parts:
        return "", ()
    conditions = []
    for condition, value in (
        ("task_scheme = %s", ask.programme),
        ("task_due < %s", _day(ask.before)),
        ("task_due >= %s", _day(ask.since)),
    ):
        if value:
            conditions.append(condition)
            arguments.append(value)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"FROM ({' UNION ALL '.join(parts)}) tasks{where}", tuple(arguments)


@lru_cache(maxsize=4096)
def _compiled(rank: int, reader: Reader) -> tuple[str, tuple[Any, ...]]:
    """The statement of one source for one reader and day, empty where there can be no rows.

    Kept, because to put it together costs more than to answer it; it asks the database nothing and holds no row.
    """
    rows = SOURCES[rank].rows(reader)
    if rows is None:
        return "", ()
    try:
        statement, given = rows.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    # Made of what Django compiled and of numbers; every value is an argument.
    return f"SELECT part{rank}.*, {rank} AS task_rank FROM ({statement}) part{rank}", tuple(given)  # noqa: S608


def _day(on: date | None) -> Any:
    """A day as the database takes it."""
    return connection.ops.adapt_datefield_value(on) if on is not None else None


def _ask(statement: str, arguments: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Ask the database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall())


def _task(row: tuple[Any, ...]) -> Task:
    """A row as a task."""
    kind, key, title, why, scheme, due, first, second = row
    on = date.fromisoformat(due) if isinstance(due, str) else due
    return Task(kind, key, title, why, scheme, on, tuple(part for part in (first, second) if part))
