"""The page of a plan: its lines, its versions, its due day, and what can be done with it."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cofund.queries import access, rounds, schemes
from cofund.records.ledger.models import Plan
from cofund.rules import roles
from cofund.rules.lifecycle_round import PLAN
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import reasoning
from cofund.web.formatting import day, instant
from cofund.web.office import limits, navigation, proof_links
from cofund.web.office.access import opened_by
from cofund.web.office.rounds import showing, steps
from cofund.web.office.rounds.reaching import crumbs, may_act, offered, plan_or_404
from cofund.web.routes import reverse


@opened_by("read rounds")
def one(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/round/plans/<key>/`: one version of a plan, with ways to the others."""
    plan = plan_or_404(request, key)
    rules, _ = schemes.current(plan.scheme.code)
    versions = rounds.versions_of(plan)
    may = offered(request, plan) if versions[0].pk == plan.pk or plan.status == Plan.Status.APPROVED else ()
    if versions[0].status in (Plan.Status.DRAFT, Plan.Status.SUBMITTED):
        may = tuple(action for action in may if action != "amend plan")
    heading = f"{plan.organisation}: plan for {plan.year}"
    subject = f"{plan.scheme.code}/plan/{plan.organisation.slug}/{plan.year}/{plan.number}"
    events = rounds.history(subject)
    context = navigation.context(request, heading, plan.scheme.code, crumbs(request, plan.organisation)) | {
        "plan": plan,
        "heading": heading,
        "scheme": rules,
        "status": showing.plan_status(plan),
        "callouts": [*_callouts(plan), *limits.of_activities(request, rules, plan.lines.select_related("activity"))],
        "steps": _steps(plan),
        "actions": steps.links(plan, may),
        "may_write": "write plan" in may,
        "may_record": may_act(request, "record activity", plan.organisation),
        "lines": _lines(rules, plan, may_write="write plan" in may),
        "facts": _facts(rules, plan),
        "versions": tuple(
            c.Link(
                f"Version {row.number}, {PLAN.states[row.status].lower()}",
                reverse("office-plan", args=[row.pk]),
                current=row.pk == plan.pk,
            )
            for row in versions
        ),
        "history": showing.history(events, names=access.role_of(request.user) != roles.PARTNER),
        **proof_links.about(request, subject),
    }
    return render(request, "cofund/pages/office/rounds/plan.html", context)


def _lines(rules: Scheme, plan: Plan, *, may_write: bool) -> c.Table:
    """The lines with their sum; each can be changed while it is a draft."""
    rows, total = [], 0
    for line in plan.lines.select_related("activity__project", "contribution__project", "contribution__topic"):
        about = line.activity or line.contribution
        assert about is not None
        total += line.amount_cents
        name = line.activity.title if line.activity else about.reference
        href = f"{reverse('office-plan-line', args=[plan.pk])}?about={about.reference}" if may_write else ""
        removing = reverse("office-plan-line-remove", args=[plan.pk, line.number])
        rows.append(
            c.Row.of(
                c.Cell(name, href=href, note=line.note),
                rules.label(about.kind),
                about.project.acronym if about.project else "the programme",
                c.Money(line.amount_cents, rules.currency),
                *((c.Link("Take out", removing),) if may_write else ()),
            )
        )
    if rows:
        empty = ("–",) if may_write else ()
        rows.append(c.Row.of("In all", "–", "–", c.Money(total, rules.currency), *empty, kind="total"))
    columns = (
        c.Column("Line"),
        c.Column("Kind"),
        c.Column("For"),
        c.Column("Planned", numeric=True),
        *((c.Column("Change"),) if may_write else ()),
    )
    empty_state = c.EmptyState("Nothing is planned yet.", "Add a line for each activity.")
    return c.Table("lines", "Lines of the plan", columns, tuple(rows), noun=("line", "lines"), empty=empty_state)


def _facts(rules: Scheme, plan: Plan) -> tuple[c.Fact, ...]:
    """What the version is, when it was due, and what was decided."""
    facts = [
        c.Fact("Programme", rules.name),
        c.Fact("Due", plan.due_on, note=showing.due_source(rules, "plan")),
        c.Fact("Written", instant(timezone.localtime(plan.written_at)), note=f"by {plan.written_by}"),
        c.Fact(
            "Handed in", instant(timezone.localtime(plan.submitted_at)) if plan.submitted_at else "not yet",
            note="after the day it was due" if showing.is_late(plan) else "",
        ),
    ]  # fmt: skip
    if plan.decision is not None:
        facts.append(
            c.Fact(
                "Decision",
                plan.decision.number_said,
                note=reasoning.noted(plan.decision, day(plan.decision.decided_on)),
            )
        )
    return tuple(facts)


def _callouts(plan: Plan) -> list[c.Callout]:
    """What needs to be seen first."""
    if plan.status == Plan.Status.RETURNED:
        return [c.Callout("Why it was returned", plan.reason, "warning")]
    return [c.Callout("Why it was amended", plan.reason)] if plan.reason else []


def _steps(plan: Plan) -> tuple[c.Step, ...]:
    """Draft, handed in, approved: where this version stands."""
    handed = timezone.localdate(plan.submitted_at) if plan.submitted_at else None
    done = plan.status in (Plan.Status.APPROVED, Plan.Status.SUPERSEDED)
    last = "Returned" if plan.status == Plan.Status.RETURNED else "Approved by the board"
    decided = timezone.localdate(plan.decided_at) if plan.decided_at else None
    return (
        c.Step("Draft", "current" if plan.status == Plan.Status.DRAFT else "done", timezone.localdate(plan.written_at)),
        c.Step("Handed in", _at(plan.status == Plan.Status.SUBMITTED, bool(handed)), handed),
        c.Step(last, _at(plan.status == Plan.Status.RETURNED, done), decided),
    )


def _at(is_here: bool, is_done: bool) -> Literal["done", "current", "todo"]:
    """The state of a step."""
    return "current" if is_here else "done" if is_done else "todo"
