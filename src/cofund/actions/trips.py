"""Several statements in one trip to the database, each prepared once a connection.

A booking holds the lock of its book from its first read to its commit, so every trip to the database under the lock is paid by all
who wait, and what a driver does around a statement costs more than the statement. On PostgreSQL the statements of a trip go out
together, in the driver's own pipeline, by the names under which the server has prepared them. SQLite lives in the process, where
there is no way to go, and takes them one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any, Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

# Text with a `%s` for each value, and the values.
Statement = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]

# The lock of a book is waited for by one statement and used by the next, which must see what was committed meanwhile.
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
# A server keeps this many statements of ours prepared a connection; further ones it reads anew each time.
_MOST_PREPARED: Final = 64


def trip(statements: Sequence[Statement], *, commits: bool = False) -> Rows:
    """Execute statements in order and give the rows of the last one; `commits` ends the transaction in the same trip.

    The caller is inside `transaction.atomic`, which afterwards finds the transaction ended on PostgreSQL, and ends it on SQLite.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    with database.wrap_database_errors:
        if database.vendor == "postgresql":
            return _wire(database.connection).ask([(_numbered(sql), values) for sql, values in statements], commits)
        rows: Rows = []
        for sql, values in statements:
            taken = [_WRITES[type(value)](value) if type(value) in _WRITES else value for value in values]
            rows = database.connection.execute(_questioned(sql), taken).fetchall()
        return rows


class _Wire:
    """One connection to PostgreSQL below the driver's cursors: what its server has prepared, and how values are written."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        """Begin with nothing prepared."""
        self.server: PGconn = raw.pgconn
        self._written = Transformer(raw)
        self._names: dict[str, bytes] = {}
        self._numbers = count()
        self._traffic = poll()
        self._traffic.register(self.server.socket)

    def ask(self, statements: Sequence[Statement], commits: bool) -> Rows:
        """Send statements with `$1` places together, wait for all answers, and give the rows of the last one with any.

        Begins a transaction where there is none.

        Raises:
            psycopg.Error: what the server refuses, of the first one that it refuses; it does none of those that follow.
        """
        asked: list[tuple[str, Sequence[Any] | None]] = [(sql, self._texts(values)) for sql, values in statements]
        if self.server.transaction_status == TransactionStatus.IDLE:
            asked.insert(0, (_BEGIN, None))
        if commits:
            asked.append(("COMMIT", None))
        known = len(self._names)
        self.server.enter_pipeline_mode()
        try:
            answers = sum(self._send(sql, values) for sql, values in asked)
            self.server.pipeline_sync()
            return self._rows([self._answer() for _ in range(answers + 1)])
        except psycopg.Error:
            # Behind a statement that is refused nothing is prepared either.
            for sql in [*self._names][known:]:
                del self._names[sql]
            raise
        finally:
            self.server.exit_pipeline_mode()

    def _texts(self, values: Sequence[Any]) -> Sequence[Any]:
        """Values as the protocol takes them, written by the driver."""
        return self._written.dump_sequence(values, _TEXT * len(values))

    def _send(self, sql: str, values: Sequence[Any] | None) -> int:
        """Send one statement, by its name where the server has or may have one; give how many answers will come."""
        name, answers = self._names.get(sql), 1
        if name is None:
            if len(self._names) >= _MOST_PREPARED:
                self.server.send_query_params(sql.encode(), values)
                return answers
            name = self._names[sql] = b"cofund_%d" % next(self._numbers)
            self.server.send_prepare(name, sql.encode())
            answers = 2
        self.server.send_query_prepared(name, values)
        return answers

    def _answer(self) -> PGresult:
        """The next answer; nothing stands between two answers but the sign that one has ended."""
        self._wait()
        answer = self.server.get_result()
        if answer is None:
            raise psycopg.OperationalError("The connection to the database was lost.")
        if answer.status != ExecStatus.PIPELINE_SYNC:
            self._wait()
            self.server.get_result()
        return answer

    def _wait(self) -> None:
        """Wait until an answer is there, and let other threads go on meanwhile; what has not gone out yet goes out."""
        while self.server.is_busy():
            self._traffic.modify(self.server.socket, POLLIN | (POLLOUT if self.server.flush() else 0))
            self._traffic.poll()
            self.server.consume_input()

    def _rows(self, answers: Sequence[PGresult]) -> Rows:
        """The rows of the last answer with any."""
        for answer in answers:
            if answer.status == ExecStatus.FATAL_ERROR:
                raise psycopg.errors.error_from_result(answer)
        found = [answer for answer in answers if answer.status == ExecStatus.TUPLES_OK]
        if not found:
            return []
        self._written.set_pgresult(found[-1])
        return self._written.load_rows(0, found[-1].ntuples, tuple)


def _wire(raw: psycopg.Connection[Any]) -> _Wire:
    """The wire of a connection, kept with it."""
    kept: dict[str, Any] = vars(raw)
    if "cofund_wire" not in kept:
        kept["cofund_wire"] = _Wire(raw)
    wire: _Wire = kept["cofund_wire"]
    return wire


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """The text with numbered places, as PostgreSQL has them."""
    pieces = sql.split("%s")
    return "".join(piece + (f"${number}" if number < len(pieces) else "") for number, piece in enumerate(pieces, 1))


@lru_cache(maxsize=256)
def _questioned(sql: str) -> str:
    """The text with the places that SQLite has."""
    return sql.replace("%s", "?")


def _instant(value: datetime) -> str:
    """An instant as SQLite keeps it: without a zone, in UTC."""
    return str(value.astimezone(UTC).replace(tzinfo=None))


_TEXT: Final = (PyFormat.TEXT,)
# How SQLite takes what it has no type for.
_WRITES: Final[dict[type, Callable[[Any], str]]] = {datetime: _instant, date: date.isoformat}
