"""Two people with the same thing open: the second is told what the first changed, and writes over it only knowing that."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.books import MILLION
from tests.leads import Desk

from cofund.records.directory.models import Contact, Organisation, User
from cofund.records.programme.models import Lead
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Client:
    """An officer who is signed in."""
    client.force_login(User.objects.create_user(username="officer", role="officer"))
    return client


def shown(client: Client, path: str) -> dict[str, str]:
    """What stands in the form of a page, with its mark."""
    form = client.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in typed.items()} | {"token": tokens.new()}


def seen_in(html: str) -> str:
    """The mark that the page carries."""
    found = re.search(r'name="seen" value="([0-9a-f]+)"', html)
    return found[1] if found else ""


def test_note_on_a_lead_does_not_set_the_amount_back(officer: Client) -> None:
    lead = Desk.opened().lead(amount_cents=MILLION)
    path = f"/office/leads/{lead.reference}/edit/"
    first, second = shown(officer, path), shown(officer, path)
    first["amount_cents"], second["amount_cents"] = "2,000,000", "1,000,000"
    assert officer.post(path, first).status_code == 302
    answer = officer.post(path, second | {"note": "Called"})
    assert (answer.status_code, Lead.objects.get().amount_cents) == (422, 2 * MILLION)
    assert "Somebody changed it after you opened this page" in answer.text and "amount (now “200000000”)" in answer.text
    again = second | {"note": "Called", "amount_cents": "2,000,000", "seen": seen_in(answer.text)}
    assert officer.post(path, again).status_code == 302
    assert (Lead.objects.get().amount_cents, Lead.objects.get().note) == (2 * MILLION, "Called")


def test_website_of_an_organisation_does_not_set_its_country_back(officer: Client) -> None:
    Organisation.objects.create(slug="trust", name="Trust", country="DE")
    path = "/office/partners/trust/edit/"
    first, second = shown(officer, path), shown(officer, path)
    assert officer.post(path, first | {"country": "FR"}).status_code == 302
    answer = officer.post(path, second | {"website": "https://trust.example"})
    assert (answer.status_code, Organisation.objects.get().country) == (422, "FR")
    assert "country (now “FR”)" in answer.text
    again = second | {"country": "FR", "website": "https://trust.example", "seen": seen_in(answer.text)}
    assert officer.post(path, again).status_code == 302


def test_telephone_of_a_contact_does_not_set_the_function_back(officer: Client) -> None:
    trust = Organisation.objects.create(slug="trust", name="Trust")
    row = Contact.objects.create(organisation=trust, name="Grace Giver", function="Director")
    path = f"/office/partners/contacts/{row.pk}/"
    first, second = shown(officer, path), shown(officer, path)
    for one in (first, second):
        one.pop("is_first")
    assert officer.post(path, first | {"function": "President"}).status_code == 302
    answer = officer.post(path, second | {"phone": "+1 23"})
    assert (answer.status_code, Contact.objects.get().function) == (422, "President")
