"""What a partner's person and somebody without the right are told: of their own, and who they are."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.books import MILLION, Office, shipped

from cofund.records.directory.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.with_scheme(shipped("ihi"), "ihi")


def signed_in(role: str, office: Office | None = None) -> Client:
    """Somebody of a role; a partner's person is of JDRF."""
    browser = Client()
    organisation = office.organisation("JDRF") if office else None
    browser.force_login(User.objects.create_user(role, role=role, organisation=organisation))
    return browser


def test_partner_is_told_of_its_own_contributions_alone(office: Office) -> None:
    office.pledge(MILLION, "Other Trust", kind="IKOP", accepts_unmatched=True)
    html = signed_in("partner", office).get("/office/ihi/contributions/").content.decode()
    assert "Your contributions in Innovative Health Initiative" in html
    assert ("No contribution of yours is recorded here." in html, "No contribution is recorded yet." in html) == (
        True,
        False,
    )
    assert ('class="visibility visibility-partners"' in html, 'visibility-internal"' in html) == (True, False)
    for_office = signed_in("officer").get("/office/ihi/contributions/").content.decode()
    assert "Every contribution in Innovative Health Initiative" in for_office
    assert 'visibility-internal"' in for_office


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ihi", "shows kind and amount at once, and who gives it from the stage “committed” on."),
    ],
)
def test_form_of_a_pledge_says_what_everybody_will_see(office: Office, code: str, said: str) -> None:
    assert said in signed_in("officer").get(f"/office/{code}/pledge/").content.decode()


def test_refusal_knows_who_is_signed_in(office: Office) -> None:
    browser = signed_in("partner", office)
    refused = browser.get("/office/ihi/pledge/")
    assert refused.status_code in (403, 404)
    html = refused.content.decode()
    assert (">partner</a>" in html, "Sign in, if you have an account." in html) == (True, False)
    absent = browser.get("/nowhere/").content.decode()
    assert (">partner</a>" in absent, 'aria-label="Office"' in absent) == (True, True)
    visitor = Client().get("/nowhere/").content.decode()
    assert ("Sign in</a>" in visitor, "account-name" in visitor) == (True, False)
