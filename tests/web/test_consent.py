"""A partner that did not consent is named on no public page before its contribution is public; the office reads the name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from tests.applications import brought_to, decide, line, meeting
from tests.books import MILLION, Office, shipped
from tests.worlds import world

from cofund.actions.actors import Actor
from cofund.actions.applications import deciding
from cofund.actions.applications.deciding import Ruling
from cofund.actions.governance import agenda, papers
from cofund.queries import clock, consent
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem, Decision, Meeting, Paper
from cofund.rules import roles

NAME = "Secret Trust"
GENERIC = "Contributing Partner (not named): application for T1"
AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)


@world
def office() -> Office:
    """A site with a scheme that publishes agendas and decisions, as IHI's rules do."""
    return Office.with_scheme(shipped("ihi").replace("starts_on = 2021-11-30", "starts_on = 2014-01-01"), "ihi")


def decided(office: Office, *, consents: bool | None) -> Application:
    """An application that the board approved, agenda and decision published, with a paper that names the partner."""
    office.at = AT
    row = brought_to(office, "scheduled", line(7 * MILLION, "FC"), name=NAME)
    assert row.agenda_item is not None
    paper = papers.PaperWanted("About Secret Trust", "Secret Trust is rich", is_confidential=False)
    papers.add_paper(Actor("Secretary", roles.GOVERNANCE_OFFICER), row.agenda_item, paper)
    brought = brought_on(office, row)
    Letter.objects.update(consents_to_publication=consents)
    Meeting.objects.update(agenda_published_at=clock.now())
    Decision.objects.update(published_at=clock.now())
    return brought


def brought_on(office: Office, row: Application) -> Application:
    """The same application, approved."""
    decide(office, row)
    deciding.approve(office.actor, row, Ruling("Secret reasons"), at=AT)
    row.refresh_from_db()
    return row


def public_pages(row: Application) -> dict[str, str]:
    """What everybody reads."""
    assert row.agenda_item is not None
    assert row.decision is not None
    addresses = {
        "agenda": reverse("public-meeting", args=["ihi", row.agenda_item.meeting.pk]),
        "register": reverse("public-decisions", args=["ihi"]),
        "file": f"{reverse('public-decisions', args=['ihi'])}?format=json",
        "decision": reverse("public-decision", args=["ihi", row.decision.number]),
        "topic": reverse("topic", args=["ihi", "T1"]),
    }
    return {name: Client().get(address).content.decode() for name, address in addresses.items()}


@pytest.mark.parametrize("consents", [False, None])
def test_partner_without_consent_is_named_on_no_public_page(office: Office, consents: bool | None) -> None:
    pages = public_pages(decided(office, consents=consents))
    assert [name for name, html in pages.items() if NAME in html] == []
    assert [name for name, html in pages.items() if GENERIC in html] == ["agenda", "register", "file", "decision"] + (
        ["topic"] if GENERIC in pages["topic"] else []
    )


def test_partner_with_consent_is_named(office: Office) -> None:
    pages = public_pages(decided(office, consents=True))
    assert {name for name, html in pages.items() if NAME in html} >= {"agenda", "register", "file", "decision"}


def test_partner_is_named_once_its_contribution_is_public(office: Office) -> None:
    row = decided(office, consents=False)
    assert not consent.may_name(row)
    target = Target(topic=office.topic())
    office.reserve(target, AT.date())
    office.commit(target, on=AT.date())
    assert consent.may_name(row)
    assert NAME in public_pages(row)["decision"]


def test_file_of_a_paper_that_could_name_a_partner_is_not_there(office: Office) -> None:
    row = decided(office, consents=False)
    paper = Paper.objects.get()
    Paper.objects.update(file="there.pdf", file_name="there.pdf")
    assert Client().get(reverse("public-paper", args=["ihi", paper.pk])).status_code == 404
    assert row.agenda_item is not None


def test_office_reads_the_name_with_a_mark(office: Office) -> None:
    row = decided(office, consents=False)
    assert row.agenda_item is not None
    assert row.decision is not None
    client = Client()
    client.force_login(User.objects.create_user("olga", role=roles.OFFICER))
    for address in (
        reverse("office-item", args=[row.agenda_item.pk]),
        reverse("office-decision", args=[row.decision.pk]),
        reverse("office-meeting", args=[row.agenda_item.meeting.pk]),
    ):
        html = client.get(address).content.decode()
        assert (NAME in html, "ot named in public" in html) == (True, True)


def test_point_on_an_application_that_is_not_known_here_names_nobody(office: Office) -> None:
    wanted = agenda.ItemWanted(AgendaItem.Kind.APPLICATION, f"Application of {NAME}")
    item = agenda.put_on_agenda(Actor("Secretary", roles.GOVERNANCE_OFFICER), meeting(office, clock.today()), wanted)
    assert consent.titles("ihi").of_item(item) == "Partner (not named): application"
