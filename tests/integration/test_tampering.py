"""Whatever is changed while the seal is lifted, verifying the books finds it and names the row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from django.db import connection
from tests.books import FINANCE, Office, fund, shipped

from cofund.actions import contributions
from cofund.commands.books import verify_books
from cofund.queries.verification import site, verify
from cofund.records.ledger import sealing
from cofund.records.ledger.models import (
    Account,
    Book,
    Contribution,
    ContributionParty,
    ContributionVersion,
    Entry,
    Transfer,
)
from cofund.records.programme.models import SchemeVersion, Tranche


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
    """The rows that verifying names, of the book and of the site, each once."""
    return list(dict.fromkeys(finding.row for finding in (*verify("fund").findings, *site())))


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
    changed = f": this row, its entry {entry.number} or a version of it was changed"
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


def changed_entries() -> set[int]:
    """The numbers of the entries whose hash tells that they, or a version of theirs, were changed."""
    said = "this row, its entry "
    expected = [finding.expected for finding in verify("fund").findings if said in finding.expected]
    return {int(words.partition(said)[2].split()[0]) for words in expected}


@pytest.mark.parametrize("kind", ["pledge", "amend"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount_cents", 70_000),
        ("effective_on", "2015-09-30"),
        ("original_currency", "USD"),
        ("original_amount_cents", 1),
        ("rate", "1.1"),
        ("rate_on", "2015-09-30"),
        ("rate_source", "another source"),
        ("no_other_union_funding", None),
        ("public_origin_cents", 1),
        ("place", "third"),
        ("certainty", "verified"),
        ("source_url", "https://example.org/"),
        ("reason", "Another reason"),
        ("number", 7),
    ],
)
def test_changed_version_is_found_by_its_entry(office: Office, kind: str, column: str, value: object) -> None:
    version = ContributionVersion.objects.filter(entry__kind=kind).order_by("pk")[0]
    execute(f"UPDATE ledger_contributionversion SET {column} = %s WHERE id = %s", value, version.pk)
    assert changed_entries() == {version.entry.number}


def test_version_that_states_less_than_what_stands_is_named(office: Office) -> None:
    version = ContributionVersion.objects.order_by("-pk")[0]
    execute("UPDATE ledger_contributionversion SET amount_cents = 1 WHERE id = %s", version.pk)
    assert f"version {version.number} of {version.contribution.reference} (row {version.pk})" in named()


def test_removed_version_is_found(office: Office) -> None:
    version = ContributionVersion.objects.get(entry__kind="amend")
    execute("DELETE FROM ledger_contributionversion WHERE id = %s", version.pk)
    assert changed_entries() == {version.entry.number}


def test_added_version_is_found(office: Office) -> None:
    version, other = ContributionVersion.objects.get(entry__kind="amend"), Entry.objects.get(kind="deliver")
    version.pk, version.number, version.entry = None, version.number + 1, other
    version.save(force_insert=True)
    assert changed_entries() == {other.number}


def test_version_moved_to_another_contribution_is_found(office: Office) -> None:
    version, other = ContributionVersion.objects.get(entry__kind="amend"), Contribution.objects.get(role="other")
    execute("UPDATE ledger_contributionversion SET contribution_id = %s WHERE id = %s", other.pk, version.pk)
    assert changed_entries() == {version.entry.number}


def test_version_moved_to_another_entry_is_found(office: Office) -> None:
    version, other = ContributionVersion.objects.get(entry__kind="amend"), Entry.objects.get(kind="deliver")
    execute("UPDATE ledger_contributionversion SET entry_id = %s WHERE id = %s", other.pk, version.pk)
    assert changed_entries() == {version.entry.number, other.number}


@pytest.mark.parametrize(
    ("column", "value"),
    [("stage", "committed"), ("holder", "grant"), ("tranche_id", None), ("tranche_id", "members")],
)
def test_changed_account_is_named(office: Office, column: str, value: str | None) -> None:
    row = Account.objects.get(code="tranche:main:reserved")
    stands = Tranche.objects.get(code=value).pk if value == "members" else value
    execute(f"UPDATE ledger_account SET {column} = %s WHERE id = %s", stands, row.pk)
    assert named() == [f"account {row.code} (row {row.pk})"]


def test_unmatched_account_given_a_tranche_is_named(office: Office) -> None:
    row = Account.objects.get(code="contribution:-:pledged")
    execute("UPDATE ledger_account SET tranche_id = %s WHERE id = %s", Tranche.objects.get(code="main").pk, row.pk)
    assert named() == [f"account {row.code} (row {row.pk})"]


def test_renamed_account_is_named(office: Office) -> None:
    row = Account.objects.get(code="tranche:main:reserved")
    execute("UPDATE ledger_account SET code = 'tranche:main:booked', stage = 'booked' WHERE id = %s", row.pk)
    assert f"account tranche:main:booked (row {row.pk})" in named()


def test_account_moved_to_another_book_is_named(office: Office) -> None:
    other = Office.with_scheme(shipped("foundation"), "foundation")
    row = Account.objects.get(code="tranche:members:open")
    execute("UPDATE ledger_account SET book_id = %s WHERE id = %s", Book.objects.get(scheme=other.row).pk, row.pk)
    assert named() == ["account tranche:members:open"]


def test_changed_text_of_a_scheme_is_named(office: Office) -> None:
    version = SchemeVersion.objects.get()
    execute("UPDATE programme_schemeversion SET content = %s", version.content.replace('ratio = "1"', 'ratio = "2"'))
    assert named() == [f"scheme version 1 (row {version.pk})"]


def test_changed_text_of_a_scheme_with_its_digest_is_found(office: Office) -> None:
    text = SchemeVersion.objects.get().content.replace('code = "main"', 'code = "other"')
    digest = hashlib.sha256(text.encode()).hexdigest()
    execute("UPDATE programme_schemeversion SET content = %s, digest = %s", text, digest)
    assert changed_entries() == set(Entry.objects.values_list("number", flat=True))


@pytest.mark.parametrize(
    ("column", "value"), [("role", "member"), ("kind", "OWN"), ("tranche_id", None), ("project_id", None)]
)
def test_changed_contribution_is_named(office: Office, column: str, value: str | None) -> None:
    row = Contribution.objects.get(role="partner")
    execute(f"UPDATE ledger_contribution SET {column} = %s WHERE id = %s", value, row.pk)
    assert named() == [f"contribution {row.reference} (row {row.pk})"]


def test_contribution_to_another_topic_is_named(office: Office) -> None:
    row = Contribution.objects.get(role="partner")
    execute("UPDATE ledger_contribution SET topic_id = %s WHERE id = %s", office.topic("T2").pk, row.pk)
    assert named() == [f"contribution {row.reference} (row {row.pk})"]


def test_contribution_to_another_project_is_named(office: Office) -> None:
    row = Contribution.objects.get(role="partner")
    execute("UPDATE ledger_contribution SET project_id = %s WHERE id = %s", office.project("p2").pk, row.pk)
    assert named() == [f"contribution {row.reference} (row {row.pk})"]


@pytest.mark.parametrize("change", ["swap", "add", "remove"])
def test_other_parties_are_named(office: Office, change: str) -> None:
    row, other = Contribution.objects.get(role="partner"), office.organisation("Somebody else")
    if change == "add":
        ContributionParty.objects.create(contribution=row, organisation=other)
    elif change == "remove":
        execute("DELETE FROM ledger_contributionparty WHERE contribution_id = %s", row.pk)
    else:
        execute("UPDATE ledger_contributionparty SET organisation_id = %s WHERE contribution_id = %s", other.pk, row.pk)
    assert named() == [f"contribution {row.reference} (row {row.pk})"]


def test_contribution_that_nobody_pledged_is_named(office: Office) -> None:
    row = Contribution.objects.get(role="partner")
    row.pk, row.reference = row.pk + 1_000, "fund-1000"
    row.save(force_insert=True)
    assert named() == [f"contribution fund-1000 (row {row.pk})"]


def test_changed_head_of_the_book_is_found(office: Office) -> None:
    execute("UPDATE ledger_trancheroom SET open_cents = open_cents + 1")
    assert sorted(row.partition(" (")[0] for row in named()) == ["room of tranche main", "room of tranche members"]


NOWHERE = 999


def test_transfer_beyond_the_end_in_no_entry_is_named(office: Office) -> None:
    row = Transfer.objects.order_by("-number")[0]
    row.pk, row.number, row.entry_id = row.pk + 1, row.number + 1, NOWHERE
    row.save(force_insert=True)
    assert named() == [name_of(row)]


def test_transfer_in_no_book_is_named(office: Office) -> None:
    row = Transfer.objects.order_by("-number")[0]
    row.pk, row.number, row.book_id = row.pk + 1, row.number + 1, NOWHERE
    row.save(force_insert=True)
    assert name_of(row) in named()


def test_added_version_of_no_entry_is_named(office: Office) -> None:
    row = ContributionVersion.objects.order_by("-number")[0]
    row.pk, row.number, row.entry_id = None, row.number + 1, NOWHERE
    row.save(force_insert=True)
    assert named() == [f"version {row.number} of {row.contribution.reference} (row {row.pk})"]


def test_contribution_in_no_book_is_named(office: Office) -> None:
    row = Contribution.objects.order_by("pk")[0]
    Contribution.objects.filter(pk=row.pk).update(book=NOWHERE)
    assert f"contribution {row.reference} (row {row.pk})" in named()


def test_command_tells_what_belongs_to_no_book(office: Office) -> None:
    row = Contribution.objects.order_by("pk")[0]
    Contribution.objects.filter(pk=row.pk).update(book=NOWHERE)
    result = CliRunner().invoke(verify_books, [])
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("the site: ")
    assert f"  contribution {row.reference} (row {row.pk}): " in result.stderr
    of_one = CliRunner().invoke(verify_books, ["fund"])
    assert "the site:" not in of_one.stdout


def test_added_entry_of_no_version_of_a_scheme_is_named(office: Office) -> None:
    row = Entry.objects.order_by("-number")[0]
    row.pk, row.number, row.scheme_version_id = row.pk + 1, row.number + 1, NOWHERE
    row.save(force_insert=True)
    assert named() == [f"entry {row.number} (row {row.pk})"]
