"""What was delivered goes a step at a time: reported, certified, validated; or back."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.db import connection
from tests.books import DAY, FINANCE, MILLION, Office, fund, refused, shipped
from tests.worlds import world

from cofund.actions import books, contributions, corrections, delivering, over_deliveries
from cofund.actions.delivering import Delivery
from cofund.actions.errors import StageMissing
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.ledger import sealing
from cofund.records.ledger.models import Account, Contribution, Entry

LATER = DAY + dt.timedelta(days=200)


@world
def office() -> Office:
    """The book of the tests' own scheme: nothing needs a certificate."""
    return Office.with_scheme(fund(), "fund")


def committed(office: Office) -> Contribution:
    """EUR 200 that are committed, matched one to one."""
    return office.committed(20_000, "Foundation F")


def held(office: Office, one: Contribution, holder: str) -> dict[str, int]:
    """What a contribution or its match holds, by stage."""
    return {
        code.rsplit(":", 1)[1]: cents for code, cents in office.balances(one).items() if code.startswith(f"{holder}:")
    }


def test_delivery_is_reported_certified_and_validated_in_turn(office: Office) -> None:
    one = committed(office)
    made = [
        delivering.report(FINANCE, one, 15_500, office.grounds(LATER)).entry,
        delivering.certify(FINANCE, one, 15_000, office.grounds(LATER)).entry,
    ]
    assert held(office, one, "contribution") == {"committed": 4_500, "reported": 500, "certified": 15_000}
    assert held(office, one, "tranche") == {"committed": 20_000}
    made.append(delivering.validate(FINANCE, one, 14_800, Delivery(15_500, 15_000), office.grounds(LATER)).entry)
    assert [entry.kind for entry in made] == ["report", "certify", "validate"]
    assert held(office, one, "contribution") == {"committed": 5_200, "validated": 14_800}
    assert held(office, one, "tranche") == {"committed": 5_200, "consumed": 14_800}
    assert verify("fund").findings == ()


def test_what_is_accepted_is_never_more_than_certified_or_reported(office: Office) -> None:
    one = committed(office)
    delivering.report(FINANCE, one, 10_000, office.grounds(LATER))
    refused(lambda: delivering.certify(FINANCE, one, 10_001, office.grounds(LATER)), StageMissing)
    delivering.certify(FINANCE, one, 9_000, office.grounds(LATER))
    more = refused(lambda: delivering.validate(FINANCE, one, 9_001, Delivery(10_000, 9_000), office.grounds(LATER)))
    assert (more.wrong, more.fields["field"]) == ("Only EUR 90 of it were certified.", "amount")
    without = refused(lambda: delivering.validate(FINANCE, one, 10_001, Delivery(10_000), office.grounds(LATER)))
    assert without.wrong == "Only EUR 100 of it were reported."


def in_kind(office: Office) -> Contribution:
    """EUR 200 of work in kind that are committed, matched one to one."""
    one = office.pledge(20_000, "Foundation F", kind="WORK").contribution
    office.endorse(one), office.reserve(), office.commit()
    one.refresh_from_db()
    return one


def test_what_is_reported_beyond_the_commitment_stands_apart_once_it_is_accepted(office: Office) -> None:
    one = in_kind(office)
    entry = delivering.report(FINANCE, one, 25_000, office.grounds(LATER)).entry
    assert entry.explanation == {"over_reported_cents": 5_000}
    assert held(office, one, "contribution") == {"reported": 20_000}
    entry = delivering.validate(FINANCE, one, 23_000, Delivery(25_000, None, 5_000), office.grounds(LATER)).entry
    assert (entry.explanation["over_delivery_cents"], entry.explanation["warnings"]) == (
        3_000,
        ["EUR 30 of it are more than is committed: over-delivery. It stands apart and is not matched."],
    )
    assert held(office, one, "contribution") == {"overdelivery": 3_000, "validated": 20_000}
    assert held(office, one, "tranche") == {"consumed": 20_000}
    assert verify("fund").findings == ()
    corrections.correct(FINANCE, entry, office.grounds(LATER))
    assert held(office, one, "contribution") == {"reported": 20_000}
    assert verify("fund").findings == ()


def test_what_is_accepted_first_fills_what_others_left_of_the_commitment(office: Office) -> None:
    one = in_kind(office)
    delivering.report(FINANCE, one, 20_000, office.grounds(LATER))
    second = Delivery(4_000, None, 4_000)
    error = refused(lambda: delivering.validate(FINANCE, one, 4_000, second, office.grounds(LATER)))
    assert error.wrong == "EUR 200 of it are reported elsewhere and not checked yet."
    delivering.validate(FINANCE, one, 19_000, Delivery(20_000), office.grounds(LATER))
    delivering.validate(FINANCE, one, 4_000, second, office.grounds(LATER))
    assert held(office, one, "contribution") == {"overdelivery": 3_000, "validated": 20_000}
    assert held(office, one, "tranche") == {"consumed": 20_000}
    assert verify("fund").findings == ()


def test_direct_delivery_in_kind_beyond_the_commitment_stands_apart(office: Office) -> None:
    one = in_kind(office)
    contributions.deliver(FINANCE, one, 20_500, office.grounds(LATER))
    assert held(office, one, "contribution") == {"overdelivery": 500, "validated": 20_000}
    contributions.deliver(FINANCE, one, 100, office.grounds(LATER))
    assert held(office, one, "contribution") == {"overdelivery": 600, "validated": 20_000}
    assert held(office, one, "tranche") == {"consumed": 20_000}
    assert verify("fund").findings == ()


def test_nothing_is_over_delivered_before_it_is_committed(office: Office) -> None:
    one = office.pledge(20_000, "Foundation F", kind="WORK").contribution
    refused(lambda: contributions.deliver(FINANCE, one, 20_500, office.grounds(LATER)), StageMissing)


def test_direct_delivery_of_a_kind_that_needs_a_certificate_is_refused(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    one = office.pledge(2 * MILLION, "JDRF", kind="IK").contribution
    office.endorse(one), office.reserve(), office.commit()
    one.refresh_from_db()
    error = refused(lambda: contributions.deliver(FINANCE, one, MILLION, office.grounds(LATER)))
    assert error.remedy.startswith("Enter it as a report of the yearly round")


def test_more_than_is_committed_cannot_be_reported(office: Office) -> None:
    one = committed(office)
    error = refused(lambda: delivering.report(FINANCE, one, 20_001, office.grounds(LATER)), StageMissing)
    assert error.fields["left_cents"] == 20_000


def test_a_kind_that_needs_a_certificate_is_not_validated_without(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    target = Target(topic=office.topic())
    one = office.pledge(2 * MILLION, "JDRF", kind="IK", target=target).contribution
    office.endorse(one), office.reserve(target), office.commit(target)
    one.refresh_from_db()
    delivering.report(FINANCE, one, MILLION, office.grounds(LATER))
    error = refused(lambda: delivering.validate(FINANCE, one, MILLION, Delivery(MILLION), office.grounds(LATER)))
    assert error.wrong == "In-kind contribution to the project needs a certificate, and there is none."


def test_nothing_accepted_is_a_validation_too(office: Office) -> None:
    one = committed(office)
    delivering.report(FINANCE, one, 10_000, office.grounds(LATER))
    delivering.validate(FINANCE, one, 0, Delivery(10_000), office.grounds(LATER))
    assert held(office, one, "contribution") == {"committed": 20_000}
    assert held(office, one, "tranche") == {"committed": 20_000}


def test_returned_delivery_is_undelivered_again(office: Office) -> None:
    one = committed(office)
    delivering.report(FINANCE, one, 10_000, office.grounds(LATER))
    delivering.certify(FINANCE, one, 9_000, office.grounds(LATER))
    entry = delivering.send_back(FINANCE, one, Delivery(10_000, 9_000), office.grounds(LATER)).entry
    assert entry.kind == Entry.Kind.RETURN
    assert held(office, one, "contribution") == {"committed": 20_000}
    assert verify("fund").findings == ()


@pytest.mark.parametrize("act", [contributions.withdraw, contributions.release])
def test_what_nobody_accepted_is_given_back_from_every_stage(office: Office, act: object) -> None:
    one = committed(office)
    delivering.report(FINANCE, one, 12_000, office.grounds(LATER))
    delivering.certify(FINANCE, one, 8_000, office.grounds(LATER))
    delivering.validate(FINANCE, one, 8_000, Delivery(8_000, 8_000), office.grounds(LATER))
    delivering.report(FINANCE, one, 3_000, office.grounds(LATER))
    delivering.certify(FINANCE, one, 1_000, office.grounds(LATER))
    assert callable(act)
    act(FINANCE, one, office.grounds(LATER))
    assert held(office, one, "contribution") == {"validated": 8_000, "withdrawn": 12_000}
    assert held(office, one, "tranche") == {"consumed": 8_000}
    assert verify("fund").findings == ()


def test_amendment_raises_what_is_committed_and_leaves_what_is_reported(office: Office) -> None:
    one = committed(office)
    delivering.report(FINANCE, one, 20_000, office.grounds(LATER))
    contributions.amend(FINANCE, one, 25_000, office.grounds(LATER))
    assert held(office, one, "contribution") == {"committed": 5_000, "reported": 20_000}
    error = refused(lambda: contributions.reduce(FINANCE, one, 19_000, office.grounds(LATER)))
    assert error.wrong.startswith("Only EUR 50 of it stand undelivered")


def test_correcting_a_release_after_an_amendment_states_what_then_stands(office: Office) -> None:
    one = office.pledge(5_000, "Foundation F").contribution
    released = contributions.release(FINANCE, one, office.grounds(LATER)).entry
    contributions.amend(FINANCE, one, 1_600, office.grounds(LATER))
    corrections.correct(FINANCE, released, office.grounds(LATER))
    assert [version.amount_cents for version in one.versions.order_by("number")] == [5_000, 1_600, 6_600]
    assert verify("fund").findings == ()


def test_over_delivery_that_no_entry_states_or_that_comes_too_early_is_found(office: Office) -> None:
    one = in_kind(office)
    with books.opened("fund", FINANCE) as book:
        entry = book.append(Entry.Kind.DELIVER, [over_deliveries.move(one, 500)], office.grounds(LATER))
    row = entry.transfers.get()
    assert [(finding.row, finding.found) for finding in verify("fund").findings] == [
        (f"entry {entry.number} (row {entry.pk})", "0 cents of over-delivery stated"),
        (
            f"transfer {row.number} (row {row.pk})",
            f"over-delivery of {one.reference} with 20000 cents of it not delivered",
        ),
        (f"entry {entry.number} (row {entry.pk})", "no audit row"),
    ]


def test_book_that_was_open_before_gets_the_accounts_of_over_delivery(office: Office) -> None:
    one = in_kind(office)
    connection.check_constraints()
    sealing.unseal(connection)
    Account.objects.filter(stage="overdelivery").delete()
    connection.check_constraints()
    sealing.seal(connection)
    migration = importlib.import_module("cofund.records.ledger.migrations.0013_over_delivery")
    migration.open_accounts(apps, None)
    assert sorted(Account.objects.filter(stage="overdelivery").values_list("code", flat=True)) == [
        "contribution:-:overdelivery",
        "contribution:main:overdelivery",
        "contribution:members:overdelivery",
    ]
    contributions.deliver(FINANCE, one, 20_500, office.grounds(LATER))
    assert verify("fund").findings == ()
