"""The forms that start a plan or a report."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions.rounds import plans, reports
from cofund.actions.rounds.reports import NewReport
from cofund.queries import access, clock
from cofund.records.directory.models import Organisation, User
from cofund.rules import digits, roles
from cofund.web import components as c
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by, scheme_or_404
from cofund.web.office.editing import Editing
from cofund.web.office.rounds.forms import NewPlanForm, NewReportForm
from cofund.web.office.rounds.reaching import ROUND
from cofund.web.routes import reverse


@opened_by("write plan")
def plan(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/round/plans/<scheme>/new/`: whose plan for which year."""
    rules, version = scheme_or_404(scheme)
    own = own_organisation(request)
    year = digits.year(request.GET.get("year", "")) or clock.today().year + 1
    form = NewPlanForm(request.POST if request.method == "POST" else None, is_own=own is not None)
    form.fields["year"].initial = year

    def act(data: dict[str, Any]) -> str:
        whose = own or data["organisation"]
        made = plans.start(actor_of(request), version.scheme, whose, data["year"])
        return reverse("office-plan", args=[made.pk])

    page = Editing(
        "Write a plan",
        "Start the plan",
        back(own),
        "The plan is started. Add a line for each activity.",
        f"What an organisation plans to give in a year, for {rules.name}.",
        scheme,
        crumbs(own),
        visibility="partners",
    )
    return editing.edit(request, page, form, act)


@opened_by("write report")
def report(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/round/reports/<scheme>/new/`: whose report about which year and period."""
    rules, version = scheme_or_404(scheme)
    own = own_organisation(request)
    year = digits.year(request.GET.get("year", "")) or clock.today().year - 1
    form = NewReportForm(request.POST if request.method == "POST" else None, is_own=own is not None)
    form.fields["year"].initial = year

    def act(data: dict[str, Any]) -> str:
        whose = own or data["organisation"]
        wanted = NewReport(whose, data["year"], *form.period(), source=data.get("source") or "giver")
        made = reports.start(actor_of(request), version.scheme, wanted)
        return reverse("office-report", args=[made.reference])

    page = Editing(
        "Write a report",
        "Start the report",
        back(own),
        "The report is started. Add a line for each activity or contribution.",
        f"What an organisation gave in a period, for {rules.name}.",
        scheme,
        crumbs(own),
        visibility="partners",
    )
    return editing.edit(request, page, form, act)


def own_organisation(request: HttpRequest) -> Organisation | None:
    """The organisation of a partner's person; None for the office. Raises Http404 where a partner has none."""
    if access.role_of(request.user) != roles.PARTNER:
        return None
    if not isinstance(request.user, User) or request.user.organisation is None:
        raise Http404
    return request.user.organisation


def back(own: Organisation | None) -> str:
    """Where Cancel leads."""
    return reverse("office-partner-round", args=[own.slug]) if own else reverse("office-round")


def crumbs(own: Organisation | None) -> tuple[c.Link, ...]:
    """The way to a page that starts something."""
    return (c.Link("Plans and reports" if own else ROUND, back(own)),)
