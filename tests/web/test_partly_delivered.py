"""What is told of a contribution that came in part, of one that was withdrawn, and of projects of which nobody knows what came."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from tests.books import FINANCE, MILLION, Office, shipped
from tests.worlds import world

from cofund.actions import contributions
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Project


@world
def office() -> Office:
    """IMI2 with a contribution in cash, committed with the grant of a project."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.pledge(7 * MILLION, "JDRF", kind="FC_JU")
    for one in Contribution.objects.all():
        office.endorse(one)
    office.reserve()
    office.commit()
    return office


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get_or_create(username=role, role=role)[0])
    return client


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_contribution_that_came_in_part_is_not_said_to_be_validated(office: Office) -> None:
    row = Contribution.objects.get()
    contributions.deliver(FINANCE, row, MILLION, office.grounds())
    for client, path in (
        (signed_in("finance_officer"), f"/office/contributions/{row.reference}/"),
        (Client(), f"/contributions/{row.reference}/"),
        (Client(), "/partners/jdrf/"),
    ):
        assert "Partly validated" in words(client, path), path
    contributions.deliver(FINANCE, row, 6 * MILLION, office.grounds())
    page = words(signed_in("finance_officer"), f"/office/contributions/{row.reference}/")
    assert ("Partly validated" in page, "Validated in part" in page) == (False, False)


def test_withdrawn_contribution_has_no_match_to_explain(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    row = office.pledge(7 * MILLION, "JDRF", kind="FC_JU").contribution
    path, officer = f"/office/contributions/{row.reference}/", signed_in("officer")
    assert "Its match" in words(officer, path)
    contributions.withdraw(office.actor, row, office.grounds())
    assert "Its match" not in words(officer, path)


@pytest.mark.parametrize("is_historical", [True, False])
def test_give_back_of_a_project_from_public_sources_says_that_deliveries_are_not_known(
    office: Office, is_historical: bool
) -> None:
    Project.objects.update(is_historical=is_historical)
    project, finance = Project.objects.get(), signed_in("finance_officer")
    told = f"What {project.acronym} received is not known here"
    assert (told in words(finance, f"/office/imi2/projects/{project.slug}/close-out/")) is is_historical
    reference = Contribution.objects.get().reference
    assert (told in words(finance, f"/office/contributions/{reference}/notice/")) is is_historical
