"""What an office records of a partner stands on its page and is found by its list; a lead comes by any of the five ways."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, shipped
from tests.worlds import world

from cofund.actions import contacts
from cofund.actions.actors import Actor
from cofund.actions.contacts import ContactFacts
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Lead
from cofund.rules import roles
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db
ACTOR = Actor("Officer", roles.OFFICER)


@world
def office() -> Office:
    """The book of IMI2 with one partner."""
    made = Office.with_scheme(shipped("imi2"), "imi2")
    made.organisation("Wellcome")
    return made


@pytest.fixture
def officer(client: Client, office: Office) -> Client:
    client.force_login(User.objects.create_user("olga", role="officer"))
    return client


@pytest.mark.parametrize("route", Lead.Route.values)
def test_lead_of_every_way_in_is_opened_by_the_form_and_told_on_its_page(
    officer: Client, office: Office, route: str
) -> None:
    form = {"organisation": "Wellcome", "route": route, "opened_on": "2026-03-02", "reason": "A first talk"}
    answer = officer.post(reverse("office-lead-new", args=["imi2"]), {**form, "token": tokens.new()})
    assert answer.status_code == 302
    lead = Lead.objects.get()
    assert lead.route == route
    label = str(Lead.Route(route).label)
    assert label in officer.get(answer["Location"]).text
    listed = officer.get(reverse("office-leads-table"), {"route": route, "format": "json"}).json()["rows"]
    assert len(listed) == 1
    others = [one for one in Lead.Route.values if one != route]
    for other in others:
        rows = officer.get(reverse("office-leads-table"), {"route": other, "format": "json"}).json()["rows"]
        assert rows == []


def test_there_are_five_ways_in() -> None:
    assert set(Lead.Route.values) == {"invited", "seated", "knocks", "brokerage", "proposal"}


def test_contacts_offers_and_needs_stand_on_the_page_of_a_partner(officer: Client, office: Office) -> None:
    one = Organisation.objects.get(slug="wellcome")
    contacts.add(ACTOR, one, ContactFacts("Ada Example", email="ada@example.org"))
    contacts.state_interest(ACTOR, one, "offer", "A cohort of 4,000 patients")
    contacts.state_interest(ACTOR, one, "need", "A laboratory for sequencing")
    contacts.state_interest(ACTOR, one, "interest", "Antimicrobial resistance")
    text = officer.get(reverse("office-partner", args=["wellcome"])).text
    for said in ("Ada Example", "ada@example.org", "A cohort of 4,000", "A laboratory for", "Antimicrobial resistance"):
        assert said in text
