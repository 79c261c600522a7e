"""Who may do what in the yearly round, through the pages: every cell of role and action; states; absent against forbidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.rights import grant
from tests.rounds import Round

from cofund.records.directory.models import AuditEvent, User
from cofund.records.ledger.models import Activity, Entry, Plan, Report
from cofund.rules import roles
from cofund.rules.lifecycle_round import PLAN, REPORT, RIGHTS
from cofund.web.office import tokens

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
TESTED = set(roles.SUBJECTS["the yearly round"])
ACTIONS = [name for name in roles.SUBJECTS["the yearly round"] if name != "read rounds"]
# The state in which an action is possible; what starts something needs none.
STATES = {
    "record activity": "",
    "write plan": "draft",
    "submit plan": "draft",
    "amend plan": "approved",
    "return plan": "submitted",
    "approve plan": "submitted",
    "write report": "draft",
    "submit report": "draft",
    "return report": "submitted",
    "record certificate": "submitted",
    "validate report": "certified",
}
PLAN_STEPS = {"submit plan": "submit", "amend plan": "amend", "return plan": "return", "approve plan": "approve"}
REPORT_STEPS = {
    "submit report": "submit",
    "return report": "return",
    "record certificate": "certify",
    "validate report": "validate",
}
FORM = {
    "reason": "A test",
    "decision": "GB-9",
    "decided_on": "2025-01-10",
    "declared_by": "Finance director",
    "auditor": "Audit House",
    "is_independent": "on",
    "scope": "Costs",
    "opinion": "unqualified",
    "signed_on": "2026-05-20",
    "certified_1": "900,000",
    "accepted_1": "900,000",
    "role": "member",
    "kind": "IKAA",
    "title": "Another activity",
    "place": "eu",
    "organisation": "M",
    "organisation-is": "m",
    "organisation-for": "M",
    "amount": "500,000",
}


@pytest.fixture
def site(db: None) -> Round:
    """The round of IHI."""
    return Round.opened()


def client(site: Round, role: str, *rights: str, organisation: str = "M") -> Client:
    """A browser in which somebody with this role is signed in; a partner's person belongs to M, with its rights."""
    name = f"{role}-{User.objects.count()}"
    user = User.objects.create_user(name, role=role if role in SIGNED_IN else "", password=None)
    if role == roles.PARTNER:
        user.organisation = site.office.organisation(organisation)
        user.save()
        grant(user, user.organisation, *rights)
    browser = Client()
    browser.force_login(user)
    return browser


def subject(site: Round, action: str, state: str | None = None) -> Plan | Report | None:
    """What an action is about, in a state that allows it unless another one is asked for."""
    state = STATES[action] if state is None else state
    if "plan" in action:
        return site.plan(state)
    return site.report(state) if action != "record activity" else None


def do(browser: Client, action: str, row: Plan | Report | None) -> Any:
    """Send the form of an action."""
    form = {**FORM, "token": tokens.new()}
    if row is None:
        return browser.post(reverse("office-activity-new", args=["ihi"]), form)
    about = {"about": Activity.objects.order_by("pk")[0].reference}
    if isinstance(row, Plan):
        if action == "write plan":
            return browser.post(reverse("office-plan-line", args=[row.pk]), {**form, **about})
        return browser.post(reverse("office-plan-step", args=[row.pk, PLAN_STEPS[action]]), form)
    if action == "write report":
        return browser.post(reverse("office-report-line", args=[row.reference]), {**form, **about})
    return browser.post(reverse("office-report-step", args=[row.reference, REPORT_STEPS[action]]), form)


def written() -> tuple[int, int, list[Any], list[Any]]:
    """What an action may not change where it is refused."""
    plans = list(Plan.objects.order_by("pk").values_list("pk", "status"))
    return AuditEvent.objects.count(), Entry.objects.count(), plans, list(Report.objects.values_list("pk", "status"))


def test_every_action_is_tried_in_a_state() -> None:
    assert set(STATES) == set(ACTIONS)
    assert {step.action for step in (*PLAN.steps, *REPORT.steps)} | {"record activity"} == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_action_is_refused_to_roles_without_it(site: Round, action: str) -> None:
    row = subject(site, action)
    before = written()
    for role in SIGNED_IN:
        if not roles.may(role, action):
            assert do(client(site, role), action, row).status_code in (403, 404), role
    assert do(Client(), action, row).status_code == 302
    assert written() == before


@pytest.mark.parametrize(
    ("action", "role"), [(action, role) for action in ACTIONS for role in SIGNED_IN if roles.may(role, action)]
)
def test_action_is_done_by_the_roles_of_the_table(site: Round, action: str, role: str) -> None:
    row, before = subject(site, action), written()
    answer = do(client(site, role), action, row)
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer
    assert written()[0] > before[0]


@pytest.mark.parametrize("action", sorted(RIGHTS))
def test_partner_needs_the_right_of_its_organisation(site: Round, action: str) -> None:
    row, before = subject(site, action), written()
    others = [right for right in ("read", "apply", "sign", "delegate") if right != RIGHTS[action]]
    assert do(client(site, roles.PARTNER, *others), action, row).status_code == 422
    stranger = do(client(site, roles.PARTNER, organisation="Foundation F"), action, row)
    # A form that starts something is about the own organisation: F stands as a partner, and may not give this kind.
    assert stranger.status_code == (404 if row is not None else 422)
    assert written() == before


@pytest.mark.parametrize("action", [name for name in ACTIONS if name != "record activity"])
def test_action_in_another_state_is_refused_in_words(site: Round, action: str) -> None:
    life = PLAN if "plan" in action else REPORT
    state = next(
        one for one in ("draft", "submitted", "approved", "validated", "returned") if one in life.states
        and not life.allows(action, one)
    )  # fmt: skip
    row = subject(site, action, state)
    before = written()
    answer = do(client(site, roles.FINANCE_OFFICER if action != "approve plan" else roles.OFFICER), action, row)
    assert answer.status_code == 422
    assert life.states[state].lower() in answer.content.decode().lower()
    assert written() == before


def test_absent_and_forbidden_answer_alike(site: Round) -> None:
    plan, report = site.plan(), site.report()
    stranger = client(site, roles.PARTNER, organisation="Foundation F")
    reader = client(site, roles.PARTNER, "apply", "sign")
    pages = [
        (reverse("office-plan", args=[plan.pk]), reverse("office-plan", args=[9_999])),
        (reverse("office-report", args=[report.reference]), reverse("office-report", args=["ihi-report-99"])),
        (reverse("office-partner-round", args=["m"]), reverse("office-partner-round", args=["nobody"])),
    ]
    for browser in (stranger, reader):
        for there, absent in pages:
            assert (browser.get(there).status_code, browser.get(absent).status_code) == (404, 404)


def test_pages_are_read_by_exactly_the_roles_of_the_table(site: Round) -> None:
    plan, report = site.plan(), site.report("validated")
    pages = [
        reverse("office-plan", args=[plan.pk]),
        reverse("office-report", args=[report.reference]),
        reverse("office-partner-round", args=["m"]),
    ]
    for role in SIGNED_IN:
        browser = client(site, role)
        expected = 200 if roles.may(role, "read rounds") else 403
        assert [browser.get(page).status_code for page in pages] == [expected] * 3, role
