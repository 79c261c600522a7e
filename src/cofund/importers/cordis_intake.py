"""Where rows of either download go: read, checked against each other, gathered, and written a batch at a time.

A batch is written in one transaction, so an import that breaks off leaves whole batches and nothing in between. When a
file was read to its end, what it no longer says about its own projects is removed, unless a row of that project was
rejected: then nobody knows what the file would have said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.db import transaction

from cofund.importers import cordis_tables as tables
from cofund.importers.cordis_organisations import Organisations
from cofund.importers.cordis_sheets import EUROSCIVOC, LEGAL_BASIS, ORGANIZATION, PROJECT, TOPICS, BadValueError, Sheet
from cofund.importers.cordis_values import Value
from cofund.importers.loading import Row, Table, writer
from cofund.importers.rejects import Rejects
from cofund.records.corpus.models import PastProject

BATCH_ROWS = 10_000
_CHUNK = 500  # projects whose rows are compared at once; below the number of parameters that SQLite takes

LINKS = {
    TOPICS.name: tables.PROJECT_TOPICS,
    EUROSCIVOC.name: tables.PROJECT_FIELDS,
    LEGAL_BASIS.name: tables.PROJECT_LEGAL_BASES,
    ORGANIZATION.name: tables.PARTICIPATIONS,
}


class Place(NamedTuple):
    """Where a row stands: the file inside the archive, and the line where the row ends, from 1."""

    member: str
    line: int


class _RefusedRowError(Exception):
    """A row that can be read, but not taken: why, and which field it is about."""

    def __init__(self, reason: str, column: str, value: Value) -> None:
        super().__init__(reason)
        self.field = (column, str(value))


class Intake:
    """Takes the rows of one import."""

    def __init__(self, run_id: int, rejects: Rejects, batch_rows: int = BATCH_ROWS) -> None:
        self.run_id, self.rejects, self.batch_rows = run_id, rejects, batch_rows
        self.taken = dict.fromkeys(LINKS, 0) | {PROJECT.name: 0}  # rows, by sheet
        self.rejected = self.taken.copy()
        self.written: Counter[str] = Counter()  # rows added or changed, by table
        self.removed: Counter[str] = Counter()
        self.before = {table.name: table.model._default_manager.count() for table in tables.TABLES}
        self.organisations = Organisations(run_id, was_empty=not self.before[tables.ORGANISATIONS.name])
        self._writer = writer()
        self._pending: dict[str, list[Row]] = {table.name: [] for table in tables.TABLES}
        self._pending_rows = 0
        self._projects: set[Value] = set()  # of this file
        self._known: dict[Value, bool] = {}  # not of this file: were they imported before?
        self._codes: dict[tuple[str, Value], None] = {}  # topics, fields and legal bases written in this run
        self._keys: dict[str, set[str]] = {table.name: set() for table in LINKS.values()}
        self._spoiled: set[tuple[str, str]] = set()  # sheet and project of rejected rows
        self._handlers: dict[str, Callable[[list[Value]], None]] = {
            PROJECT.name: self._take_project,
            TOPICS.name: self._take_topic,
            EUROSCIVOC.name: self._take_field,
            LEGAL_BASIS.name: self._take_legal_basis,
            ORGANIZATION.name: self._take_participation,
        }

    def take(self, sheet: Sheet, stated: Sequence[str], member: str, line: int) -> bool:
        """Take one row as the file states it, in the columns of its sheet, or reject it. True: a batch is full."""
        try:
            values = sheet.read(stated)
        except BadValueError as bad:
            self.reject(sheet, Place(member, line), bad.reason, bad.column, bad.value, stated[0])
            return False
        try:
            self._handlers[sheet.name](values)
        except _RefusedRowError as refused:
            self.reject(sheet, Place(member, line), str(refused), *refused.field, str(values[0]))
            return False
        self.taken[sheet.name] += 1
        return self._pending_rows >= self.batch_rows

    def reject(
        self, sheet: Sheet, place: Place, reason: str, column: str = "", value: str = "", project: str = ""
    ) -> None:
        """Count a row that is not taken."""
        self.rejected[sheet.name] += 1
        self.rejects.add(place.member, place.line, reason, column, value)
        self._spoiled.add((sheet.name, project))

    def _take_project(self, values: list[Value]) -> None:
        number = values[0]
        if number in self._projects:
            raise _RefusedRowError("is there twice; the first row was taken", "id", number)
        self._projects.add(number)
        self._put(tables.PROJECTS, tables.project_row(values))

    def _take_topic(self, values: list[Value]) -> None:
        self._link(TOPICS, (values[0], values[1]))
        self._put_code(tables.TOPICS, values[1:])

    def _take_field(self, values: list[Value]) -> None:
        self._link(EUROSCIVOC, (values[0], values[1]))
        self._put_code(tables.FIELDS, values[1:])

    def _take_legal_basis(self, values: list[Value]) -> None:
        self._link(LEGAL_BASIS, (values[0], values[1], values[3]))
        self._put_code(tables.LEGAL_BASES, values[1:3])

    def _take_participation(self, values: list[Value]) -> None:
        self._link(ORGANIZATION, tables.participation_row(values))
        self.organisations.state(tables.organisation_row(values))

    def _link(self, sheet: Sheet, row: Row) -> None:
        """Put a row that belongs to a project, unless that project is unknown or the row was there before."""
        table, project = LINKS[sheet.name], row[0]
        if project not in self._projects and not self._was_imported(project):
            raise _RefusedRowError("is no project that this file or an earlier import brought", "projectID", project)
        key, keys = tables.KEY_OF[table.name](row), self._keys[table.name]
        if key in keys:
            what = "projectID, organisationID, role and order" if sheet is ORGANIZATION else "projectID and code"
            raise _RefusedRowError(f"has the same {what} as an earlier row, which was taken", sheet.columns[1], row[1])
        keys.add(key)
        self._put(table, row)

    def _was_imported(self, project: Value) -> bool:
        if project not in self._known:
            self._known[project] = PastProject.objects.filter(pk=int(project or 0)).exists()
        return self._known[project]

    def _put_code(self, table: Table, row: Row) -> None:
        """Put a code with its title once in a run: it stands beside every project that has it."""
        mark = (table.name, row[0])
        if mark not in self._codes:
            self._codes[mark] = None
            self._put(table, row)

    def _put(self, table: Table, row: Row) -> None:
        self._pending[table.name].append((*row, self.run_id))
        self._pending_rows += 1

    @property
    def is_full(self) -> bool:
        """Whether a batch has come together."""
        return self._pending_rows >= self.batch_rows

    def flush(self) -> None:
        """Write what has come together, all or nothing."""
        with transaction.atomic():
            for table in tables.TABLES:
                if table is tables.ORGANISATIONS:
                    if self.organisations.is_full:
                        self._write(table, self.organisations.rest())
                    new, changed = self.organisations.changes()
                    self._write(table, new, all_new=True)
                    self._write(table, changed)
                else:
                    # Keys do not come twice in a run, so what was empty before it has none of these.
                    self._write(table, self._pending[table.name], all_new=not self.before[table.name])
        for pending in self._pending.values():
            pending.clear()
        self._pending_rows = 0

    def _write(self, table: Table, rows: list[Row], *, all_new: bool = False) -> None:
        if rows:
            self.written[table.name] += self._writer.write(table, rows, all_new=all_new)

    def close(self, sheet: Sheet) -> None:
        """The file has no more rows of this sheet: remove what it no longer says about its projects."""
        self.flush()
        if sheet is ORGANIZATION:
            with transaction.atomic():
                self._write(tables.ORGANISATIONS, self.organisations.rest())
        table = LINKS.get(sheet.name)
        if table is None:
            return
        keys = self._keys[table.name]
        if self.before[table.name]:
            for projects in _chunks(self._whole_projects(sheet)):
                self.removed[table.name] += _remove_others(table, projects, keys)
        keys.clear()

    def _whole_projects(self, sheet: Sheet) -> list[int]:
        """The projects of this file with no rejected row in the sheet. A row without a number may be anyone's."""
        spoiled = {project.strip() for name, project in self._spoiled if name == sheet.name}
        if not all(project.isdigit() for project in spoiled):
            return []
        return sorted({int(project or 0) for project in self._projects} - {int(project) for project in spoiled})


def _remove_others(table: Table, projects: list[int], keys: set[str]) -> int:
    """Remove the rows of these projects whose key is not among the keys; give how many."""
    rows = table.model._default_manager.filter(project_id__in=projects).values_list("pk", *table.columns)
    key_of = tables.KEY_OF[table.name]
    gone = [row[0] for row in rows if key_of(row[1:]) not in keys]
    with transaction.atomic():
        for some in _chunks(gone):
            table.model._default_manager.filter(pk__in=some).delete()
    return len(gone)


def _chunks(items: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
