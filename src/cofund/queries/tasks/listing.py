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
from cofund.queries.keeping import kept
from cofund.queries.standings import Standing
from cofund.queries.tasks import applications, cash, governance, partners, publishing, rounds, stories, topics, waiting
from cofund.queries.tasks.shapes import COLUMNS, Reader, Source, Task

SOURCES: Final[tuple[Source, ...]] = (
    *governance.SOURCES,
    *topics.SOURCES,
    *partners.SOURCES,
    *applications.SOURCES,
    *rounds.SOURCES,
    *cash.SOURCES,
    *publishing.SOURCES,
    *stories.SOURCES,
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
class _Group:
    """How many rows a source has, by its place among the sources, and how many of them are overdue and have a day at all."""

    rank: int
    count: int
    overdue: int
    dated: int

    @property
    def kind(self) -> str:
        """The kind of the source."""
        return SOURCES[self.rank].kind


@dataclass(frozen=True, slots=True)
class Summary:
    """What a desk shows: counts by kind, the tasks with the nearest days, how many there are, and the contributions that wait."""

    counts: tuple[Count, ...]
    tasks: tuple[Task, ...]
    total: int
    waits: Mapping[str, Sequence[Standing]]


@kept(256)
def listed(reader: Reader, ask: Ask, *, first: int = 0, most: int | None = None) -> tuple[tuple[Task, ...], int]:
    """Give the tasks that are asked for, those with the nearest day first, and how many there are in all.

    Args:
        reader: who asks.
        ask: which ones.
        first: how many to pass over.
        most: how many to give at most; None gives all.
    """
    grouped = _grouped(reader, ask)
    waits = {} if ask.is_dated else waiting.rows(reader, ask.kind, ask.programme)
    total = sum(one.count for one in grouped) + sum(len(found) for found in waits.values())
    return tuple(_part(reader, ask, grouped, waits, first, total if most is None else min(total, first + most))), total


@kept(64)
def summary(reader: Reader, *, most: int) -> Summary:
    """Give what a desk shows, with at most so many tasks. Each figure is that of the list which it opens."""
    ask = Ask()
    grouped = _grouped(reader, ask, tells=True)
    waits = waiting.rows(reader)
    asked = [one for one in grouped if one.kind not in TOLD]
    total = sum(one.count for one in asked) + sum(len(found) for found in waits.values())
    figures = {one.kind: (one.count, one.overdue) for one in grouped}
    figures |= {kind: (len(rows), 0) for kind, rows in waits.items() if rows}
    counts = tuple(Count(kind, *figures[kind], kind in TOLD) for kind in HEADINGS if kind in figures)
    return Summary(counts, tuple(_part(reader, ask, asked, waits, 0, min(total, most))), total, waits)


def _part(
    reader: Reader, ask: Ask, grouped: Sequence[_Group], waits: Mapping[str, Sequence[Standing]], first: int, last: int
) -> list[Task]:
    """The tasks from one place to another: rows of the database, then the contributions that wait."""
    dated = sum(one.count for one in grouped)
    found = _page(reader, ask, grouped, first, min(last, dated)) if first < min(last, dated) else []
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


def _grouped(reader: Reader, ask: Ask, *, tells: bool = False) -> list[_Group]:
    """How many rows of each source are asked for, and how many of them have a day or are overdue; none without rows.

    With `tells`, also of what is only told, without being asked for by its kind.
    """
    parts: list[str] = []
    arguments: list[Any] = []
    where, given = _conditions(ask)
    for rank, source in enumerate(SOURCES):
        wanted = source.kind == ask.kind if ask.kind else tells or not source.is_information
        statement, of_source = _compiled(rank, reader) if wanted and source.is_for(reader) else ("", ())
        if statement:
            figures = "COUNT(*), SUM(CASE WHEN task_due < %s THEN 1 ELSE 0 END), COUNT(task_due)"
            # A count under each source, and not one over all: the database then leaves out the columns that nobody counts.
            parts.append(f"SELECT {rank}, {figures} FROM ({statement}) counted{rank}{where}")  # noqa: S608
            arguments += (_day(reader.on), *of_source, *given)
    rows = _ask(" UNION ALL ".join(parts), tuple(arguments)) if parts else []
    found = [_Group(int(rank), int(count), int(late or 0), int(days)) for rank, count, late, days in rows if count]
    return sorted(found, key=lambda one: one.rank)


def _page(reader: Reader, ask: Ask, grouped: Sequence[_Group], first: int, last: int) -> list[Task]:
    """The rows from one place to another: by their day, then by kind, then the oldest first.

    What has no day stands behind what has one, source after source: of it, only the sources are asked that reach these places.
    """
    at = dated = sum(one.dated for one in grouped)
    ranks = [one.rank for one in grouped if one.dated and first < dated]
    passed = first
    for one in grouped:
        following = at + one.count - one.dated
        if at < last and following > max(at, first):
            passed = passed if ranks else first - at
            ranks.append(one.rank)
        at = following
    where, given = _conditions(ask, undated=first >= dated)
    direction = "DESC" if ask.newest_day_first else "ASC"
    order = f"CASE WHEN task_due IS NULL THEN 1 ELSE 0 END, task_due {direction}"
    parts: list[str] = []
    arguments: list[Any] = []
    for rank in sorted(set(ranks)):
        statement, of_source = _compiled(rank, reader)
        # Each source gives only what can reach these places: the database then puts no words together for the rest.
        # Made as in `_compiled`: every value is an argument.
        part = f"SELECT * FROM ({statement}) source{rank}{where} ORDER BY {order}, task_key LIMIT %s"  # noqa: S608
        parts.append(f"SELECT * FROM ({part}) ordered{rank}")  # noqa: S608
        arguments += (*of_source, *given, passed + last - first)
    table = f"({' UNION ALL '.join(parts)}) tasks ORDER BY {order}, task_rank, task_key LIMIT %s OFFSET %s"
    statement = f"SELECT {', '.join(COLUMNS)} FROM {table}"  # noqa: S608
    return [_task(row) for row in _ask(statement, (*arguments, last - first, passed))]


def _conditions(ask: Ask, *, undated: bool = False) -> tuple[str, tuple[Any, ...]]:
    """What is asked of every row, as the part of a statement from WHERE on, and its arguments."""
    stated = [
        (condition, value)
        for condition, value in (
            ("task_scheme = %s", ask.programme),
            ("task_due < %s", _day(ask.before)),
            ("task_due >= %s", _day(ask.since)),
        )
        if value
    ]
    conditions = [condition for condition, _ in stated] + ["task_due IS NULL"] * undated
    return f" WHERE {' AND '.join(conditions)}" if conditions else "", tuple(value for _, value in stated)


def _compiled(rank: int, reader: Reader) -> tuple[str, tuple[Any, ...]]:
    """The statement of one source for one reader and day, empty where there can be no rows.

    Kept, because to put it together costs more than to answer it; but not where a source has to read something first.
    """
    return _put_together(rank, reader) if SOURCES[rank].reads_anew else _kept(rank, reader)


@lru_cache(maxsize=4096)
def _kept(rank: int, reader: Reader) -> tuple[str, tuple[Any, ...]]:
    """The statement of a source that asks the database nothing."""
    return _put_together(rank, reader)


def _put_together(rank: int, reader: Reader) -> tuple[str, tuple[Any, ...]]:
    """The statement of a source."""
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
