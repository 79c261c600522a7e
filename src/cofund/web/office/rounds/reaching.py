"""How pages of the yearly round reach what they show, and which steps a person is offered."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from cofund.queries import access, rounds
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Plan, Report
from cofund.rules import roles
from cofund.rules.lifecycle_round import PLAN, REPORT, RIGHTS
from cofund.web import components as c
from cofund.web.routes import reverse

ROUND = "Yearly round"


def plan_or_404(request: HttpRequest, key: int) -> Plan:
    """The version of a plan of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = rounds.visible_plans(request.user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def report_or_404(request: HttpRequest, reference: str) -> Report:
    """The report of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = rounds.report_of(request.user, reference)
    if found is None:
        raise Http404
    return found


def may_act(request: HttpRequest, action: str, organisation: Organisation) -> bool:
    """Whether this person may do an action on something of an organisation, by role, and at a partner by right."""
    if not access.may(request.user, action):
        return False
    if access.role_of(request.user) != roles.PARTNER:
        return True
    return access.may_for_organisation(request.user, RIGHTS.get(action, ""), organisation)


def offered(request: HttpRequest, row: Plan | Report) -> tuple[str, ...]:
    """The actions that this person may do with a plan or report in its state."""
    life = PLAN if isinstance(row, Plan) else REPORT
    return tuple(action for action in life.actions(row.status) if may_act(request, action, row.organisation))


def crumbs(request: HttpRequest, organisation: Organisation) -> tuple[c.Link, ...]:
    """The way to a plan or report: over the round for the office, over its own page for a partner."""
    if access.role_of(request.user) == roles.PARTNER:
        return (c.Link("Plans and reports", reverse("office-partner-round", args=[organisation.slug])),)
    return (c.Link(ROUND, reverse("office-round")),)


def plan_crumbs(request: HttpRequest, plan: Plan) -> tuple[c.Link, ...]:
    """The way to something below a plan's page."""
    return (*crumbs(request, plan.organisation), c.Link(f"Plan {plan.year}", reverse("office-plan", args=[plan.pk])))


def report_crumbs(request: HttpRequest, report: Report) -> tuple[c.Link, ...]:
    """The way to something below a report's page."""
    href = reverse("office-report", args=[report.reference])
    return (*crumbs(request, report.organisation), c.Link(report.reference, href))
