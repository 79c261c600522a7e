"""Organisations of one import: a file repeats their details in every participation, the corpus keeps them once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cofund.importers import cordis_tables as tables
from cofund.importers.cordis_values import Value
from cofund.importers.loading import Row
from cofund.records.corpus.models import PastOrganisation

_CHUNK = 500  # organisations asked for at once; below the number of parameters that SQLite takes
REMEMBERED = 50_000  # organisations held in memory, about 1 kB each


class Organisations:
    """What the rows of a batch say about organisations, put together with what was kept before.

    A statement that is only more recent is not worth a write each time: those are gathered in `_later`.
    """

    def __init__(self, run_id: int, *, was_empty: bool, remembered: int = REMEMBERED) -> None:
        self._run_id, self._was_empty, self._remembered = run_id, was_empty, remembered
        self._batch: dict[Value, Row] = {}  # stated since the last batch
        self._kept: dict[Value, Row] = {}  # as the database has them, but for what is in `_later`
        self._later: set[Value] = set()
        self._seen: set[Value] = set()  # stated in this run
        self.added: set[Value] = set()
        self.changed: set[Value] = set()  # kept before this run, and different since

    def state(self, rows: Iterable[Row]) -> None:
        """Take more statements about organisations."""
        batch = self._batch
        for row in rows:
            stated = batch.get(row[0])
            batch[row[0]] = row if stated is None else tables.merged_organisation(stated, row)

    @property
    def is_full(self) -> bool:
        """Whether it remembers as many as it should: `rest` is due."""
        return len(self._kept) > self._remembered

    def changes(self) -> tuple[list[Row], list[Row]]:
        """The rows to write so that every organisation of the batch is there, the new and the changed ones.

        Begins the next batch.
        """
        new: list[Row] = []
        changed: list[Row] = []
        self._fetch(pic for pic in self._batch if pic not in self._kept and (not self._was_empty or pic in self._seen))
        for pic, stated in self._batch.items():
            kept = self._kept.get(pic)
            if kept is None:
                self._kept[pic] = stated
                self.added.add(pic)
                new.append((*stated, self._run_id))
                continue
            now = self._kept[pic] = tables.merged_organisation(kept, stated)
            if now is kept:
                continue
            if tables.says_the_same(now, kept):
                self._later.add(pic)
            else:
                self._later.discard(pic)
                changed.append((*now, self._run_id))
        self._note_changed(changed)
        self._seen.update(self._batch)
        self._batch.clear()
        return new, changed

    def rest(self) -> list[Row]:
        """The rows of organisations of which only the day of the statement changed; forgets all it remembered."""
        rows: list[Row] = [(*self._kept[pic], self._run_id) for pic in sorted(self._later, key=str)]
        self._note_changed(rows)
        self._kept.clear()
        self._later.clear()
        return rows

    def _note_changed(self, rows: list[Row]) -> None:
        self.changed.update(row[0] for row in rows if row[0] not in self.added)

    def _fetch(self, pics: Iterable[Value]) -> None:
        """Remember what is kept of these organisations."""
        asked = [int(pic or 0) for pic in pics]
        for start in range(0, len(asked), _CHUNK):
            rows = PastOrganisation.objects.filter(pk__in=asked[start : start + _CHUNK])
            for row in rows.values_list(*tables.ORGANISATIONS.columns):
                self._kept[row[0]] = tuple(_plain(value) for value in row)


def _plain(value: Value | datetime) -> Value:
    """A value as a file would have brought it: instants as text in UTC."""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value
