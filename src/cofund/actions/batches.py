"""Several rows in one go: one statement for everything that a booking writes.

A booking holds the lock of its book from its first read to its commit, so every trip to the database under the lock is paid by all
who wait. The object-relational mapper makes one trip a row. PostgreSQL takes all rows as one statement of data-modifying parts;
SQLite lives in the process, where there is no way to go, and takes them one after the other.
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

    def send(self) -> None:
        """Send everything, and begin anew."""
        statements, self._statements = self._statements, []
        if not statements:
            return
        if connection.vendor == "postgresql":
            everything = [value for _, values in statements for value in values]
            with connection.wrap_database_errors:
                _wire().execute(_joined(tuple(sql for sql, _ in statements)), everything, prepare=True)
            return
        with connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)


def read(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Execute one statement and give its rows; prepared by the server the first time on PostgreSQL."""
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors:
            return list(_wire().execute(_joined((sql,)), values, prepare=True).fetchall())
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _wire() -> psycopg.RawCursor[tuple[Any, ...]]:
    """A cursor of the driver's own, in the transaction of the connection: it need not look for places in the text."""
    connection.ensure_connection()
    return psycopg.RawCursor(connection.connection)


@lru_cache(maxsize=256)
def _joined(statements: tuple[str, ...]) -> str:
    """One statement that does what these do, each exactly once, with numbered places."""
    text = statements[0]
    if len(statements) > 1:
        text = f"WITH {', '.join(f'part{number} AS ({sql})' for number, sql in enumerate(statements))} SELECT 1"
    pieces = text.split("%s")
    return "".join(piece + (f"${number}" if number < len(pieces) else "") for number, piece in enumerate(pieces, 1))


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


def columns_of(row: models.Model) -> dict[str, Any]:
    """A row of a model as column names and values."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def without_key(row: models.Model) -> dict[str, Any]:
    """A row of a model as column names and values, but for the key that the database gives."""
    return {name: value for name, value in columns_of(row).items() if name != "id"}
