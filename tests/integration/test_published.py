"""What was published can be computed again for ever; a changed row is found, and a later exception changes no record."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.db import connection
from django.db.models import F
from tests import publishing as world
from tests import worlds
from tests.books import OPERATOR, Office

from cofund.actions import published as actions
from cofund.commands.published import group
from cofund.queries import published
from cofund.records.directory.models import AuditEvent, Organisation
from cofund.records.ledger import sealing
from cofund.records.ledger.models import PublishedRecord, Transfer

pytestmark = pytest.mark.django_db

EVERYTHING = ["annual-report", "article-116e", "figures", "grants", "states"]


@worlds.world
def office() -> Office:
    return world.programme()


def record() -> list[str]:
    """What is recorded now."""
    return sorted(row.what for row in actions.record(OPERATOR, "imi2"))


def wrong() -> dict[str, tuple[str, ...]]:
    """What does not reproduce."""
    found = [published.verify(row) for row in PublishedRecord.objects.all()]
    return {one.record.what: one.differences for one in found if one.differences}


def test_everything_is_recorded_once_and_reproduces(office: Office) -> None:
    assert record() == EVERYTHING
    assert (record(), wrong()) == ([], {})
    assert AuditEvent.objects.filter(action="record what is published").count() == len(EVERYTHING)


def test_record_reproduces_after_later_bookings(office: Office) -> None:
    record()
    office.pledge(17 * 100_000_000, "Newcomer", kind="FC_JU", target=None)
    office.endorse(world.of("Tansy Society"))
    # A pledge is public in sums alone: nothing but the programme's page tells it.
    assert (record(), wrong()) == (["figures"], {})


def test_exception_changes_what_is_published_and_no_record_of_before(office: Office) -> None:
    record()
    held = world.of("Quince Trust")
    world.hold(office, held, "amount")
    assert record() == EVERYTHING
    assert wrong() == {}
    newest = published.newest("imi2", "figures", 0)
    assert newest is not None and newest.parts["contributions"]["rows"] == 3


def test_name_that_is_corrected_is_told_and_is_no_fault(office: Office) -> None:
    record()
    Organisation.objects.filter(name="Quince Trust").update(name="The Quince Trust")
    found = [published.verify(row) for row in PublishedRecord.objects.all()]
    assert [one.differences for one in found] == [()] * len(found)
    assert any("names or texts were changed" in note for one in found for note in one.notes)


def test_changed_amount_does_not_reproduce(office: Office) -> None:
    record()
    connection.check_constraints()
    sealing.unseal(connection)
    Transfer.objects.filter(contribution=world.of("Quince Trust")).update(amount_cents=F("amount_cents") + 1)
    connection.check_constraints()
    sealing.seal(connection)
    assert sorted(wrong()) == EVERYTHING
    assert all("the figures are others than those that were published" in words[0] for words in wrong().values())


def test_changed_record_does_not_reproduce(office: Office) -> None:
    record()
    PublishedRecord.objects.filter(what="figures").update(figures_digest="0" * 64)
    assert wrong() == {"figures": (published.CHANGED,)}


def test_record_whose_sheets_were_changed_with_it_differs_from_its_audit_row(office: Office) -> None:
    record()
    row = PublishedRecord.objects.get(what="figures")
    row.parts = {"tranches": {"figures": "0", "words": "0", "rows": 1}}
    forged = published.Content({"tranches": published.Part("0", "0", 1)})
    row.figures_digest, row.words_digest = forged.figures, forged.words
    row.save()
    assert wrong()["figures"][0] == published.CHANGED


def test_command_records_and_proves(office: Office) -> None:
    run = CliRunner()
    first = run.invoke(group, ["record", "imi2"])
    assert (first.exit_code, "5 recorded" in first.output) == (0, True)
    proved = run.invoke(group, ["verify", "imi2", "--json"])
    assert (proved.exit_code, {row["reproduces"] for row in json.loads(proved.output)}) == (0, {True})
    PublishedRecord.objects.filter(what="grants").update(words_digest="0" * 64)
    assert run.invoke(group, ["verify", "imi2"]).exit_code == 1
