"""The rows of a booking, gathered while it is checked and sent to the database together, with its commit.

On PostgreSQL they are one statement of data-modifying parts, so that the server starts and answers once. The object-relational
mapper would make one trip a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from json import JSONEncoder
from typing import Any, Final, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

from cofund.actions.trips import Statement, trip

Row = TypeVar("Row", bound=models.Model)


class Batch:
    """Statements that wait to be sent, in order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._statements: list[Statement] = []

    def insert(self, model: type[models.Model], *rows: Mapping[str, Any]) -> None:
        """Add an INSERT of rows; keys are column names, all rows have the same ones."""
        sql = _insert_sql(model._meta.db_table, tuple(rows[0]), len(rows))
        values = [as_json(value) if type(value) is dict else value for row in rows for value in row.values()]
        self._statements.append((sql, values))

    def execute(self, sql: str, *values: Any) -> None:
        """Add a statement with its values."""
        self._statements.append((sql, values))

    def send(self, *, commits: bool = False) -> None:
        """Send everything, and begin anew; `commits` ends the transaction with it."""
        statements, self._statements = self._statements, []
        if not statements:
            return
        if connection.vendor == "postgresql":
            everything = [value for _, values in statements for value in values]
            statements = [(_joined(tuple(sql for sql, _ in statements)), everything)]
        trip(statements, commits=commits)


def stored(model: type[Row], columns: Mapping[str, Any], **related: models.Model | None) -> Row:
    """A row that is written past the mapper, as an object: its columns, and the objects that some of them name.

    It is put together as pickling does it: the constructor looks at every field one by one, which costs as much as booking the row.
    """
    row = model.__new__(model)
    vars(row).update(columns, _state=ModelState())
    row._state.adding, row._state.db = False, connection.alias
    row._state.fields_cache.update({name: one for name, one in related.items() if one is not None})
    return row


@lru_cache(maxsize=256)
def _joined(statements: tuple[str, ...]) -> str:
    """One statement that does what these do, each exactly once; they do not see what the others do."""
    if len(statements) == 1:
        return statements[0]
    return f"WITH {', '.join(f'part{number} AS ({sql})' for number, sql in enumerate(statements))} SELECT 1"


@lru_cache(maxsize=256)
def _insert_sql(table: str, columns: tuple[str, ...], rows: int) -> str:
    """The text of an INSERT of several rows."""
    names = ", ".join(f'"{column}"' for column in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join([places] * rows)}'  # noqa: S608 - names of our own tables


def day_of(value: date | str | None) -> date | None:
    """Give a day as Python has it, from what a driver gives for it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def timestamp(value: datetime | str | None) -> datetime | None:
    """Give an instant as Python has it, from what a driver gives for it; SQLite keeps it without a zone, in UTC."""
    if value is None:
        return None
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


# A dictionary as a JSON column takes it.
as_json: Final = JSONEncoder(ensure_ascii=False).encode
