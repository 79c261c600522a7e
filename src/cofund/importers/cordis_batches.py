"""Rows that were taken, gathered and written a batch at a time: one transaction each, all of it or nothing.

PostgreSQL works in a process of its own, so a batch is written there while the next one is read. SQLite works in ours:
there the two would only be in each other's way, and a batch is written before the reading goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple, Self

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from cofund.importers import cordis_tables as tables
from cofund.importers.cordis_organisations import Organisations
from cofund.importers.cordis_values import Column
from cofund.importers.loading import Piece, Table, pieces_of, writer


class _Write(NamedTuple):
    """Rows for one table; `all_new` states that it has none of them."""

    table: Table
    pieces: list[Piece]
    all_new: bool = False


class Batches:
    """Writes the rows of one import. Whoever asks the database in between calls `settle` first."""

    def __init__(self, run_id: int, batch_rows: int) -> None:
        self.run_id, self.batch_rows = run_id, batch_rows
        self.written: Counter[str] = Counter()  # rows added or changed, by table
        self.before = {table.name: table.model._default_manager.count() for table in tables.TABLES}
        self.organisations = Organisations(run_id, was_empty=not self.before[tables.ORGANISATIONS.name])
        self._writer = writer()
        self._pending: dict[str, list[Piece]] = {}
        self._pending_rows = 0
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None
        self._at_end = ExitStack()

    def __enter__(self) -> Self:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor == "postgresql":
            # The thread works on our own connection, in turns with us, and so within a transaction that is open here.
            connection.inc_thread_sharing()
            self._at_end.callback(connection.dec_thread_sharing)
            share = (connections.__setitem__, (DEFAULT_DB_ALIAS, connection))
            self._thread = self._at_end.enter_context(ThreadPoolExecutor(1, "batches", *share))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the batch that is under way, so that it is whole. Its failure counts if nothing failed before."""
        with self._at_end:
            if error is None:
                self.settle()

    def put(self, table: Table, columns: list[Column]) -> None:
        """Add rows, column by column, to the batch that comes together."""
        rows = len(columns[0])
        self._pending.setdefault(table.name, []).append([*columns, [self.run_id] * rows])
        self._pending_rows += rows

    @property
    def is_full(self) -> bool:
        """Whether a batch has come together."""
        return self._pending_rows >= self.batch_rows

    def flush(self) -> None:
        """Have what has come together written, after the batch before."""
        self.settle()
        if self.organisations.is_full:
            # What is asked for next must be there.
            self._begin([_Write(tables.ORGANISATIONS, pieces_of(self.organisations.rest()))])
            self.settle()
        pending, self._pending, self._pending_rows = self._pending, {}, 0
        new, changed = self.organisations.changes()
        writes = []
        for table in tables.TABLES:
            if table is tables.ORGANISATIONS:
                writes += [_Write(table, pieces_of(new), all_new=True), _Write(table, pieces_of(changed))]
            else:
                # Keys do not come twice in a run, so what was empty before it has none of these.
                writes.append(_Write(table, pending.get(table.name, []), all_new=not self.before[table.name]))
        self._begin(writes)

    def flush_rest(self) -> None:
        """Have written what is only known when there are no more organisations."""
        self.settle()
        self._begin([_Write(tables.ORGANISATIONS, pieces_of(self.organisations.rest()))])

    def settle(self) -> None:
        """Wait until nothing is under way.

        Raises: what went wrong with the batch that was.
        """
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def _begin(self, writes: Iterable[_Write]) -> None:
        if self._thread is None:
            self._write(writes)
        else:
            self._under_way = self._thread.submit(self._write, writes)

    def _write(self, writes: Iterable[_Write]) -> None:
        with transaction.atomic():
            for table, pieces, all_new in writes:
                if pieces:
                    self.written[table.name] += self._writer.write(table, pieces, all_new=all_new)
