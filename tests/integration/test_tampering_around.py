"""What stands around the chain of a book is found too when it is changed: audit trail, decisions, the book itself, and junk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from tests.books import Office, fund, shipped
from tests.integration.test_tampering import execute, name_of, named, office

from cofund.queries import verification
from cofund.queries.verification import verify
from cofund.records.directory.models import AuditEvent, User
from cofund.records.ledger.models import Book, Entry, Transfer
from cofund.records.programme.models import Decision, SchemeVersion

__all__ = ["office"]


@pytest.fixture
def without_constraints(office: Office) -> Iterator[Office]:
    """The book on a database that keeps what its columns cannot hold, as SQLite does; nobody checks it afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
    yield office
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def entry_name(entry: Entry) -> str:
    """How an entry is named in a finding."""
    return f"entry {entry.number} (row {entry.pk})"


def row_of(entry: Entry) -> AuditEvent:
    """The audit row of the booking of an entry."""
    return AuditEvent.objects.get(subject__startswith="fund/", after__entry=entry.number)


def test_emptied_audit_trail_is_found_at_every_entry(office: Office) -> None:
    execute("DELETE FROM directory_auditevent")
    assert named() == [entry_name(entry) for entry in Entry.objects.order_by("number")]


@pytest.mark.parametrize("kind", ["pledge", "amend", "deliver", "reserve", "top_up"])
def test_removed_audit_row_is_found_at_its_entry(office: Office, kind: str) -> None:
    entry = Entry.objects.filter(kind=kind).order_by("number")[0]
    execute("DELETE FROM directory_auditevent WHERE id = %s", row_of(entry).pk)
    assert named() == [entry_name(entry)]


def test_second_audit_row_of_an_entry_is_named(office: Office) -> None:
    row = row_of(Entry.objects.order_by("-number")[0])
    row.pk = None
    row.save(force_insert=True)
    assert named() == [f"audit row {row.pk}"]


@pytest.mark.parametrize("is_sealed", [True, False])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "Somebody else"),
        ("action", "endorse"),
        ("subject", "fund/contribution/fund-999"),
        ("recorded_at", "2015-09-30 12:00:00+00:00"),
        ("reason", "Another reason"),
        ("after", '{"amount_cents": 1, "entry": 3}'),
        ("evidence", "another document"),
        ("actor_role", "auditor"),
    ],
)
def test_changed_audit_row_is_named(office: Office, column: str, value: str, is_sealed: bool) -> None:
    entry = Entry.objects.filter(kind="pledge").order_by("number")[0]
    assert entry.number == 3
    row = row_of(entry)
    execute(f"UPDATE directory_auditevent SET {column} = %s WHERE id = %s", value, row.pk)
    if not is_sealed:
        # As an entry that was booked before: then only what its own row states too is known.
        execute("UPDATE ledger_entry SET sealed = NULL WHERE id = %s", entry.pk)
    is_stated = column not in ("after", "evidence", "actor_role")
    assert (f"audit row {row.pk}" in named()) == (is_sealed or is_stated)


def test_audit_row_of_another_entry_is_found(office: Office) -> None:
    entry = Entry.objects.filter(kind="pledge").order_by("number")[0]
    execute("UPDATE directory_auditevent SET after = %s WHERE id = %s", '{"entry": 4}', row_of(entry).pk)
    assert entry_name(entry) in named()


def test_changed_actor_of_an_entry_is_found(office: Office) -> None:
    entry, other = Entry.objects.get(kind="amend"), User.objects.create(username="other")
    execute("UPDATE ledger_entry SET actor_id = %s WHERE id = %s", other.pk, entry.pk)
    assert named() == [f"audit row {row_of(entry).pk}", entry_name(entry)]


def test_emptied_seal_of_an_entry_is_found(office: Office) -> None:
    entry = Entry.objects.get(kind="amend")
    execute("UPDATE ledger_entry SET sealed = NULL WHERE id = %s", entry.pk)
    assert named() == [name_of(row) for row in entry.transfers.order_by("number")]


@pytest.mark.parametrize(("column", "value"), [("decided_on", "2015-09-30"), ("certainty", "assumed"), ("title", "X")])
def test_changed_decision_is_named(office: Office, column: str, value: str) -> None:
    entry = Entry.objects.get(kind="reserve")
    row = Decision.objects.get(entries=entry)
    execute(f"UPDATE programme_decision SET {column} = %s WHERE id = %s", value, row.pk)
    assert named() == [f"decision {row.number} (row {row.pk})"]


def test_book_that_goes_by_another_schemes_version_is_named(office: Office) -> None:
    Office.with_scheme(shipped("foundation"), "foundation")
    book, other = Book.objects.get(scheme__code="fund"), SchemeVersion.objects.get(scheme__code="foundation")
    execute("UPDATE ledger_book SET version_id = %s WHERE id = %s", other.pk, book.pk)
    assert named() == [f"book (row {book.pk})"]
    # What is booked then says itself by which rules.
    office.top_up(100, "members", dt.date(2026, 1, 2))
    entry = Entry.objects.order_by("-number")[0]
    assert {entry_name(entry), f"book (row {book.pk})"} < set(named())


def test_book_that_goes_by_an_older_version_is_named(office: Office) -> None:
    Office.with_scheme(fund().replace('version = "1"', 'version = "2"'), "fund")
    assert named() == []
    book, first = Book.objects.get(), SchemeVersion.objects.order_by("number")[0]
    execute("UPDATE ledger_book SET version_id = %s", first.pk)
    assert named() == [f"book (row {book.pk})"]


def test_removed_last_entry_is_told_of_its_own_book_alone(office: Office) -> None:
    Office.with_scheme(shipped("foundation"), "foundation")
    last = Entry.objects.filter(book__scheme__code="fund").order_by("-number")[0]
    execute("DELETE FROM ledger_contributionversion WHERE entry_id = %s", last.pk)
    execute("DELETE FROM ledger_entry WHERE id = %s", last.pk)
    assert name_of(Transfer.objects.filter(entry_id=last.pk).order_by("-number")[0]) in named()
    assert verify("foundation").findings == ()
    assert verification.site() == ()


@pytest.mark.parametrize("value", ["[]", "null", '"x"', "1"])
def test_explanation_that_is_none_is_named(office: Office, value: str) -> None:
    entry = Entry.objects.get(kind="amend")
    execute("UPDATE ledger_entry SET explanation = %s WHERE id = %s", value, entry.pk)
    assert named() == [entry_name(entry)]


@pytest.mark.parametrize(
    "value",
    [
        '{"matches": 1}',
        '{"matches": ["x"]}',
        '{"matches": [{"tranche": "main"}]}',
        '{"over_delivery_cents": "x"}',
        '{"contribution": 7}',
        '{"contribution": {"reference": []}}',
        '{"matches": [{"tranche": [], "reference": {}}]}',
    ],
)
def test_explanation_of_another_shape_is_found(office: Office, value: str) -> None:
    entry = Entry.objects.filter(kind="pledge")[0]
    execute("UPDATE ledger_entry SET explanation = %s WHERE id = %s", value, entry.pk)
    assert set(named()) >= {name_of(row) for row in entry.transfers.all()}


@pytest.mark.parametrize(
    ("table", "column", "value", "name"),
    [
        ("ledger_transfer", "amount_cents", "abc", "transfer"),
        ("ledger_transfer", "effective_on", "rubbish", "transfer"),
        ("ledger_transfer", "effective_on", "2015-13-45", "transfer"),
        ("ledger_entry", "effective_on", "rubbish", "entry"),
        ("ledger_entry", "recorded_at", "rubbish", "entry"),
        ("ledger_entry", "explanation", "no text of an object", "entry"),
        ("ledger_contributionversion", "amount_cents", "abc", "version"),
        ("directory_auditevent", "after", "no text of an object", "audit row"),
        ("programme_decision", "decided_on", "rubbish", "decision"),
        ("ledger_trancheroom", "open_cents", "abc", "room"),
    ],
)
def test_row_that_cannot_be_read_is_named(
    request: pytest.FixtureRequest, office: Office, table: str, column: str, value: str, name: str
) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL takes no such value in the first place.
    request.getfixturevalue("without_constraints")
    execute(f"UPDATE {table} SET {column} = %s WHERE id = (SELECT max(id) FROM {table})", value)
    (found,) = named()
    assert found.startswith(name)
