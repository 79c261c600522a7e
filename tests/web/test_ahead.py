"""A desk on which nothing waits says what its role can do next, and leads there."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.books import MILLION, Office, shipped
from tests.worlds import world

from cofund.records.directory.models import Organisation, User
from cofund.rules import roles
from cofund.web.office.desk import ahead

pytestmark = pytest.mark.django_db


@world
def office() -> Office:
    """A book in which something is recorded, and nothing waits for anybody who has just come."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.endorse(office.pledge(MILLION, kind="FC_JU").contribution)
    return office


def desk(client: Client, role: str) -> str:
    """The desk of somebody of a role."""
    client.force_login(User.objects.get_or_create(username=role, defaults={"role": role})[0])
    return client.get("/office/").text


@pytest.mark.parametrize("role", sorted(ahead.ROLES))
def test_every_step_of_a_role_is_allowed_and_its_page_opens(role: str, client: Client, office: Office) -> None:
    user = User.objects.create_user(role, role=role)
    steps = ahead.of_role(role, user)
    assert [one["title"] for one in steps] == [one.title for one in ahead.ROLES[role]]
    client.force_login(user)
    assert {one["href"]: client.get(one["href"], follow=True).status_code for one in steps} == {
        one["href"]: 200 for one in steps
    }


@pytest.mark.parametrize("role", [roles.SCIENTIFIC_OFFICER, roles.GOVERNANCE_OFFICER])
def test_desk_with_nothing_to_do_says_what_can_be_done_and_no_movements(
    role: str, client: Client, office: Office
) -> None:
    html = desk(client, role)
    assert ("What you can do next" in html, "Recent movements" in html) == (True, False)
    assert all(one.title in html for one in ahead.ROLES[role])


@pytest.mark.parametrize("role", sorted(set(roles.ROLES) - {roles.PUBLIC, roles.OPERATOR}))
def test_desk_with_nothing_to_do_says_what_its_role_does_and_where_to_begin(
    role: str, client: Client, db: None
) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    html = desk(client, role)
    assert ("Nothing waits for you." in html, ahead.DOES[role] in html) == (True, True)
    begins = role in {roles.AUDITOR, roles.DELEGATE, roles.PARTNER}
    assert ("Where to begin" in html, "What you can do next" in html) == (begins, not begins)
    assert [one.title in html for one in ahead.ROLES[role]] == [True] * len(ahead.ROLES[role])
    assert len(ahead.ROLES[role]) >= 2


def test_desk_with_a_task_shows_the_task_and_the_movements(client: Client, office: Office) -> None:
    user = User.objects.create_user(roles.OFFICER, role=roles.OFFICER)
    Organisation.objects.create(slug="trust", name="Trust", owner=user, next_step="Ring", next_step_on="2026-01-05")
    html = desk(client, roles.OFFICER)
    assert ("What you can do next" in html, "Recent movements" in html) == (False, True)


def test_auditor_reads_the_movements_also_where_nothing_waits(client: Client, office: Office) -> None:
    html = desk(client, roles.AUDITOR)
    assert ("What you can do next" in html, "Recent movements" in html) == (False, True)
