"""The steps of plans and reports: a form each, and the one action that it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions.actors import Actor
from cofund.actions.rounds import checking, plans, reports
from cofund.actions.rounds.checking import Acceptance, NewCertificate
from cofund.queries import access, rounds, schemes
from cofund.records.ledger.models import Plan, Report, ReportLine
from cofund.rules import roles
from cofund.rules.rounds import needs_certificate
from cofund.web import components as c
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing
from cofund.web.office.rounds import report_tables
from cofund.web.office.rounds.forms import (
    CertificateForm,
    DecisionForm,
    NothingForm,
    ReasonForm,
    SubmitForm,
    ValidationForm,
)
from cofund.web.office.rounds.reaching import plan_crumbs, plan_or_404, report_crumbs, report_or_404
from cofund.web.routes import reverse

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: its place in the address, the action of the role table, its words, its form and what it calls."""

    code: str
    action: str
    verb: str
    lede: str
    form: type[forms.Form]
    perform: Callable[[Actor, Any, Data], Any]
    is_grave: bool = False


OF_PLAN = (
    StepPage(
        "submit",
        "submit plan",
        "Hand it in",
        "From then on this version never changes; what changes later is an amendment.",
        NothingForm,
        lambda actor, row, data: plans.submit(actor, row),
    ),
    StepPage(
        "approve",
        "approve plan",
        "Approve by decision",
        "The board's decision on it. The version that held before is superseded.",
        DecisionForm,
        lambda actor, row, data: plans.approve(actor, row, data["decision"], data["decided_on"]),
    ),
    StepPage(
        "return",
        "return plan",
        "Return it",
        "The organisation reads why, and hands in another version.",
        ReasonForm,
        lambda actor, row, data: plans.send_back(actor, row, data["reason"]),
        is_grave=True,
    ),
    StepPage(
        "amend",
        "amend plan",
        "Amend it",
        "A copy to change. The version that is approved holds until the board has decided on the next; one at a time.",
        ReasonForm,
        lambda actor, row, data: plans.amend(actor, row, data["reason"]),
    ),
)
OF_REPORT = (
    StepPage(
        "submit",
        "submit report",
        "Hand it in",
        "Its lines are frozen; what they say of commitments stands in the books as reported.",
        SubmitForm,
        lambda actor, row, data: reports.submit(actor, row, data["declared_by"], on=data.get("submitted_on")),
    ),
    StepPage(
        "certify",
        "record certificate",
        "Record the certificate",
        "What an independent auditor certifies of each line, at most what was reported. What is not certified has a reason.",
        CertificateForm,
        lambda actor, row, data: checking.certify(actor, row, _certificate(data), upload=data["file"]),
    ),
    StepPage(
        "validate",
        "validate report",
        "Check it",
        "What is accepted of each line consumes its part of the match. What is not accepted has a reason.",
        ValidationForm,
        lambda actor, row, data: checking.validate(actor, row, _accepted(data)),
    ),
    StepPage(
        "return",
        "return report",
        "Return it",
        "Everything that it reports is undelivered again. The organisation reads why, and hands in another report.",
        ReasonForm,
        lambda actor, row, data: reports.send_back(actor, row, data["reason"]),
        is_grave=True,
    ),
)


@opened_by("read rounds")
def of_plan(request: HttpRequest, key: int, step: str) -> HttpResponse:
    """`/office/round/plans/<key>/<step>/`: the form of a step of a plan, and the step."""
    found = _named(OF_PLAN, step)
    require(request, found.action)
    plan = plan_or_404(request, key)
    form = found.form(request.POST if request.method == "POST" else None)

    def act(data: Data) -> str:
        row = found.perform(actor_of(request), plan, data)
        return reverse("office-plan", args=[row.pk])

    words = f"{plan.organisation}, plan for {plan.year}, version {plan.number}. {found.lede}"
    page = Editing(
        found.verb,
        found.verb,
        reverse("office-plan", args=[key]),
        f"{found.verb}: recorded.",
        words,
        plan.scheme.code,
        plan_crumbs(request, plan),
        is_grave=found.is_grave,
        visibility="partners",
    )
    return editing.edit(request, page, form, act)


@opened_by("read rounds")
def of_report(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """`/office/round/reports/<reference>/<step>/`: the form of a step of a report, and the step."""
    found = _named(OF_REPORT, step)
    require(request, found.action)
    report = report_or_404(request, reference)
    posted = request.method == "POST"
    form = found.form(
        request.POST if posted else None, request.FILES if posted else None, **_more(request, found, report)
    )
    href = reverse("office-report", args=[reference])

    def act(data: Data) -> str:
        found.perform(actor_of(request), report, data)
        return href

    page = Editing(
        found.verb,
        found.verb,
        href,
        f"{found.verb}: recorded.",
        f"{report.organisation}, {report.reference}. {found.lede}{_over(report, found.code)}",
        report.scheme.code,
        report_crumbs(request, report),
        is_grave=found.is_grave,
        visibility="partners",
    )
    return editing.edit(request, page, form, act)


def links(row: Plan | Report, may: tuple[str, ...], lines: list[ReportLine] | None = None) -> list[tuple[c.Link, str]]:
    """The steps that a person may take now, as buttons: the first one leads, grave ones warn."""
    pages = OF_PLAN if isinstance(row, Plan) else OF_REPORT
    name, key = ("office-plan-step", row.pk) if isinstance(row, Plan) else ("office-report-step", row.reference)
    if lines is not None and _lacks_certificate(row, lines):
        # Nobody can accept it yet, so that it is not offered.
        may = tuple(action for action in may if action != "validate report")
    found = [
        (c.Link(step.verb, reverse(name, args=[key, step.code])), "button-danger" if step.is_grave else "button-quiet")
        for step in pages
        if step.action in may
    ]
    return [
        (link, "" if number == 0 and kind != "button-danger" else kind) for number, (link, kind) in enumerate(found)
    ]


def _over(report: Report, step: str) -> str:
    """What is reported beyond the commitments, said before it is handed in or checked; empty where nothing is."""
    if step not in ("submit", "validate"):
        return ""
    rules, _ = schemes.current(report.scheme.code)
    over = report_tables.over_delivery(rules, report, rounds.lines_of(report))
    return f" {'; '.join(over)}. {report_tables.OVER_WORDS}" if over else ""


def _lacks_certificate(row: Plan | Report, lines: list[ReportLine]) -> bool:
    """Whether a line needs a certificate that is not there."""
    rules, _ = schemes.current(row.scheme.code)
    missing = [rounds.kind_of(line) for line in lines if line.certified_cents is None]
    return needs_certificate(rules, missing)


def _named(pages: tuple[StepPage, ...], code: str) -> StepPage:
    """The step of an address. Raises Http404 where there is none."""
    found = next((step for step in pages if step.code == code), None)
    if found is None:
        raise Http404
    return found


def _more(request: HttpRequest, step: StepPage, report: Report) -> dict[str, Any]:
    """What a form has to know of the report."""
    if step.form is SubmitForm:
        return {"is_own": access.role_of(request.user) == roles.PARTNER}
    if step.form in (CertificateForm, ValidationForm):
        lines = rounds.lines_of(report)
        rules, _ = schemes.current(report.scheme.code)
        return {"lines": lines, "names": [rounds.name_of(line) for line in lines], "currency": rules.currency}
    return {}


def _certificate(data: Data) -> NewCertificate:
    """The certificate that the form states."""
    names = ("auditor", "is_independent", "scope", "opinion", "signed_on", "qualification")
    cents = _numbered(data, "certified_")
    reasons = {number: data[f"reason_{number}"] for number in cents}
    return NewCertificate(**{name: data[name] for name in names}, cents=cents, reasons=reasons)


def _accepted(data: Data) -> dict[int, Acceptance]:
    """What the form accepts of each line."""
    return {
        number: Acceptance(cents, data[f"reason_{number}"], data[f"basis_{number}"])
        for number, cents in _numbered(data, "accepted_").items()
    }


def _numbered(data: Data, prefix: str) -> dict[int, int]:
    """The amounts of a form by the number of their line."""
    return {int(name.removeprefix(prefix)): value for name, value in data.items() if name.startswith(prefix)}
