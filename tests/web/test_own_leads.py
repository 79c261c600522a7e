"""What a partner sees of its own leads: how each came, for what, where it stands; nothing that the office reckons or notes."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, shipped
from tests.rights import partner
from tests.worlds import world

from cofund.records.directory.models import User
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Lead
from cofund.web.office import tokens

ON = dt.date(2026, 3, 1)
# What the office keeps for itself, as pages would show it.
SECRETS = ("4,200,000", "4.2 m", "35 %", "35%", "Ring them again", "They hesitate", "Too dear", "Wants children in it")


@world
def office() -> Office:
    """The book of IMI2 with a lead of JDRF and one of somebody else."""
    made = Office.with_scheme(shipped("imi2"), "imi2")
    owner = User.objects.create_user("olga", first_name="Olga", last_name="Officer", role="officer", password=None)
    for name in ("JDRF", "Other Trust"):
        Lead.objects.create(
            scheme=made.row,
            reference=f"lead-{name.split()[0].lower()}",
            organisation=made.organisation(name),
            topic=made.topic("T1" if name == "JDRF" else "T2"),
            route="invited",
            stage="exploring",
            stage_since_on=ON,
            opened_on=ON,
            kind="FC_JU",
            amount_cents=420_000_000,
            probability_percent=35,
            interest="Wants children in it",
            owner=owner,
            next_step="Ring them again",
            next_step_on=ON,
            lost_reason="Too dear",
            note="They hesitate",
        )
    return made


def client(office: Office, *rights: str) -> Client:
    """A browser of somebody of JDRF with some rights."""
    made = Client()
    made.force_login(partner("pia", office.organisation("JDRF"), *rights))
    return made


@pytest.mark.parametrize("page", ["desk", "partner-desk"])
def test_partner_reads_the_facts_of_its_own_leads_and_nothing_that_the_office_keeps(office: Office, page: str) -> None:
    html = client(office, "read").get(reverse(page, args=["jdrf"] if page == "partner-desk" else [])).content.decode()
    shown = ("T1", "Invited by the office", "You are looking for a topic together", "1 March 2026")
    assert [words in html for words in shown] == [True] * len(shown)
    hidden = (*SECRETS, "Olga Officer", "lead-jdrf", "T2", "Other Trust")
    # As whole words: the token of a form holds any two letters once in a while.
    assert [words for words in hidden if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", html)] == []


def test_partner_without_the_right_to_read_sees_no_lead(office: Office) -> None:
    assert "Invited by the office" not in client(office, "apply").get(reverse("desk")).content.decode()


@pytest.mark.parametrize("name", ["office-leads", "office-lead", "office-outreach"])
def test_pages_of_the_office_about_leads_are_closed_to_partners(office: Office, name: str) -> None:
    address = reverse(name, args=["lead-jdrf"] if name == "office-lead" else [])
    assert client(office, "read", "apply", "sign").get(address).status_code == 403


def test_application_that_a_partner_starts_from_its_lead_shows_no_amount_of_the_office(office: Office) -> None:
    browser = client(office, "read", "apply")
    address = f"{reverse('office-application-new', args=['imi2'])}?lead=lead-jdrf"
    assert [words for words in SECRETS if words in browser.get(address).content.decode()] == []
    sent = {"organisation": "jdrf", "role": "partner", "target": "topic:T1", "token": tokens.new()}
    answer = browser.post(address, sent)
    assert answer.status_code == 302
    assert Application.objects.get().letters.get().lines.get().amount_cents is None
    assert [words for words in SECRETS if words in browser.get(answer.url).content.decode()] == []


def test_lead_of_somebody_else_starts_no_application(office: Office) -> None:
    address = f"{reverse('office-application-new', args=['imi2'])}?lead=lead-other"
    assert client(office, "read", "apply").get(address).status_code == 404
