"""Reports of what was given in a period: started, written line by line, handed in, returned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cofund.actions import checks, delivering
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.delivering import Delivery
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.rounds import copies, guarding, telling
from cofund.actions.rounds.activities import refuse
from cofund.actions.rounds.plans import check_year
from cofund.queries import over_deliveries, rounds, schemes
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Activity, Contribution, Report, ReportLine
from cofund.records.programme.models import Scheme
from cofund.rules import roles
from cofund.rules.rounds import REPORTED, due_on, not_given_by
from cofund.rules.schemes import Scheme as Rules

Status = Report.Status
UNDER_WAY: Final = (Status.DRAFT, Status.SUBMITTED, Status.CERTIFIED)


@dataclass(frozen=True, slots=True)
class NewReport:
    """What a report is about: whose, of which year and period, and whether the giver wrote it or the grant's report has it."""

    organisation: Organisation
    year: int
    from_on: date
    until_on: date
    source: str = Report.Source.GIVER


@dataclass(frozen=True, slots=True)
class Reported:
    """One line of a report: the activity or contribution; its amount in cents where no in-kind lines say it; and a note."""

    amount_cents: int = 0
    activity: Activity | None = None
    contribution: Contribution | None = None
    note: str = ""


def start(actor: Actor, scheme: Scheme, wanted: NewReport, *, at: datetime | None = None) -> Report:
    """Start a report. After one that was returned, the next begins with its lines, their in-kind lines and their evidence.

    Raises:
        NotAllowed: the role does not include it, or the organisation has not given the right.
        Refused: another one of the same year is under way, or its period is none.
    """
    instant = guarding.now(at)
    organisation = wanted.organisation
    guarding.require(actor, organisation, "write report")
    asked = f"You asked to report {wanted.year} for {organisation}."
    rules, _ = schemes.current(scheme.code)
    # Projects go on after the end of a programme, and are reported as long as they do.
    check_year(rules.starts_on, None, wanted.year, asked)
    if wanted.until_on < wanted.from_on:
        wrong = "The period would end before it starts."
        raise Refused(asked=asked, wrong=wrong, remedy="Check the two days.", field="until_on")
    if wanted.from_on > guarding.day_of(instant):
        wrong = f"The period begins on {wanted.from_on.isoformat()}, and nothing can have been given in it yet."
        remedy = "Check the year; what is to come belongs into a plan."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="year")
    if wanted.source == Report.Source.GRANT and actor.role == roles.PARTNER:
        wrong = "What the reports of the grant say, the office takes over."
        raise Refused(asked=asked, wrong=wrong, remedy="Report it as your own.", field="source")
    with writing():
        row = guarding.locked_scheme(scheme)
        same = Report.objects.filter(
            scheme=row, organisation=organisation, year=wanted.year, source=wanted.source
        ).order_by("-number")
        before = same.first()
        if before is not None and before.status in UNDER_WAY:
            wrong = f"{before.reference} of the same year is under way."
            raise Refused(asked=asked, wrong=wrong, remedy="Go on there.", field="year")
        kinds = [rule.code for rule in rules.kinds if rule.report]
        is_own = wanted.source == Report.Source.GIVER
        made = Report.objects.create(
            scheme=row,
            reference=f"{row.code}-report-{Report.objects.filter(scheme=row).count() + 1}",
            organisation=organisation,
            year=wanted.year,
            number=before.number + 1 if before is not None else 1,
            source=wanted.source,
            from_on=wanted.from_on,
            until_on=wanted.until_on,
            due_on=due_on(rules, REPORTED, kinds, wanted.year) if is_own else None,
            written_by=actor.name,
            written_at=instant,
        )
        if before is not None and before.status == Status.RETURNED:
            copies.copy_lines(before, made)
        after = {"year": made.year, "from_on": made.from_on.isoformat(), "until_on": made.until_on.isoformat()}
        guarding.record(actor, made, "write report", instant, after=after)
        return made


def write_line(actor: Actor, report: Report, reported: Reported, *, at: datetime | None = None) -> ReportLine:
    """Write a line of a draft; a line about the same activity or contribution is replaced. In-kind lines of it decide its amount.

    Raises:
        NotAllowed, Refused: the report is no draft, the line is about something of another organisation, or its role may not
            give it.
    """
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "write report") as row:
        rules, _ = schemes.current(row.scheme.code)
        about = reported.activity or reported.contribution
        asked = f"You asked to report {about} in {row.reference}."
        checks.check_size(reported.amount_cents, rules.currency, asked)
        if about is None or not rounds.of_organisation(row.scheme, row.organisation).has(
            reported.activity, reported.contribution
        ):
            wrong = f"It is nothing of {row.organisation} in this programme."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose one of the list.", field="about")
        refuse(not_given_by(rules, about.kind, about.role), asked)
        same = row.lines.filter(activity=reported.activity, contribution=reported.contribution)
        line = same.first() or ReportLine(
            report=row,
            number=(row.lines.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
            activity=reported.activity,
            contribution=reported.contribution,
        )
        if line.pk is None or not line.in_kind.exists():
            line.reported_cents = reported.amount_cents
        line.note = reported.note.strip()
        line.save()
        after = {"line": line.number, "reported_cents": line.reported_cents}
        guarding.record(actor, row, "write report", instant, after=after)
        return line


def remove_line(actor: Actor, report: Report, number: int, *, at: datetime | None = None) -> None:
    """Take a line out of a draft, with its in-kind lines and evidence."""
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "write report") as row:
        for line in row.lines.filter(number=number):
            line.evidence.all().delete()
            line.in_kind.all().delete()
            line.delete()
        guarding.record(actor, row, "write report", instant, after={"removed_line": number})


def submit(
    actor: Actor, report: Report, declared_by: str, *, on: date | None = None, at: datetime | None = None
) -> Report:
    """Hand a report in: its lines are frozen, and what they say of commitments stands in the books as reported.

    Args:
        actor: in whose name.
        report: the draft.
        declared_by: who declares that the figures follow the giver's usual accounts, with function.
        on: the day that it reached the office, where it came on paper; else the day of `at`.
        at: the instant of recording.

    Raises:
        NotAllowed, Refused: it is no draft, has no line, a line says nothing, or nobody declares it.
        StageMissing: a line says more money than is committed and not reported yet. In kind the part above is over-delivery.
    """
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "submit report") as row:
        asked = f"You asked to hand in {row.reference}."
        rules, _ = schemes.current(row.scheme.code)
        row.declared_by = guarding.said(declared_by, asked, "declared_by", "person who declares it")
        row.submitted_on, row.submitted_at = _day(actor, on, instant, asked), instant
        lines = rounds.lines_of(row)
        _check_lines(rules, row, lines, asked)
        if row.source == Report.Source.GIVER:
            row.due_on = due_on(rules, REPORTED, {rounds.kind_of(line) for line in lines}, row.year)
        row.status = Status.SUBMITTED
        row.save()
        grounds = grounds_of(row, row.submitted_on)
        for line in lines:
            contribution = rounds.booked_for(line)
            if contribution is None or not line.reported_cents:
                continue
            # Of a line that is wholly beyond the commitment the books hold nothing before it is accepted.
            over = over_deliveries.beyond_now(rules, contribution, line.reported_cents)
            if over < line.reported_cents:
                line.reported_entry = delivering.report(actor, contribution, line.reported_cents, grounds, at=at).entry
                line.save(update_fields=["reported_entry"])
        after = {"reported_cents": sum(line.reported_cents for line in lines), "is_late": row.is_late}
        guarding.record(actor, row, "submit report", instant, after=after)
        return row


def send_back(actor: Actor, report: Report, reason: str, *, at: datetime | None = None) -> Report:
    """Return a report with a reason; what it said stands as committed again, and the next report asks anew.

    Raises:
        NotAllowed, Refused: it is not handed in, or no reason is given.
    """
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "return report") as row:
        row.reason = guarding.said(reason, f"You asked to return {row.reference}.")
        row.status = Status.RETURNED
        row.save()
        grounds = grounds_of(row, latest_day(row, guarding.day_of(instant)), row.reason)
        for line in rounds.lines_of(row):
            contribution = rounds.booked_for(line)
            if contribution is not None and line.reported_entry is not None:
                delivery = delivery_of(line)
                delivering.send_back(actor, contribution, delivery, grounds, at=at)
        guarding.record(actor, row, "return report", instant, reason=row.reason)
        telling.tell_returned(row, row.reference, row.reason, instant)
        return row


def grounds_of(report: Report, on: date, reason: str = "") -> Grounds:
    """Why a step of a report is booked, and as of which day."""
    words = reason or f"Report of {report.organisation} for {report.year}"
    return Grounds(on, words, report.reference)


def delivery_of(line: ReportLine) -> Delivery:
    """What a line that was handed in says was delivered."""
    return Delivery(line.reported_cents, line.certified_cents, over_deliveries.of_line(line))


def latest_day(report: Report, on: date) -> date:
    """A day that is not before the day on which the report was handed in, nor before its certificate was booked."""
    days = [on]
    if report.submitted_on is not None:
        days.append(report.submitted_on)
    booked = report.lines.filter(certified_entry__isnull=False).values_list("certified_entry__effective_on", flat=True)
    return max([*days, *booked])


def _day(actor: Actor, on: date | None, at: datetime, asked: str) -> date:
    """The day that a report reached the office. Raises Refused where it is to come; a partner hands in today."""
    today = guarding.day_of(at)
    if on is None or actor.role == roles.PARTNER:
        return today
    if on > today:
        wrong = "That day is still to come."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter the day on which it came.", field="submitted_on")
    return on


def _check_lines(rules: Rules, report: Report, lines: list[ReportLine], asked: str) -> None:
    """Refuse a report without lines, and one with a line that says nothing or does not say what its amount consists of."""
    if not lines:
        remedy = "Add what was given, line by line."
        raise Refused(asked=asked, wrong="It has no line.", remedy=remedy)
    for line in lines:
        if line.reported_cents == 0 and not line.note:
            wrong = f"Line {line.number}, {rounds.name_of(line)}, reports nothing and does not say why."
            remedy = "Say what it was worth, or in its note why nothing was given; or take the line out."
            raise Refused(asked=asked, wrong=wrong, remedy=remedy)
        is_in_kind = rules.kind(rounds.kind_of(line)).in_kind and report.source == Report.Source.GIVER
        if is_in_kind and line.reported_cents and not line.in_kind.all():
            wrong = f"Line {line.number}, {rounds.name_of(line)}, does not say what its amount consists of."
            raise Refused(asked=asked, wrong=wrong, remedy="Add its in-kind lines.")
