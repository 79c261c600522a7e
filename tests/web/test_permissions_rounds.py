"""Who may do what in the yearly round, through the pages: what every cell is tried on; rights; absent against forbidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cells import Act
from tests.rights import grant
from tests.rounds import Round
from tests.worlds import world

from cofund.records.directory.models import AuditEvent, User
from cofund.records.ledger.models import Activity, Entry, Plan, Report
from cofund.rules import roles
from cofund.rules.lifecycle_round import RIGHTS
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
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
    "reason_1": "Beyond the scope of the action",
    "role": "member",
    "kind": "IKAA",
    "title": "Another activity",
    "place": "eu",
    "organisation": "M",
    "organisation-is": "m",
    "organisation-for": "M",
    "amount": "500,000",
}


@world
def site() -> Round:
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


def act(action: str, row: Plan | Report | None) -> Act:
    """The page and the form of an action."""
    form = {**FORM, "token": tokens.new()}
    if action == "record activity":
        return Act(reverse("office-activity-new", args=["ihi"]), form)
    about = {"about": Activity.objects.order_by("pk")[0].reference}
    if isinstance(row, Plan):
        if action == "write plan":
            return Act(reverse("office-plan-line", args=[row.pk]), {**form, **about})
        return Act(reverse("office-plan-step", args=[row.pk, PLAN_STEPS[action]]), form)
    assert row is not None
    if action == "write report":
        return Act(reverse("office-report-line", args=[row.reference]), {**form, **about})
    return Act(reverse("office-report-step", args=[row.reference, REPORT_STEPS[action]]), form)


def do(browser: Client, action: str, row: Plan | Report | None) -> Any:
    """Send the form of an action."""
    done = act(action, row)
    return browser.post(done.address, done.form)


def written() -> tuple[int, int, list[Any], list[Any]]:
    """What an action may not change where it is refused."""
    plans = list(Plan.objects.order_by("pk").values_list("pk", "status"))
    return AuditEvent.objects.count(), Entry.objects.count(), plans, list(Report.objects.values_list("pk", "status"))


@dataclass
class Cells:
    """The yearly round, for the test of every cell."""

    site: Round
    row: Plan | Report | None = None
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(Round.opened())

    def client(self, role: str) -> Client:
        """Somebody of a role; a partner's person has every right of M."""
        return client(self.site, role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Plan | Report | None:
        """The plan or the report of the action in a state."""
        if action == "read rounds":
            self.row = self.site.report("validated")
            return self.row
        if (action, state) == ("validate report", "submitted"):
            # Only what the grant reports is checked without a certificate.
            self.row = self.site.grant_report()
            return self.row
        # An amendment replaces the version before it; the round makes none by itself.
        made = "approved" if state == "superseded" else state or None
        row = self.row = subject(self.site, action, made)
        if row is not None and state == "superseded":
            type(row).objects.filter(pk=row.pk).update(status=state)
        return row

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        if action == "read rounds":
            assert isinstance(self.row, Report)
            pages = (
                reverse("office-plan", args=[self.site.plan().pk]),
                reverse("office-report", args=[self.row.reference]),
            )
            return Act(reverse("office-partner-round", args=["m"]), more=pages)
        return act(action, self.row)


WORLDS = {"the yearly round": Cells}


@pytest.mark.parametrize("action", sorted(RIGHTS))
def test_partner_needs_the_right_of_its_organisation(site: Round, action: str) -> None:
    row, before = subject(site, action), written()
    others = [right for right in ("read", "apply", "sign", "delegate") if right != RIGHTS[action]]
    assert do(client(site, roles.PARTNER, *others), action, row).status_code == 422
    stranger = do(client(site, roles.PARTNER, organisation="Foundation F"), action, row)
    # A form that starts something is about the own organisation: F stands as a partner, and may not give this kind.
    assert stranger.status_code == (404 if row is not None else 422)
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
