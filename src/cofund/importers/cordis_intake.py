"""Where rows of either download go: read, checked against each other, gathered, and written a batch at a time.

A batch is written in one transaction, so an import that breaks off leaves whole batches and nothing in between. When a
file was read to its end, what it no longer says about its own projects is removed, unless a row of that project was
rejected: then nobody knows what the file would have said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from django.db import transaction

from cofund.importers import cordis_tables as tables
from cofund.importers.cordis_batches import Batches
from cofund.importers.cordis_sheets import (
    EUROSCIVOC,
    LEGAL_BASIS,
    ORGANIZATION,
    PROJECT,
    TOPICS,
    BadValueError,
    Sheet,
    Stated,
)
from cofund.importers.cordis_values import Column, Value
from cofund.importers.loading import TOGETHER, Table
from cofund.importers.rejects import Rejects
from cofund.records.corpus.models import PastProject

_CHUNK = 500  # projects whose rows are compared at once; below the number of parameters that SQLite takes

LINKS = {
    TOPICS.name: tables.PROJECT_TOPICS,
    EUROSCIVOC.name: tables.PROJECT_FIELDS,
    LEGAL_BASIS.name: tables.PROJECT_LEGAL_BASES,
    ORGANIZATION.name: tables.PARTICIPATIONS,
}


Place = tuple[str, int]  # where a row stands: the file inside the archive, and the line where it ends, from 1


class _RefusedRowError(Exception):
    """Rows that can be read, but not all be taken: why, and which field it is about where it is only one row."""

    def __init__(self, reason: str, column: str, value: Value) -> None:
        super().__init__(reason)
        self.reason, self.column, self.value = reason, column, str(value)


class Intake:
    """Takes the rows of one import."""

    def __init__(self, batches: Batches, rejects: Rejects) -> None:
        self.batches, self.rejects = batches, rejects
        self.taken = dict.fromkeys(LINKS, 0) | {PROJECT.name: 0}  # rows, by sheet
        self.rejected = self.taken.copy()
        self.removed: Counter[str] = Counter()
        self._sheet = PROJECT
        self._gathered: list[Stated] = []  # rows of that sheet that were not judged yet
        self._places: list[Place] = []
        self._together = min(TOGETHER, batches.batch_rows)
        self._projects: set[Value] = set()  # of this file
        self._known: dict[Value, bool] = {}  # not of this file: were they imported before?
        # Topics, fields and legal bases written in this run.
        self._codes: defaultdict[str, set[Value]] = defaultdict(set)
        self._keys: dict[str, set[str]] = {table.name: set() for table in LINKS.values()}
        self._spoiled: set[tuple[str, str]] = set()  # sheet and project of rejected rows
        self._handlers: dict[str, Callable[[list[Column]], None]] = {
            PROJECT.name: self._take_projects,
            TOPICS.name: self._take_topics,
            EUROSCIVOC.name: self._take_fields,
            LEGAL_BASIS.name: self._take_legal_bases,
            ORGANIZATION.name: self._take_participations,
        }

    def take(self, sheet: Sheet, stated: Stated, member: str, line: int) -> bool:
        """Take one row as the file states it, in the columns of its sheet, or reject it. True: a batch is full.

        Rows are read and judged some hundred at a time, column by column.
        """
        if sheet is not self._sheet:
            self._judge_gathered()
            self._sheet = sheet
        self._gathered.append(stated)
        self._places.append((member, line))
        if len(self._gathered) < self._together:
            return False
        self._judge_gathered()
        return self.is_full

    def reject(
        self, sheet: Sheet, place: Place, reason: str, column: str = "", value: str = "", project: str = ""
    ) -> None:
        """Count a row that is not taken."""
        self._judge_gathered()  # so that rejects come in the order of the file
        self._count_reject(sheet, place, reason, column, value, project)

    def _count_reject(self, sheet: Sheet, place: Place, reason: str, column: str, value: str, project: str) -> None:
        self.rejected[sheet.name] += 1
        self.rejects.add(*place, reason, column, value)
        self._spoiled.add((sheet.name, project))

    def _judge_gathered(self) -> None:
        if self._gathered:
            self._judge(self._sheet, self._gathered, self._places)
            self._gathered, self._places = [], []

    def _judge(self, sheet: Sheet, rows: list[Stated], places: list[Place]) -> None:
        """Take rows of one sheet; where one of them is bad, each half for itself, down to that row alone."""
        try:
            self._handlers[sheet.name](sheet.read(rows))
        except (BadValueError, _RefusedRowError) as bad:
            if half := len(rows) // 2:
                self._judge(sheet, rows[:half], places[:half])
                self._judge(sheet, rows[half:], places[half:])
            else:
                self._count_reject(sheet, places[0], bad.reason, bad.column, bad.value, rows[0][0])
        else:
            self.taken[sheet.name] += len(rows)

    def _take_projects(self, columns: list[Column]) -> None:
        numbers = columns[0]
        if _any_known(numbers, self._projects):
            raise _RefusedRowError("is there twice; the first row was taken", "id", numbers[0])
        self._projects.update(numbers)
        self.batches.put(tables.PROJECTS, tables.project_columns(columns))

    def _take_topics(self, columns: list[Column]) -> None:
        self._link(TOPICS, columns[:2])
        self._put_codes(tables.TOPICS, columns[1:])

    def _take_fields(self, columns: list[Column]) -> None:
        self._link(EUROSCIVOC, columns[:2])
        self._put_codes(tables.FIELDS, columns[1:])

    def _take_legal_bases(self, columns: list[Column]) -> None:
        self._link(LEGAL_BASIS, [*columns[:2], columns[3]])
        self._put_codes(tables.LEGAL_BASES, columns[1:3])

    def _take_participations(self, columns: list[Column]) -> None:
        self._link(ORGANIZATION, tables.participation_columns(columns))
        self.batches.organisations.state(zip(*tables.organisation_columns(columns), strict=True))

    def _link(self, sheet: Sheet, columns: list[Column]) -> None:
        """Put rows that belong to projects, unless a project is unknown or a row was there before."""
        table, projects = LINKS[sheet.name], columns[0]
        if not all(map(self._was_imported, set(projects) - self._projects)):
            raise _RefusedRowError(
                "is no project that this file or an earlier import brought", "projectID", projects[0]
            )
        keys = table.keys(columns)
        if _any_known(keys, self._keys[table.name]):
            what = "projectID, organisationID, role and order" if sheet is ORGANIZATION else "projectID and code"
            raise _RefusedRowError(
                f"has the same {what} as an earlier row, which was taken", sheet.columns[1], columns[1][0]
            )
        self._keys[table.name].update(keys)
        self.batches.put(table, columns)

    def _was_imported(self, project: Value) -> bool:
        if project not in self._known:
            self.batches.settle()
            self._known[project] = PastProject.objects.filter(pk=int(project or 0)).exists()
        return self._known[project]

    def _put_codes(self, table: Table, columns: list[Column]) -> None:
        """Put each code with its title once in a run: it stands beside every project that has it."""
        known, new = self._codes[table.name], []
        for row in zip(*columns, strict=True):
            if row[0] not in known:
                known.add(row[0])
                new.append(row)
        if new:
            self.batches.put(table, list(zip(*new, strict=True)))

    @property
    def is_full(self) -> bool:
        """Whether a batch has come together."""
        return self.batches.is_full

    def flush(self) -> None:
        """Have what has come together written, all or nothing."""
        self._judge_gathered()
        self.batches.flush()

    def close(self, sheet: Sheet) -> None:
        """The file has no more rows of this sheet: remove what it no longer says about its projects."""
        self.flush()
        if sheet is ORGANIZATION:
            self.batches.flush_rest()
        table = LINKS.get(sheet.name)
        if table is None:
            return
        keys = self._keys[table.name]
        if self.batches.before[table.name]:
            self.batches.settle()
            for projects in _chunks(self._whole_projects(sheet)):
                self.removed[table.name] += _remove_others(table, projects, keys)
        keys.clear()

    def _whole_projects(self, sheet: Sheet) -> list[int]:
        """The projects of this file with no rejected row in the sheet. A row without a number may be anyone's."""
        spoiled = {project.strip() for name, project in self._spoiled if name == sheet.name}
        if not all(project.isdigit() for project in spoiled):
            return []
        return sorted({int(project or 0) for project in self._projects} - {int(project) for project in spoiled})


def _any_known(keys: Sequence[Hashable], known: AbstractSet[Hashable]) -> bool:
    """Whether one of these keys is known already, or is there twice."""
    new = set(keys)
    return len(new) < len(keys) or not known.isdisjoint(new)


def _remove_others(table: Table, projects: list[int], keys: set[str]) -> int:
    """Remove the rows of these projects whose key is not among the keys; give how many."""
    rows = table.model._default_manager.filter(project_id__in=projects).values_list("pk", *table.columns)
    numbers, *columns = zip(*rows, strict=True) if rows else ((), *[()] * len(table.columns))
    gone = [number for number, key in zip(numbers, table.keys(columns), strict=True) if key not in keys]
    with transaction.atomic():
        for some in _chunks(gone):
            table.model._default_manager.filter(pk__in=some).delete()
    return len(gone)


def _chunks(items: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
