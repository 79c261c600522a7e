"""Whatever is changed while the seal is lifted, verifying the books finds it and names the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from tests.books import FINANCE, Office, fund

from cofund.actions import contributions
from cofund.queries.verification import verify
from cofund.records.ledger import sealing
from cofund.records.ledger.models import ContributionVersion, Entry, Transfer


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    """A book in which one contribution went all the way, with the seal lifted."""
    made = Office.with_scheme(fund(), "fund")
    contribution = made.committed(60_000)
    contributions.amend(FINANCE, contribution, 50_000, made.grounds())
    contributions.deliver(FINANCE, contribution, 20_000, made.grounds())
    made.pledge(10_000, "Other", role="other")
    assert verify("fund").findings == ()
    connection.check_constraints()  # PostgreSQL changes no trigger of a table whose foreign keys are still to be checked.
    sealing.unseal(connection)
    yield made
    connection.check_constraints()
    sealing.seal(connection)


def execute(sql: str, *values: object) -> None:
    """Do what the seal would refuse."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def named() -> list[str]:
    """The rows that verifying names, each once."""
    return list(dict.fromkeys(finding.row for finding in verify("fund").findings))


def transfer(number: int) -> Transfer:
    """The transfer of this number."""
    return Transfer.objects.get(number=number)


def name_of(row: Transfer) -> str:
    """How a transfer is named in a finding."""
    return f"transfer {row.number} (row {row.pk})"


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("amount_cents", "amount_cents - 1"),
        ("effective_on", "'2015-09-30'"),
        ("from_account_id", "to_account_id + 0 * id"),
        ("contribution_id", "NULL"),
        ("hash", "previous_hash"),
        ("previous_hash", "hash"),
    ],
)
def test_changed_transfer_is_named(office: Office, column: str, change: str) -> None:
    row = transfer(3)
    if column == "from_account_id":
        # Another account that exists: pledged money would come out of the tranche.
        change = str(transfer(4).from_account_id)
    execute(f"UPDATE ledger_transfer SET {column} = {change} WHERE number = 3")
    assert name_of(row) in named()


@pytest.mark.parametrize("number", range(1, 13))
def test_every_transfer_is_guarded(office: Office, number: int) -> None:
    row = transfer(number)
    execute("UPDATE ledger_transfer SET amount_cents = amount_cents + 1 WHERE number = %s", number)
    assert name_of(row) in named()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "Another reason"),
        ("actor_name", "Somebody else"),
        ("evidence", "another document"),
        ("effective_on", "2015-09-30"),
        ("recorded_at", "2015-09-30 12:00:00+00:00"),
        ("kind", "reserve"),
        ("certainty", "verified"),
        ("assumption", "none"),
        ("explanation", "{}"),
        ("decision_id", None),
    ],
)
def test_changed_entry_is_named_by_its_transfers(office: Office, column: str, value: str | None) -> None:
    entry = Entry.objects.filter(kind="pledge" if column == "explanation" else "endorse")[0]
    execute(f"UPDATE ledger_entry SET {column} = %s WHERE id = %s", value, entry.pk)
    changed = f": this row or its entry {entry.number} was changed"
    found = [finding.row for finding in verify("fund").findings if finding.expected.endswith(changed)]
    assert found == [name_of(row) for row in entry.transfers.order_by("number")]


def test_removed_last_transfer_is_found(office: Office) -> None:
    last = Transfer.objects.order_by("-number")[0]
    execute("DELETE FROM ledger_transfer WHERE id = %s", last.pk)
    assert f"entry {last.entry.number} (row {last.entry_id})" in named()


def test_removed_last_entry_is_found(office: Office) -> None:
    last = Entry.objects.order_by("-number")[0]
    for table, column in (
        ("ledger_transfer", "entry_id"),
        ("ledger_contributionversion", "entry_id"),
        ("ledger_entry", "id"),
    ):
        execute(f"DELETE FROM {table} WHERE {column} = %s", last.pk)
    assert any(row.startswith("audit row ") for row in named())


def test_removed_transfer_in_the_middle_is_found(office: Office) -> None:
    after = transfer(4)
    execute("DELETE FROM ledger_transfer WHERE number = 3")
    assert name_of(after) in named()


def test_removed_entry_in_the_middle_is_found(office: Office) -> None:
    entry = Entry.objects.get(kind="amend")
    after = Entry.objects.get(number=entry.number + 1)
    for table, column in (
        ("ledger_transfer", "entry_id"),
        ("ledger_contributionversion", "entry_id"),
        ("ledger_entry", "id"),
    ):
        execute(f"DELETE FROM {table} WHERE {column} = %s", entry.pk)
    assert f"entry {after.number} (row {after.pk})" in named()


def test_swapped_transfers_are_found(office: Office) -> None:
    first, second = transfer(3), transfer(4)
    for number, row in ((1_000, first), (3, second), (4, first)):
        execute("UPDATE ledger_transfer SET number = %s WHERE id = %s", number, row.pk)
    assert set(named()) >= {f"transfer 3 (row {second.pk})", f"transfer 4 (row {first.pk})"}


@pytest.mark.parametrize("forge", [lambda row: None, lambda row: setattr(row, "previous_hash", row.hash)])
def test_inserted_transfer_is_found(office: Office, forge: Callable[[Transfer], None]) -> None:
    row = Transfer.objects.order_by("-number")[0]
    forge(row)
    row.pk, row.number = None, row.number + 1
    row.save(force_insert=True)
    assert name_of(row) in named()


def test_changed_version_is_found(office: Office) -> None:
    version = ContributionVersion.objects.order_by("-pk")[0]
    execute("UPDATE ledger_contributionversion SET amount_cents = 1 WHERE id = %s", version.pk)
    assert named() == [f"version {version.number} of {version.contribution.reference} (row {version.pk})"]


def test_changed_head_of_the_book_is_found(office: Office) -> None:
    execute("UPDATE ledger_trancheroom SET open_cents = open_cents + 1")
    assert sorted(row.partition(" (")[0] for row in named()) == ["room of tranche main", "room of tranche members"]
