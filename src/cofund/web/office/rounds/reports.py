"""The page of a report: its way from the draft to the check, its lines, what they consist of, and what proves them."""

from __future__ import annotations

from fractions import Fraction

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from cofund.queries import access, rounds, schemes
from cofund.queries.rates import PERIOD_RULE
from cofund.records.ledger.models import Certificate, Report, ReportLine
from cofund.rules import roles
from cofund.rules.rounds import needs_certificate
from cofund.rules.schemes import Scheme
from cofund.rules.share_words import PLACES
from cofund.web import components as c
from cofund.web import handing
from cofund.web.formatting import day, money, percent
from cofund.web.office import limits, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.rounds import report_tables, showing, steps
from cofund.web.office.rounds.reaching import crumbs, offered, report_or_404
from cofund.web.routes import reverse


@opened_by("read rounds")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/round/reports/<reference>/`: everything about one report."""
    report = report_or_404(request, reference)
    rules, _ = schemes.current(report.scheme.code)
    lines = rounds.lines_of(report)
    may = offered(request, report)
    may_write = "write report" in may
    certificate = Certificate.objects.filter(report=report).first()
    heading = f"{report.organisation}: report for {report.year}"
    context = navigation.context(request, heading, report.scheme.code, crumbs(request, report.organisation)) | {
        "report": report,
        "heading": heading,
        "scheme": rules,
        "status": showing.report_status(report),
        "late": showing.LATE if report.is_late else None,
        "callouts": [*_callouts(rules, report, lines), *limits.of_activities(request, rules, lines)],
        "steps": _steps(rules, report, lines, certificate),
        "actions": steps.links(report, may, lines),
        "may_write": may_write,
        "tiles": _tiles(rules, report, lines),
        "lines": report_tables.lines(rules, report, lines, may_write=may_write),
        "parts": report_tables.parts(rules, report, lines, may_write=may_write),
        "refusals": report_tables.refusals(rules, lines),
        "facts": _facts(rules, report),
        "certificate": _certificate(rules, report, certificate),
        "currency_rule": PERIOD_RULE,
        "history": showing.history(
            rounds.history(f"{report.scheme.code}/report/{report.reference}"),
            names=access.role_of(request.user) != roles.PARTNER,
        ),
    }
    return render(request, "cofund/pages/office/rounds/report.html", context)


@opened_by("read rounds")
def evidence(request: HttpRequest, reference: str, key: int) -> HttpResponseBase:
    """`/office/round/reports/<reference>/evidence/<key>/`: a file that proves a line."""
    report = report_or_404(request, reference)
    found = rounds.evidence_of(report, key)
    if found is None:
        raise Http404
    return handing.kept(found.file, found.file_name)


@opened_by("read rounds")
def certificate(request: HttpRequest, reference: str) -> HttpResponseBase:
    """`/office/round/reports/<reference>/certificate/file/`: the certificate as it was handed in."""
    report = report_or_404(request, reference)
    found = Certificate.objects.filter(report=report).first()
    if found is None:
        raise Http404
    return handing.kept(found.file, found.file_name)


def _steps(
    rules: Scheme, report: Report, lines: list[ReportLine], certificate: Certificate | None
) -> tuple[c.Step, ...]:
    """Draft, handed in, certified, checked: where the report stands."""
    order = ["draft", "submitted", "certified", "validated"]
    at = order.index(report.status) if report.status in order else 1
    needed = needs_certificate(rules, [rounds.kind_of(line) for line in lines])
    certified = c.Step("Certified", "done" if certificate else "todo", certificate.signed_on if certificate else None)
    if certificate is None and (not needed or report.status == Report.Status.VALIDATED):
        certified = c.Step("Certified (not needed)", "skipped")
    checked = report.validated_at.date() if report.validated_at else None
    if report.status == Report.Status.RETURNED:
        return (
            c.Step("Draft", "done", report.written_at.date()),
            c.Step("Handed in", "done", report.submitted_on),
            c.Step("Returned", "current"),
        )
    return (
        c.Step("Draft", "current" if at == 0 else "done", report.written_at.date()),
        c.Step("Handed in", "current" if at == 1 else "done" if at > 1 else "todo", report.submitted_on),
        certified,
        c.Step("Checked by the office", "done" if checked else "todo", checked),
    )


def _tiles(rules: Scheme, report: Report, lines: list[ReportLine]) -> list[c.Tile]:
    """Reported, certified, accepted in all; each amount once and in the scheme's currency."""
    currency = rules.currency
    reported = sum(line.reported_cents for line in lines)
    tiles = [c.Tile("Reported", c.Money(reported, currency, short=True), note=f"{report.from_on} to {report.until_on}")]
    if any(line.certified_cents is not None for line in lines):
        cents = sum(line.certified_cents or 0 for line in lines)
        tiles.append(c.Tile("Certified", c.Money(cents, currency, short=True), note=_part(cents, reported)))
    if report.status == Report.Status.VALIDATED:
        cents = sum(line.validated_cents or 0 for line in lines)
        tiles.append(c.Tile("Accepted", c.Money(cents, currency, short=True), note=_part(cents, reported)))
    given = [line.contribution for line in lines if line.contribution is not None]
    if given and report.status == Report.Status.VALIDATED:
        found = rounds.funnel(given)
        words = f"accepted so far of {money(found.committed_cents, currency)} committed"
        tiles.append(c.Tile("Realisation", c.Percent(found.realisation), note=words))
    return tiles


def _part(cents: int, whole: int) -> str:
    """How much of what was reported it is."""
    return f"{percent(Fraction(cents, whole))} of what was reported" if whole else ""


def _facts(rules: Scheme, report: Report) -> tuple[c.Fact, ...]:
    """What the report is, when it was due, and who declares it."""
    due = showing.due_source(rules, "report") if report.due_on else "for what the grant's report says, no day is stated"
    came = "late: after the day it was due" if report.is_late else ""
    return (
        c.Fact("Programme", rules.name),
        c.Fact("Period", f"{day(report.from_on)} to {day(report.until_on)}"),
        c.Fact("Figures from", report.get_source_display()),
        c.Fact("Due", report.due_on or "no day", note=due),
        c.Fact("Reached the office", report.submitted_on or "not handed in: it is a draft", note=came),
        c.Fact("Declared by", report.declared_by or "nobody yet"),
    )


def _certificate(rules: Scheme, report: Report, found: Certificate | None) -> tuple[c.Fact, ...]:
    """The certificate, where there is one."""
    if found is None:
        return ()
    href = reverse("office-certificate", args=[report.reference]) if found.file else ""
    document = c.Fact("Document", found.file_name or "none handed in", href=href)
    if found.digest:
        document = c.Fact("Document", found.file_name, href=href, note=f"SHA-256 {found.digest}")
    return (
        c.Fact("Audit body", found.auditor, note="independent of the organisation, as it states"),
        c.Fact("Opinion", found.get_opinion_display(), note=found.qualification),
        c.Fact("Certified in all", c.Money(found.amount_cents, rules.currency)),
        c.Fact("Scope", found.scope),
        c.Fact("Signed on", found.signed_on),
        document,
    )


def _callouts(rules: Scheme, report: Report, lines: list[ReportLine]) -> list[c.Callout]:
    """What needs to be seen first: why it came back, that it is late, what is missing, and what cannot be checked."""
    found = []
    if report.status == Report.Status.RETURNED:
        found.append(c.Callout("Why it was returned", report.reason, "warning"))
    if report.is_late and report.due_on is not None:
        text = f"It reached the office on {day(report.submitted_on)}."
        found.append(c.Callout(f"Late: it was due on {day(report.due_on)}", text, "warning"))
    needed = needs_certificate(rules, [rounds.kind_of(line) for line in lines])
    if needed and report.status == Report.Status.SUBMITTED:
        text = "What an independent auditor certifies is recorded first; the office cannot accept anything before."
        found.append(c.Callout("A certificate is needed", text, "info"))
    over = report_tables.over_delivery(rules, report, lines)
    if over:
        found.append(c.Callout("Over-delivery", report_tables.OVER_WORDS, "info", over))
    apart = rounds.places_apart(rules, lines)
    if apart:
        text = (
            "The shares of the programme count a contribution where it is booked. Where this part stays there, the office reduces "
            "the contribution by it, and records it as one of its own with its place."
        )
        said = tuple(
            f"Line {line.number}, {rounds.name_of(line)}: {money(cents, rules.currency)} {PLACES[place]}, booked {PLACES[booked]}"
            for line, booked, place, cents in apart
        )
        found.append(c.Callout("Costs arise elsewhere than they are booked", text, "warning", said))
    unknown = rounds.not_checked(rules, lines)
    if unknown:
        text = "This is not recorded, so that nobody can tell here whether the costs count."
        found.append(c.Callout("Not checked: place and window of the costs", text, "warning", unknown))
    return found
