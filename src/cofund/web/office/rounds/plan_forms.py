"""The forms for the lines of a plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cofund.actions.rounds import plans
from cofund.actions.rounds.plans import Planned
from cofund.queries import rounds, schemes
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing
from cofund.web.office.rounds.forms import NothingForm, PlanLineForm
from cofund.web.office.rounds.reaching import plan_crumbs, plan_or_404
from cofund.web.routes import reverse


@opened_by("write plan")
def line(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/round/plans/<key>/line/`: what one activity or contribution is planned to be worth; `?about=` fills it in."""
    plan = plan_or_404(request, key)
    rules, _ = schemes.current(plan.scheme.code)
    about = rounds.of_organisation(plan.scheme, plan.organisation)
    form = PlanLineForm(request.POST if request.method == "POST" else None, about=about, currency=rules.currency)
    asked = request.GET.get("about", "")
    for row in plan.lines.select_related("activity", "contribution"):
        if asked and asked in (getattr(row.activity, "reference", ""), getattr(row.contribution, "reference", "")):
            form.initial = {"about": asked, "amount": row.amount_cents, "note": row.note}
    href = reverse("office-plan", args=[key])

    def act(data: dict[str, Any]) -> str:
        planned = Planned(data["amount"], note=data["note"], **form.chosen())
        plans.write_line(actor_of(request), plan, planned)
        return href

    page = Editing(
        "Line of the plan",
        "Keep the line",
        href,
        "The line is kept.",
        f"{plan.organisation}, {plan.year}. A line about the same thing is replaced.",
        plan.scheme.code,
        plan_crumbs(request, plan),
        visibility="partners",
    )
    return editing.edit(request, page, form, act)


@opened_by("write plan")
def remove(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """`/office/round/plans/<key>/lines/<number>/remove/`: a line that is taken out of a draft."""
    plan = plan_or_404(request, key)
    form = NothingForm(request.POST if request.method == "POST" else None)
    href = reverse("office-plan", args=[key])

    def act(data: dict[str, Any]) -> str:
        plans.remove_line(actor_of(request), plan, number)
        return href

    page = Editing(
        f"Take line {number} out",
        "Take it out",
        href,
        "The line is taken out.",
        f"{plan.organisation}, {plan.year}.",
        plan.scheme.code,
        plan_crumbs(request, plan),
        is_grave=True,
        visibility="partners",
    )
    return editing.edit(request, page, form, act)
