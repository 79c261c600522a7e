"""The seal: triggers by which the database itself refuses to change, delete or replace what was written.

The migration sets it. Only what empties a whole test database lifts it, and sets it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

# What is sealed is every row that states money, the accounts that it stands in, and the audit trail; contributions and books get
# further facts later, and verifying holds them against what the entries state. Beside each table its unique keys: on SQLite
# `INSERT OR REPLACE` deletes the row that holds the same key and fires no DELETE trigger.
SEALED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "ledger_entry": (("book_id", "number"),),
        "ledger_transfer": (("book_id", "number"),),
        "ledger_account": (("book_id", "code"),),
        "ledger_contributionversion": (("contribution_id", "number"),),
        "directory_auditevent": (),
        "programme_schemeversion": (("scheme_id", "number"), ("scheme_id", "digest")),
    }
)
MESSAGE: Final = "The books are sealed: rows of {table} are never changed or deleted. Book a correction instead."


def sealing(vendor: str, tables: Iterable[str] = tuple(SEALED)) -> list[str]:
    """The statements that set the seal on tables of a database of this vendor (`sqlite` or `postgresql`)."""
    return [statement for table in tables for statement in _sealing(vendor, table, MESSAGE.format(table=table))]


def unsealing(vendor: str, tables: Iterable[str] = tuple(SEALED)) -> list[str]:
    """The statements that lift the seal of tables."""
    return [statement for table in tables for statement in _unsealing(vendor, table)]


def seal(connection: BaseDatabaseWrapper) -> None:
    """Set the seal."""
    with connection.cursor() as cursor:
        for statement in sealing(connection.vendor):
            cursor.execute(statement)


def unseal(connection: BaseDatabaseWrapper) -> None:
    """Lift the seal. Whoever does this says so: what is changed meanwhile is found by `cofund verify-books`."""
    with connection.cursor() as cursor:
        for statement in unsealing(connection.vendor):
            cursor.execute(statement)


def _sealing(vendor: str, table: str, message: str) -> list[str]:
    """The statements that seal one table."""
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        # One question a key, each of which one index answers; asked together they can end in reading the whole table.
        held = " OR ".join(_held(table, key) for key in (("id",), *SEALED[table]))
        return [
            f"CREATE TRIGGER seal_update_{table} BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER seal_delete_{table} BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER seal_insert_{table} BEFORE INSERT ON {table} WHEN {held} {refuse}",
        ]
    return [
        f"CREATE FUNCTION seal_{table}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER seal_{table} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION seal_{table}()",
        f"CREATE TRIGGER seal_all_{table} BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION seal_{table}()",
    ]


def _held(table: str, key: tuple[str, ...]) -> str:
    """The condition that another row has the new row's key; every name is a constant of this module."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608


def _unsealing(vendor: str, table: str) -> list[str]:
    """The statements that lift the seal of one table."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER seal_{verb}_{table}" for verb in ("update", "delete", "insert")]
    return [
        f"DROP TRIGGER seal_{table} ON {table}",
        f"DROP TRIGGER seal_all_{table} ON {table}",
        f"DROP FUNCTION seal_{table}()",
    ]
