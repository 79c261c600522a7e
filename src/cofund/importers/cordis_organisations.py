"""Organisations of one import: a file repeats their details in every participation, the corpus keeps them once."""

from __future__ import annotations

from datetime import datetime

from cofund.importers import cordis_tables as tables
from cofund.importers.cordis_values import Value
from cofund.importers.loading import Row
from cofund.records.corpus.models import PastOrganisation

_CHUNK = 500  # organisations asked for at once; below the number of parameters that SQLite takes


class Organisations:
    """What the rows of a batch say about organisations, put together with what was kept before."""

    def __init__(self, run_id: int, *, was_empty: bool) -> None:
        self._run_id = run_id
        self._was_empty = was_empty
        self._batch: dict[Value, Row] = {}
        self.seen: set[Value] = set()
        self.changed: set[Value] = set()  # kept before this run, and different since

    def state(self, row: Row) -> None:
        """Take one more statement about an organisation."""
        kept = self._batch.get(row[0])
        self._batch[row[0]] = row if kept is None else tables.merged_organisation(kept, row)

    def merged(self) -> list[Row]:
        """The rows that are new or different now, with the number of the run; begins the next batch."""
        # What was not there at the start and not yet stated in this run need not be asked for.
        ask = [pic for pic in self._batch if not self._was_empty or pic in self.seen]
        rows: list[Row] = []
        for start in range(0, len(ask), _CHUNK):
            rows.extend(self._changes(ask[start : start + _CHUNK]))
        rows.extend((*row, self._run_id) for row in self._batch.values())
        self.seen.update(ask)
        self.seen.update(row[0] for row in self._batch.values())
        self._batch.clear()
        return rows

    def _changes(self, pics: list[Value]) -> list[Row]:
        """Those of these organisations that are kept already and differ now; they leave the batch."""
        found = PastOrganisation.objects.filter(pk__in=pics).values_list(*tables.ORGANISATIONS.columns, "run_id")
        rows: list[Row] = []
        for *columns, run_id in found:
            kept = tuple(_plain(value) for value in columns)
            now = tables.merged_organisation(kept, self._batch.pop(kept[0]))
            if now is kept:
                continue
            if run_id != self._run_id:
                self.changed.add(kept[0])
            rows.append((*now, self._run_id))
        return rows


def _plain(value: Value | datetime) -> Value:
    """A value as a file would have brought it: instants as text in UTC."""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value
