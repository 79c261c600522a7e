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
from cofund.importers.cordis_sheets import EUROSCIVOC, LEGAL_BASIS, ORGANIZATION, PROJECT, TOPICS, BadValue, Sheet
from cofund.importers.cordis_values import Value
from cofund.importers.loading import Row, Table, writer
from cofund.importers.rejects import Rejects
from cofund.records.corpus.models import PastProject

BATCH_ROWS = 5_000
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


class Intake:
    """Takes the rows of one import."""

    def __init__(self, run_id: int, rejects: Rejects, batch_rows: int = BATCH_ROWS) -> None:
        self.run_id, self.rejects, self.batch_rows = run_id, rejects, batch_rows
        self.read: Counter[str] = Counter()  # rows read, by sheet
        self.written: Counter[str] = Counter()  # rows added or changed, by table
        self.removed: Counter[str] = Counter()
        self.before = {table.name: table.model._default_manager.count() for table in tables.TABLES}
        self.organisations = Organisations(run_id, was_empty=not self.before[tables.ORGANISATIONS.name])
        self._writer = writer()
        self._pending: dict[str, list[Row]] = {table.name: [] for table in tables.TABLES}
        self._pending_rows = 0
        self._projects: set[int] = set()  # of this file
        self._known: dict[int, bool] = {}  # not of this file: were they imported before?
        self._codes: dict[tuple[str, Value], None] = {}  # topics, fields and legal bases written in this run
        self._keys: dict[str, set[str]] = {table.name: set() for table in LINKS.values()}
        self._spoiled: set[tuple[str, str]] = set()  # sheet and project of rejected rows
        self._handlers: dict[str, Callable[[list[Value], Place], None]] = {
            PROJECT.name: self._take_project,
            TOPICS.name: self._take_topic,
            EUROSCIVOC.name: self._take_field,
            LEGAL_BASIS.name: self._take_legal_basis,
            ORGANIZATION.name: self._take_participation,
        }

    def take(self, sheet: Sheet, stated: Sequence[str], place: Place) -> None:
        """Take one row as the file states it, in the columns of its sheet, or reject it."""
        try:
            values = sheet.read(stated)
        except BadValue as bad:
            self.reject(sheet, place, bad.reason, bad.column, bad.value, stated[0])
            return
        self.read[sheet.name] += 1
        self._handlers[sheet.name](values, place)

    def reject(
        self, sheet: Sheet, place: Place, reason: str, column: str = "", value: str = "", project: str = ""
    ) -> None:
        """Count a row that is not taken."""
        self.read[sheet.name] += 1
        self._refuse(sheet, place, reason, column, value, project)

    def _refuse(self, sheet: Sheet, place: Place, reason: str, column: str, value: str, project: str) -> None:
        self.rejects.add(place.member, place.line, reason, column, value)
        self._spoiled.add((sheet.name, project))

    def _take_project(self, values: list[Value], place: Place) -> None:
        number = int(values[0] or 0)
        if number in self._projects:
            reason = "is there twice; the first row was taken"
            self._refuse(PROJECT, place, reason, "id", str(number), str(number))
            return
        self._projects.add(number)
        self._put(tables.PROJECTS, tables.project_row(values))

    def _take_topic(self, values: list[Value], place: Place) -> None:
        if self._link(TOPICS, (values[0], values[1]), place):
            self._put_code(tables.TOPICS, values[1:])

    def _take_field(self, values: list[Value], place: Place) -> None:
        if self._link(EUROSCIVOC, (values[0], values[1]), place):
            self._put_code(tables.FIELDS, values[1:])

    def _take_legal_basis(self, values: list[Value], place: Place) -> None:
        if self._link(LEGAL_BASIS, (values[0], values[1], values[3]), place):
            self._put_code(tables.LEGAL_BASES, values[1:3])

    def _take_participation(self, values: list[Value], place: Place) -> None:
        if self._link(ORGANIZATION, tables.participation_row(values), place):
            self.organisations.state(tables.organisation_row(values))

    def _link(self, sheet: Sheet, row: Row, place: Place) -> bool:
        """Put a row that belongs to a project, unless that project is unknown or the row was there before."""
        table, project = LINKS[sheet.name], int(row[0] or 0)
        if project not in self._projects and not self._was_imported(project):
            reason = "is no project that this file or an earlier import brought"
            self._refuse(sheet, place, reason, "projectID", str(project), str(project))
            return False
        key, keys = tables.key_of(table, row), self._keys[table.name]
        if key in keys:
            what = "projectID, organisationID, role and order" if sheet is ORGANIZATION else "projectID and code"
            reason = f"has the same {what} as an earlier row; the first row was taken"
            self._refuse(sheet, place, reason, sheet.columns[1], str(row[1]), str(project))
            return False
        keys.add(key)
        self._put(table, row)
        return True

    def _was_imported(self, project: int) -> bool:
        if project not in self._known:
            self._known[project] = PastProject.objects.filter(pk=project).exists()
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
                rows = self._pending[table.name]
                if table is tables.ORGANISATIONS:
                    rows = self.organisations.merged()
                if rows:
                    self.written[table.name] += self._writer.write(table, rows)
        for pending in self._pending.values():
            pending.clear()
        self._pending_rows = 0

    def close(self, sheet: Sheet) -> None:
        """The file has no more rows of this sheet: remove what it no longer says about its projects."""
        self.flush()
        table = LINKS.get(sheet.name)
        if table is None:
            return
        keys = self._keys[table.name]
        if self.before[table.name]:
            for projects in _chunks(self._whole_projects(sheet)):
                self.removed[table.name] += _remove_others(table, projects, keys)
        keys.clear()

    def _whole_projects(self, sheet: Sheet) -> list[int]:
        """The projects of this file none of whose rows of the sheet was rejected. A row without a number may be anyone's."""
        spoiled = {project.strip() for name, project in self._spoiled if name == sheet.name}
        if not all(project.isdigit() for project in spoiled):
            return []
        return sorted(self._projects - {int(project) for project in spoiled})


def _remove_others(table: Table, projects: list[int], keys: set[str]) -> int:
    """Remove the rows of these projects whose key is not among the keys; give how many."""
    rows = table.model._default_manager.filter(project_id__in=projects).values_list("pk", *table.columns)
    gone = [row[0] for row in rows if tables.key_of(table, row[1:]) not in keys]
    with transaction.atomic():
        for some in _chunks(gone):
            table.model._default_manager.filter(pk__in=some).delete()
    return len(gone)


def _chunks(items: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
