"""Rows into tables, many at a time: one interface, and a writer each for SQLite and PostgreSQL.

A row is written if its key is new, changed if any of its values differ, and left alone otherwise, so that a second
import of the same file changes nothing. Values are those that `cordis_values` makes; both databases take them as is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from cofund.importers.cordis_values import Column, Value

Row = Sequence[Value]
Piece = Sequence[Column]  # some rows of a table, column by column

TOGETHER = 500  # rows that are worked on together; with more, they no longer stay in the cache of the processor
_MARKED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@dataclass(frozen=True)
class Table:
    """A model as the writers see it: the columns that rows carry, in order, and those that identify a row.

    Rows carry one value more, at the end: the number of the run.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    name: str = field(init=False)  # in the database

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.model._meta.db_table)

    def keys(self, columns: Sequence[Column]) -> list[str]:
        """The key of each row as one short text, so that sets of them stay small."""
        key = [columns[self.columns.index(column)] for column in self.key]
        return list(map(" ".join(["{}"] * len(key)).format, *key))

    def insert(self, values: str, differs: str) -> str:
        """The statement that writes rows: `values` is their source, `differs` the operator "is not the same"."""
        everything = (*self.columns, "run_id")
        rest = [column for column in self.columns if column not in self.key]
        action = "NOTHING"
        if rest:
            changes = ", ".join(f'"{column}" = excluded."{column}"' for column in (*rest, "run_id"))
            ours = ", ".join(f'target."{column}"' for column in rest)
            theirs = ", ".join(f'excluded."{column}"' for column in rest)
            action = f"UPDATE SET {changes} WHERE ({ours}) {differs} ({theirs})"
        # Only names of our own models go into the statement; the values of a file never do.
        return (
            f'INSERT INTO "{self.name}" AS target ({_quoted(everything)}) {values} '
            f"ON CONFLICT ({_quoted(self.key)}) DO {action}"
        )


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


class Writer(Protocol):
    """Writes rows to one kind of database, within the transaction that is open."""

    def write(self, table: Table, pieces: Sequence[Piece], *, all_new: bool = False) -> int:
        """Write rows, of which no two have the same key; give how many were added or changed.

        `all_new` states that the table has none of them, which PostgreSQL can make use of.
        """
        ...


class SQLiteWriter:
    """One prepared statement, run for each row."""

    def write(self, table: Table, pieces: Sequence[Piece], *, all_new: bool = False) -> int:
        """See `Writer`."""
        marks = ", ".join(["%s"] * (len(table.columns) + 1))
        with connection.cursor() as cursor:
            rows = [row for piece in pieces for row in zip(*piece, strict=True)]
            cursor.executemany(table.insert(f"VALUES ({marks})", "IS NOT"), rows)
            return int(cursor.rowcount)


class PostgreSQLWriter:
    """COPY into a table of the transaction's own, then one statement from there."""

    def write(self, table: Table, pieces: Sequence[Piece], *, all_new: bool = False) -> int:
        """See `Writer`."""
        columns = _quoted((*table.columns, "run_id"))
        incoming = f'"incoming_{table.name}"'
        with connection.cursor() as cursor:
            if all_new:
                return _copy(cursor, f'"{table.name}" ({columns})', pieces)
            cursor.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS {incoming} ON COMMIT DELETE ROWS "  # noqa: S608
                f'AS SELECT {columns} FROM "{table.name}" WITH NO DATA'
            )
            _copy(cursor, f"{incoming} ({columns})", pieces)
            source = f"SELECT {columns} FROM {incoming}"  # noqa: S608
            cursor.execute(table.insert(source, "IS DISTINCT FROM"))
            changed = int(cursor.rowcount)
            cursor.execute(f"TRUNCATE {incoming}")
            return changed


def pieces_of(rows: Sequence[Row]) -> list[Piece]:
    """Rows in pieces of the size that is quickest to work with."""
    return [list(zip(*rows[start : start + TOGETHER], strict=True)) for start in range(0, len(rows), TOGETHER)]


def _copy(cursor: CursorWrapper, target: str, pieces: Sequence[Piece]) -> int:
    """COPY rows to a table with its columns; give how many there were."""
    with connection.wrap_database_errors, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for piece in pieces:
            copy.write(copy_text(piece))
    return sum(len(piece[0]) for piece in pieces)


def copy_text(piece: Piece) -> str:
    """Rows in the text format of COPY. Made a column at a time: value by value it would take three times as long."""
    lines = map("\t".join, zip(*map(_copy_column, piece), strict=True))
    return "\n".join(lines) + "\n"


def _copy_column(values: Sequence[Value]) -> Sequence[str]:
    """The values of one column, with what would end a field or a line marked, and unknown as `\\N`."""
    texts = cast(Sequence[str], values)
    try:
        whole = "".join(texts)
    except TypeError:  # numbers, truths, or some that are unknown
        texts = ["" if value is None else str(value) for value in values]
        whole = "".join(texts)
    if any(sign in whole for sign in "\\\t\n\r"):
        texts = [text.translate(_MARKED) for text in texts]
    if None in values:
        texts = [r"\N" if value is None else text for value, text in zip(values, texts, strict=True)]
    return texts


def writer() -> Writer:
    """The writer for the database in use."""
    return PostgreSQLWriter() if connection.vendor == "postgresql" else SQLiteWriter()
