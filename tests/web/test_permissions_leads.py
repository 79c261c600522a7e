"""Who may do what with leads, through the pages: every cell of role × action × stage, and the absent against the forbidden."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, row_counts, shipped
from tests.leads import OFFICER

from cofund.actions import lead_steps, leads
from cofund.actions.lead_steps import LeadMove
from cofund.actions.leads import LeadFacts, NewLead
from cofund.records.directory.models import Message, User
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import Exchange, ExpressionOfInterest, Lead, LeadStep
from cofund.rules import roles
from cofund.rules.lifecycles import LEAD
from cofund.web.office import tokens
from cofund.web.office.leads import presenting
from cofund.web.office.leads.presenting import ACTS

pytestmark = pytest.mark.django_db
SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
PATHS: dict[str, tuple[str, ...]] = {
    "new": (),
    "contacted": ("contact lead",),
    "exploring": ("explore lead",),
    "fit_found": ("find topic for lead",),
    "applying": ("contact lead", "start application of lead"),
    "converted": ("contact lead", "start application of lead", "convert lead"),
    "lost": ("lose lead",),
    "dormant": ("rest lead",),
}
CODES = {act.action: act.code for act in ACTS}
TESTED = set(roles.SUBJECTS["leads"])
OTHERS = ["open lead", "edit lead", "log exchange with lead"]


@pytest.fixture
def office() -> Office:
    """The book of IMI2, with an open topic and an organisation."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.topic("T1")
    office.organisation("Trust")
    return office


def lead_in(office: Office, stage: str) -> Lead:
    """A lead in a stage."""
    facts = LeadFacts(topic=office.topic("T1"))
    lead = leads.open_lead(OFFICER, NewLead("imi2", office.organisation("Trust"), "invited", facts))
    for action in PATHS[stage]:
        lead = lead_steps.move_lead(OFFICER, lead.reference, LeadMove(action, reason="The test"))
    return lead


def client(role: str) -> Client:
    """A browser in which somebody with this role is signed in; the partner belongs to the lead's organisation."""
    user = User.objects.create_user(f"{role}-{User.objects.count()}", role=role if role in SIGNED_IN else "")
    if role == roles.PARTNER:
        user.organisation_id = Lead.objects.get().organisation_id if Lead.objects.exists() else None
        user.save()
    browser = Client()
    browser.force_login(user)
    return browser


def counts() -> tuple[int, ...]:
    """How many rows the actions of leads write."""
    tables = (Lead, LeadStep, Exchange, ExpressionOfInterest)
    return (*(table.objects.count() for table in tables), *row_counts().values())


def form(action: str, lead: Lead | None) -> tuple[str, dict[str, str]]:
    """The page and the form of an action."""
    today = lead.stage_since_on.isoformat() if lead else "2015-10-01"
    if action == "open lead":
        data = {"organisation": "Trust", "route": "knocks", "opened_on": today}
        return reverse("office-lead-new", args=["imi2"]), data
    assert lead is not None
    if action == "edit lead":
        return reverse("office-lead-edit", args=[lead.reference]), {"note": "Changed"}
    if action == "log exchange with lead":
        data = {"channel": "call", "on": today, "by_office": "yes", "summary": "Spoke"}
        return reverse("office-lead-exchange", args=[lead.reference]), data
    if action == "start application of lead":
        data = {"organisation": "Trust", "role": "partner", "target": "topic:T1"}
        return f"{reverse('office-application-new', args=['imi2'])}?lead={lead.reference}", data
    data = {"on": today, "reason": "The test"}
    return reverse("office-lead-step", args=[lead.reference, CODES[action]]), data


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
@pytest.mark.parametrize("action", OTHERS)
def test_action_is_open_to_exactly_the_roles_of_the_table(office: Office, role: str, action: str) -> None:
    address, data = form(action, lead_in(office, "new"))
    browser, before = client(role), counts()
    answer = browser.post(address, {**data, "token": tokens.new()})
    allowed = roles.may(role, action)
    assert answer.status_code == (302 if allowed else 403)
    assert (counts() != before) == allowed
    assert browser.get(address).status_code == (200 if allowed else 403)


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
@pytest.mark.parametrize("stage", PATHS)
def test_step_is_open_to_exactly_the_roles_and_stages_of_the_tables(office: Office, role: str, stage: str) -> None:
    lead = lead_in(office, stage)
    browser, answers, expected = client(role), {}, {}
    for step in LEAD.steps:
        kept = Lead.objects.filter(pk=lead.pk).values().get()
        before = counts()
        address, data = form(step.action, lead)
        answers[step.action] = browser.post(address, {**data, "token": tokens.new()}).status_code
        possible = stage in step.starts_from
        expected[step.action] = 403 if not roles.may(role, step.action) else 302 if possible else 422
        if (role, step.action) == (roles.PARTNER, "start application of lead"):
            # It may start applications, and without the right to apply it has no lead to start one from.
            expected[step.action] = 404
        assert (counts() != before) == (answers[step.action] == 302)
        # Every step starts from the same stage, and without an application.
        Letter.objects.all().delete()
        Application.objects.all().delete()
        Lead.objects.filter(pk=lead.pk).update(**kept)
    assert answers == expected


@pytest.mark.parametrize("stage", PATHS)
def test_page_offers_exactly_the_steps_that_are_possible(office: Office, stage: str) -> None:
    lead = lead_in(office, stage)
    address = reverse("office-lead", args=[lead.reference])
    hrefs = {act.action: presenting.step_href(lead, act) for act in ACTS}
    html = client(roles.OFFICER).get(address).content.decode()
    assert {action for action, href in hrefs.items() if f'href="{href}"' in html} == set(LEAD.actions(stage))
    read_only = client(roles.AUDITOR).get(address).content.decode()
    assert [action for action, href in hrefs.items() if href in read_only] == []
    assert read_only.count('method="post"') == 1  # signing out


@pytest.mark.parametrize("name", ["office-leads", "office-leads-table", "office-outreach", "office-lead"])
def test_leads_are_read_by_exactly_the_roles_of_the_table(office: Office, name: str) -> None:
    lead = lead_in(office, "new")
    address = reverse(name, args=[lead.reference] if name == "office-lead" else [])
    answers = {role: client(role).get(address).status_code for role in SIGNED_IN}
    assert answers == {role: 200 if roles.may(role, "read leads") else 403 for role in SIGNED_IN}
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ["office-lead", "office-lead-edit", "office-lead-exchange"])
def test_absent_and_forbidden_leads_answer_alike(office: Office, name: str) -> None:
    lead = lead_in(office, "new")
    there, absent = (reverse(name, args=[reference]) for reference in (lead.reference, "imi2-lead-0"))
    for role in (roles.PARTNER, roles.DELEGATE):
        browser = client(role)
        first, second = browser.get(there), browser.get(absent)
        assert (first.status_code, first.content) == (second.status_code, second.content)
    assert client(roles.OFFICER).get(absent).status_code == 404


@pytest.mark.parametrize("role", SIGNED_IN)
def test_way_to_leads_shows_only_to_those_who_may_read_them(office: Office, role: str) -> None:
    html = client(role).get("/").content.decode()
    assert ('href="/office/leads/"' in html) == roles.may(role, "read leads")


def test_form_without_its_token_writes_nothing(office: Office) -> None:
    lead = lead_in(office, "new")
    browser, before = client(roles.OFFICER), counts()
    for action in (*OTHERS, "contact lead"):
        address, data = form(action, lead)
        assert browser.post(address, data).status_code == 422
    assert counts() == before


def test_form_that_is_sent_twice_is_done_once(office: Office) -> None:
    lead = lead_in(office, "new")
    browser = client(roles.OFFICER)
    for action in ("open lead", "log exchange with lead", "contact lead"):
        address, data = form(action, lead)
        data["token"] = tokens.new()
        first = browser.post(address, data)
        before = counts()
        assert browser.post(address, data).url == first.url
        assert counts() == before


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
def test_anybody_knocks_and_confirms(office: Office, role: str) -> None:
    browser = client(role) if role in SIGNED_IN else Client()
    assert roles.may(role, "express interest") and roles.may(role, "confirm interest")
    stated = {"organisation_name": "Gates Foundation", "country": "US", "kind": "foundation", "person": "Grace Giver"}
    stated |= {"email": "grace@gates.example", "form": "cash", "text": "We would like to help."}
    sent = browser.post(reverse("contribute", args=["imi2", "T1"]), {**stated, "token": tokens.new()})
    assert (sent.status_code, ExpressionOfInterest.objects.count(), Lead.objects.count()) == (302, 1, 0)
    text = Message.objects.get(purpose="confirm interest").text
    link = next(urlsplit(line).path for line in text.splitlines() if line.startswith("http"))
    assert (browser.post(link).status_code, Lead.objects.get().route) == (302, "knocks")
