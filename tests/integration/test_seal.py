"""The database itself refuses to change, delete, replace or empty what was written."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from tests.books import Office, fund

from cofund.records.ledger import sealing

MESSAGE = "The books are sealed: rows of {} are never changed or deleted. Book a correction instead."
COLUMNS = {
    "ledger_entry": "reason = 'other'",
    "ledger_transfer": "amount_cents = amount_cents + 1",
    "ledger_account": "stage = 'open'",
    "ledger_contributionversion": "amount_cents = 0",
    "directory_auditevent": "reason = 'other'",
    "programme_schemeversion": "label = 'other'",
}


def refusal(sql: str) -> str:
    """Execute a statement and give the first line of the database's refusal."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(caught.value).splitlines()[0]


def rows(table: str) -> list[tuple[object, ...]]:
    """Everything that a table holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return cursor.fetchall()


@pytest.mark.parametrize("table", sealing.SEALED)
def test_seal_refuses_update(db: None, table: str) -> None:
    Office.with_scheme(fund(), "fund").pledge(100)
    before = rows(table)
    assert refusal(f"UPDATE {table} SET {COLUMNS[table]}") == MESSAGE.format(table)
    assert rows(table) == before


@pytest.mark.parametrize("table", sealing.SEALED)
def test_seal_refuses_delete(db: None, table: str) -> None:
    Office.with_scheme(fund(), "fund").pledge(100)
    before = rows(table)
    assert refusal(f"DELETE FROM {table}") == MESSAGE.format(table)
    assert rows(table) == before


@pytest.mark.parametrize("table", sealing.SEALED)
def test_seal_refuses_to_empty_or_replace(db: None, table: str) -> None:
    Office.with_scheme(fund(), "fund").pledge(100)
    before = rows(table)
    if connection.vendor == "sqlite":
        # `REPLACE` deletes the row that holds the same key, and fires no DELETE trigger on SQLite.
        said = refusal(f"REPLACE INTO {table} SELECT * FROM {table}")
    else:
        connection.check_constraints()  # PostgreSQL empties no table whose foreign keys are still to be checked.
        said = refusal(f"TRUNCATE {table} CASCADE")
    assert said == MESSAGE.format(table)
    assert rows(table) == before


@pytest.mark.parametrize("key", ["id", "number"])
def test_seal_refuses_to_replace_by_any_key(db: None, key: str) -> None:
    Office.with_scheme(fund(), "fund").pledge(100)
    before = rows("ledger_transfer")
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, "ledger_transfer")]
    other = {"id": "number = number + 1000", "number": "id = id + 1000"}[key].split(" = ")
    values = ", ".join(other[1] if column == other[0] else column for column in columns)
    insert = f"INTO ledger_transfer ({', '.join(columns)}) SELECT {values} FROM ledger_transfer"
    if connection.vendor == "sqlite":
        assert refusal(f"INSERT OR REPLACE {insert}") == MESSAGE.format("ledger_transfer")
    else:
        conflict = "(id)" if key == "id" else "(book_id, number)"
        said = refusal(f"INSERT {insert} ON CONFLICT {conflict} DO UPDATE SET amount_cents = 1")
        assert said == MESSAGE.format("ledger_transfer")
    assert rows("ledger_transfer") == before


def test_seal_stands_after_tables_were_emptied(transactional_db: None) -> None:
    Office.with_scheme(fund(), "fund").pledge(100)
    assert refusal("DELETE FROM ledger_transfer") == MESSAGE.format("ledger_transfer")


def test_seal_stands_again_in_the_next_test(transactional_db: None) -> None:
    assert rows("ledger_transfer") == []
    Office.with_scheme(fund(), "fund").pledge(100)
    assert refusal("DELETE FROM ledger_transfer") == MESSAGE.format("ledger_transfer")
