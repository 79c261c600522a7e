"""The forms for the lines of a report: what each is about, what it consists of, and what proves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions.actors import Actor
from cofund.actions.rounds import in_kind as costs
from cofund.actions.rounds import reports
from cofund.actions.rounds.in_kind import Cost
from cofund.actions.rounds.reports import Reported
from cofund.queries import rates, rounds, schemes
from cofund.records.ledger.models import Report, ReportLine
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing
from cofund.web.office.rounds.forms import EvidenceForm, InKindForm, NothingForm, ReportLineForm
from cofund.web.office.rounds.reaching import report_crumbs, report_or_404
from cofund.web.routes import reverse


@opened_by("write report")
def line(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/round/reports/<reference>/line/`: an activity or contribution that something was given through."""
    report = report_or_404(request, reference)
    rules, _ = schemes.current(report.scheme.code)
    about = rounds.of_organisation(report.scheme, report.organisation)
    form = ReportLineForm(request.POST if request.method == "POST" else None, about=about, currency=rules.currency)

    def act(actor: Actor, data: dict[str, Any]) -> None:
        reported = Reported(data["amount"] or 0, note=data["note"], **form.chosen())
        reports.write_line(actor, report, reported)

    words = "A line about the same thing is replaced. Its in-kind lines and its evidence are added on the page of the report."
    return _edit(request, report, form, act, "Line of the report", "Keep the line", words)


@opened_by("write report")
def remove(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """`/office/round/reports/<reference>/lines/<number>/remove/`: a line that is taken out of a draft, with all that it has."""
    report = report_or_404(request, reference)
    form = NothingForm(request.POST if request.method == "POST" else None)

    def act(actor: Actor, data: dict[str, Any]) -> None:
        reports.remove_line(actor, report, number)

    words = "Its in-kind lines and its evidence go with it."
    return _edit(request, report, form, act, f"Take line {number} out", "Take it out", words, is_grave=True)


@opened_by("write report")
def in_kind(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """`/office/round/reports/<reference>/lines/<number>/in-kind/`: so many units at such a rate."""
    report = report_or_404(request, reference)
    row = line_or_404(report, number)
    rules, _ = schemes.current(report.scheme.code)
    posted = request.POST if request.method == "POST" else None
    form = InKindForm(posted, currencies=rates.currencies(), scheme=rules, report=report)

    def act(actor: Actor, data: dict[str, Any]) -> None:
        stated = {name: value for name, value in data.items() if name != "rate"}
        costs.add(actor, report, number, Cost(**stated, rate_cents=data["rate"]))

    words = (
        f"Of line {number}, {rounds.name_of(row)}. The amount is quantity times rate, rounded half to even to the cent."
    )
    return _edit(request, report, form, act, "In-kind line", "Add it", words)


@opened_by("write report")
def remove_in_kind(request: HttpRequest, reference: str, number: int, one: int) -> HttpResponse:
    """`/office/round/reports/<reference>/lines/<number>/in-kind/<one>/remove/`: an in-kind line that is taken out of a draft."""
    report = report_or_404(request, reference)
    form = NothingForm(request.POST if request.method == "POST" else None)

    def act(actor: Actor, data: dict[str, Any]) -> None:
        costs.remove(actor, report, number, one)

    title = f"Take in-kind line {one} of line {number} out"
    return _edit(request, report, form, act, title, "Take it out", "Its evidence goes with it.", is_grave=True)


@opened_by("write report")
def prove(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """`/office/round/reports/<reference>/lines/<number>/evidence/`: a file that proves a line."""
    report = report_or_404(request, reference)
    row = line_or_404(report, number)
    posted = request.method == "POST"
    form = EvidenceForm(request.POST if posted else None, request.FILES if posted else None, line=row)

    def act(actor: Actor, data: dict[str, Any]) -> None:
        inside = int(data["in_kind"]) if data["in_kind"] else None
        costs.prove(actor, report, number, data["title"], data["file"], in_kind=inside)

    words = f"For line {number}, {rounds.name_of(row)}. It is kept outside of the web, under its SHA-256."
    return _edit(request, report, form, act, "Evidence", "Add the file", words)


def line_or_404(report: Report, number: int) -> ReportLine:
    """A line of a report. Raises Http404 where there is none of that number."""
    found = next((one for one in rounds.lines_of(report) if one.number == number), None)
    if found is None:
        raise Http404
    return found


def _edit(
    request: HttpRequest,
    report: Report,
    form: forms.Form,
    act: Callable[[Actor, dict[str, Any]], None],
    title: str,
    verb: str,
    words: str,
    *,
    is_grave: bool = False,
) -> HttpResponse:
    """The page of one of these forms; it leads back to the report."""
    href = reverse("office-report", args=[report.reference])

    def done(data: dict[str, Any]) -> str:
        act(actor_of(request), data)
        return href

    page = Editing(
        title,
        verb,
        href,
        "The report is kept as it now stands.",
        f"{report.organisation}, {report.reference}. {words}",
        report.scheme.code,
        report_crumbs(request, report),
        is_grave=is_grave,
        visibility="partners",
    )
    return editing.edit(request, page, form, done)
