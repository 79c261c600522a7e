"""Finds rows of a book that hold what no value of their column can be, before anything is computed from them.

SQLite keeps any value in any column; a day that is no day, an amount that is a word or an explanation that is a list would
otherwise end the verification without a word on where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, models

from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Account, Book, Contribution, ContributionVersion, Entry, TrancheRoom, Transfer
from cofund.records.programme.models import Decision, SchemeVersion
from cofund.rules.book_rows import Finding

# Each table that a verification reads, with the condition of the rows that it reads of one book, and whose key that takes.
_OF_A_BOOK: Final[tuple[tuple[type[models.Model], str, str], ...]] = (
    (Book, "id = %s", "book"),
    (TrancheRoom, "book_id = %s", "book"),
    (Account, "book_id = %s", "book"),
    (Contribution, "book_id = %s", "book"),
    (Entry, "book_id = %s", "book"),
    (Transfer, "book_id = %s", "book"),
    (
        ContributionVersion,
        "(contribution_id IN (SELECT c.id FROM ledger_contribution c WHERE c.book_id = %s) "
        "OR entry_id IN (SELECT e.id FROM ledger_entry e WHERE e.book_id = %s))",
        "book",
    ),
    (Decision, "scheme_id = %s", "scheme"),
    (SchemeVersion, "scheme_id = %s", "scheme"),
    (AuditEvent, "substr(subject, 1, %s) = %s", "subject"),
)
# Columns of objects; each may hold nothing where the column may.
_OBJECTS: Final = {"explanation", "sealed", "after", "before"}
_NAMES: Final = {"auditevent": "audit row", "contributionversion": "version", "trancheroom": "room"}


def unreadable(book: Book) -> Iterator[Finding]:
    """Name the rows of a book, its scheme and its audit trail that cannot be read. One query a table."""
    for model, condition, whose in _OF_A_BOOK:
        prefix = f"{book.scheme.code}/"
        keys: dict[str, list[Any]] = {
            "book": [book.pk],
            "scheme": [book.scheme_id],
            "subject": [len(prefix), prefix],
        }
        values = keys[whose]
        values *= condition.count("%s") // len(values)
        wrong = {str(field.column): said for field in model._meta.concrete_fields if (said := _wrong(field))}
        if not wrong:
            continue
        number = "number" if any(field.column == "number" for field in model._meta.concrete_fields) else "NULL"
        columns = ", ".join(f"({said})" for said in wrong.values())
        sql = (
            f'SELECT id, {number}, {columns} FROM "{model._meta.db_table}" '  # noqa: S608 - names of our own tables
            f"WHERE {condition} AND ({' OR '.join(f'({said})' for said in wrong.values())}) ORDER BY id"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            for key, place, *flags in cursor.fetchall():
                what = ", ".join(column for column, flag in zip(wrong, flags, strict=True) if flag)
                yield Finding(
                    _name(model, key, place), f"a value in {what} that cannot be read", "one of the column's kind"
                )


def _name(model: type[models.Model], key: int, number: object) -> str:
    """How a row is named in a finding."""
    kind = _NAMES.get(model._meta.model_name or "", str(model._meta.verbose_name))
    if model is AuditEvent:
        return f"{kind} {key}"
    return f"{kind} {number} (row {key})" if number is not None else f"{kind} (row {key})"


def _wrong(field: models.Field[Any, Any]) -> str:
    """The condition that a column holds what it cannot; empty where the database itself sees to it."""
    column, kind = f'"{field.column}"', field.get_internal_type()
    if connection.vendor != "sqlite":
        return f"jsonb_typeof({column}) <> 'object'" if field.column in _OBJECTS else ""
    if kind == "JSONField":
        shape = f" OR json_type({column}) <> 'object'" if field.column in _OBJECTS else ""
        # In one CASE, since the database may ask both parts of an OR.
        fault = f"CASE WHEN NOT json_valid({column}) THEN 1 ELSE (0{shape}) END"
    elif kind == "DateField":
        fault = f"{column} IS NOT date({column})"
    elif kind == "DateTimeField":
        fault = f"datetime({column}) IS NULL OR substr({column}, 1, 10) IS NOT date({column})"
    elif kind in ("CharField", "TextField", "URLField"):
        fault = f"typeof({column}) <> 'text'"
    else:
        fault = f"typeof({column}) <> 'integer'"
    return f"{column} IS NOT NULL AND ({fault})"
