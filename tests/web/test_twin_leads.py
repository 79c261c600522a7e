"""The same lead twice: knocking again joins the first, and by hand the office is shown it and asked."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.books import MILLION, Office, fund
from tests.leads import Desk
from tests.web.test_interest import knock, link

from cofund.actions import lead_steps
from cofund.actions.lead_steps import LeadMove
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Exchange, ExpressionOfInterest, Lead
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db


def confirm(client: Client, **more: str) -> None:
    """Knock and press the button of the e-mail."""
    knock(client, **more)
    client.post(link())


def test_new_organisation_of_a_lead_shows_the_one_that_it_may_be_and_asks(client: Client) -> None:
    Desk.opened()
    Organisation.objects.create(slug="gates", name="Bill & Melinda Gates Foundation", country="US")
    client.force_login(User.objects.create_user(username="officer", role="officer"))
    typed = {"new_name": "Bill and Melinda Gates Foundation", "new_country": "US", "route": "invited"}
    typed |= {"opened_on": "2015-10-01", "amount_cents": "1,000,000"}
    answer = client.post("/office/leads/new/fund/", typed | {"token": tokens.new()})
    assert (answer.status_code, Lead.objects.count(), Organisation.objects.filter(country="US").count()) == (422, 0, 1)
    assert 'href="/office/partners/gates/"' in answer.text and "It may be here already" in answer.text
    assert list(answer.context["form"].errors) == ["is_new"]
    answer = client.post("/office/leads/new/fund/", typed | {"token": tokens.new(), "is_new": "on"})
    assert (answer.status_code, Lead.objects.count(), Organisation.objects.filter(country="US").count()) == (302, 1, 2)


def test_second_knock_joins_the_first_lead(client: Client) -> None:
    Office.with_scheme(fund(), "fund").topic("VACCINES")
    confirm(client)
    confirm(client, text="We wrote before, and ask once more.", person="Henry Helper", email="henry@gates.example")
    lead = Lead.objects.get()
    assert [one.summary for one in Exchange.objects.filter(lead=lead).order_by("pk")] == [
        "Knocked: We would like to bring seven million.",
        "Knocked: We wrote before, and ask once more.",
    ]
    assert [row.lead for row in ExpressionOfInterest.objects.all()] == [lead, lead]
    confirm(client, amount_cents="8,000,000")
    assert Lead.objects.count() == 2


def test_knock_after_the_first_lead_was_lost_is_a_new_one(client: Client) -> None:
    desk = Desk.opened()
    desk.office.topic("VACCINES")
    confirm(client)
    lead_steps.move_lead(desk.actor, Lead.objects.get().reference, LeadMove("lose lead", reason="Another priority"))
    confirm(client, email="again@gates.example")
    assert Lead.objects.count() == 2


def test_lead_by_hand_shows_the_one_that_is_open_and_asks(client: Client) -> None:
    first = Desk.opened().lead(amount_cents=MILLION)
    client.force_login(User.objects.create_user(username="officer", role="officer"))
    typed = {"organisation": "Trust", "route": "invited", "opened_on": "2015-10-01", "amount_cents": "1,000,000"}
    answer = client.post("/office/leads/new/fund/", typed | {"token": tokens.new()})
    assert (answer.status_code, Lead.objects.count()) == (422, 1)
    assert f'href="/office/leads/{first.reference}/"' in answer.text and "It may be open already" in answer.text
    answer = client.post("/office/leads/new/fund/", typed | {"token": tokens.new(), "is_another": "on"})
    assert (answer.status_code, Lead.objects.count()) == (302, 2)
    answer = client.post("/office/leads/new/fund/", typed | {"token": tokens.new(), "amount_cents": "3"})
    assert (answer.status_code, Lead.objects.count()) == (302, 3)
