"""Several statements in one go: sent together on PostgreSQL, one after the other on SQLite, where there is no way to go.

A booking holds the lock of its book from its first read to its commit, so every trip to the database under the lock is paid by all
who wait. The object-relational mapper makes one trip a row; this makes one for all rows of a booking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from json import dumps
from typing import Any

import psycopg
from django.db import connection, models

Statement = tuple[str, Sequence[Any]]


class Batch:
    """Statements that wait to be sent, in order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._statements: list[Statement] = []

    def insert(self, model: type[models.Model], *rows: dict[str, Any]) -> None:
        """Add an INSERT of rows; keys are column names, all rows have the same ones."""
        sql = _insert_sql(model._meta.db_table, tuple(rows[0]), len(rows))
        self._statements.append((sql, [_plain(value) for row in rows for value in row.values()]))

    def execute(self, sql: str, *values: Any) -> None:
        """Add a statement with its values."""
        self._statements.append((sql, [_plain(value) for value in values]))

    def send(self) -> list[list[tuple[Any, ...]]]:
        """Send everything; give the rows of each statement, in order, and begin anew."""
        statements, self._statements = self._statements, []
        if not statements:
            return []
        if connection.vendor == "postgresql":
            return _pipelined(statements)
        with connection.cursor() as cursor:
            return [_rows(cursor, statement) for statement in statements]


def _rows(cursor: Any, statement: Statement) -> list[tuple[Any, ...]]:
    """Execute one statement and give its rows; none where it has no result."""
    cursor.execute(*statement)
    return list(cursor.fetchall()) if cursor.description else []


def _pipelined(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Send all statements before waiting for the first answer."""
    connection.ensure_connection()
    wire = connection.connection
    with connection.wrap_database_errors:
        cursors = [psycopg.Cursor(wire) for _ in statements]
        with wire.pipeline():
            for cursor, (sql, values) in zip(cursors, statements, strict=True):
                cursor.execute(sql, values, prepare=True)
        return [list(cursor.fetchall()) if cursor.description else [] for cursor in cursors]


@lru_cache(maxsize=256)
def _insert_sql(table: str, columns: tuple[str, ...], rows: int) -> str:
    """The text of an INSERT of several rows."""
    names = ", ".join(f'"{column}"' for column in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join([places] * rows)}'  # noqa: S608 - names of our own tables


def _plain(value: Any) -> Any:
    """A value as the driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, dict):
        return dumps(value, ensure_ascii=False)
    return value


def day_of(value: date | str) -> date:
    """Give a day as Python has it, from what a driver gives for it."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def timestamp(value: datetime | str | None) -> datetime | None:
    """Give an instant as Python has it, from what a driver gives for it; SQLite keeps it without a zone, in UTC."""
    if value is None:
        return None
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
