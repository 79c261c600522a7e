"""Who may do what with leads, through the pages: what every cell is tried on, what is offered, the absent against the forbidden."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, row_counts, shipped
from tests.cells import Act
from tests.leads import OFFICER
from tests.worlds import world

from cofund.actions import lead_steps, leads
from cofund.actions.lead_steps import LeadMove
from cofund.actions.leads import LeadFacts, NewLead
from cofund.records.directory.models import Message, User
from cofund.records.programme.models import Exchange, ExpressionOfInterest, Lead, LeadStep
from cofund.rules import roles
from cofund.rules.lifecycles import LEAD, Lifecycle
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
OTHERS = ["open lead", "edit lead", "log exchange with lead"]
KNOCKED = {
    "organisation_name": "Gates Foundation",
    "country": "US",
    "kind": "foundation",
    "person": "Grace Giver",
    "email": "grace@gates.example",
    "form": "cash",
    "text": "We would like to help.",
}


def built() -> Office:
    """The book of IMI2, with an open topic and an organisation."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.topic("T1")
    office.organisation("Trust")
    return office


@world
def office() -> Office:
    """The book of IMI2."""
    return built()


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


@dataclass
class Cells:
    """Leads, for the test of every cell."""

    office: Office
    lead: Lead | None = None
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(built())

    def client(self, role: str) -> Client:
        """Somebody of a role; the partner belongs to the lead's organisation."""
        user = User.objects.create_user(f"cell-{role}", role=role if role in SIGNED_IN else "")
        if role == roles.PARTNER:
            user.organisation = self.office.organisation("Trust")
            user.save()
        browser = Client()
        browser.force_login(user)
        return browser

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Lead:
        """A lead in a stage."""
        self.lead = lead_in(self.office, state or "new")
        return self.lead

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        assert self.lead is not None
        if action == "read leads":
            lists = tuple(reverse(name) for name in ("office-leads-table", "office-outreach"))
            return Act(reverse("office-leads"), more=(*lists, reverse("office-lead", args=[self.lead.reference])))
        if action == "express interest":
            return Act(reverse("contribute", args=["imi2", "T1"]), {**KNOCKED, "token": tokens.new()})
        if action == "confirm interest":
            Client().post(reverse("contribute", args=["imi2", "T1"]), {**KNOCKED, "token": tokens.new()})
            return Act(link_to_confirm(), {})
        if action not in (*OTHERS, *CODES, "start application of lead"):
            raise KeyError(action)
        address, data = form(action, self.lead)
        return Act(address, {**data, "token": tokens.new()})


WORLDS = {"leads": Cells}


def link_to_confirm() -> str:
    """The page that the newest e-mail about an interest leads to."""
    text = Message.objects.filter(purpose="confirm interest").order_by("-pk")[0].text
    return next(urlsplit(line).path for line in text.splitlines() if line.startswith("http"))


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
    browser = client(role)
    # The way leads through the area of partners, where there is one.
    html = browser.get("/office/").content.decode() + browser.get("/office/partners/").content.decode()
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
