"""Additional activities beside the books: what was planned and reported of them, and what of it a share of the programme counts.

What stood at a past instant is read from the instants of the record: a plan that was decided later is only handed in, a report that
was checked later is not checked yet. Source: Regulation (EU) 2021/2085, Articles 2(9), 2(10), 11 and 119(2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from cofund.queries import clock, schemes
from cofund.queries.keeping import kept
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Certificate, Plan, PlanLine, Report, ReportLine
from cofund.rules.rounds import REPORTED, due_on
from cofund.rules.schemes import Scheme
from cofund.rules.share_sums import Amount


@dataclass(frozen=True, slots=True)
class Cut:
    """Until when something counts: to the end of the day, and no later than the instant of knowledge."""

    on: date
    at: datetime

    @classmethod
    def of(cls, on: date, known_at: datetime | None = None) -> Cut:
        """The cut of a day and an instant of knowledge: all that is recorded by the end of the day where none is named."""
        end = timezone.make_aware(datetime.combine(on, time.max))
        return cls(on, end if known_at is None else min(end, known_at))

    def has(self, at: datetime | None) -> bool:
        """Whether something that was recorded at an instant counts."""
        return at is not None and at <= self.at


def counted(scheme_code: str, on: date, known_at: datetime | None = None) -> tuple[Amount, ...]:
    """Give what additional activities outside of the books are worth at a moment, by kind, role and place, in cents.

    Of each activity and year counts what was accepted, before that what was certified, before that what was reported. Of a year
    of which nothing was reported, what is planned counts as long as the report is not overdue. Seven queries.
    """
    if known_at is None and on == clock.today():
        return _today(scheme_code)
    return _counted(scheme_code, Cut.of(on, known_at))


@kept(16)
def _today(scheme_code: str) -> tuple[Amount, ...]:
    """The amounts of today."""
    return _counted(scheme_code, Cut.of(clock.today()))


def _counted(scheme_code: str, cut: Cut) -> tuple[Amount, ...]:
    """The amounts at a cut."""
    scheme, _ = schemes.current(scheme_code)
    if not any(kind.outside_project for kind in scheme.kinds):
        return ()
    found: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    told = set()
    for line in reported(scheme, cut):
        if line.activity is not None and line.activity.contribution_id is None:
            told.add((line.activity_id, line.report.year))
            found[line.activity.kind, line.activity.role, line.activity.place] += worth(line, cut)
    for plan_line in planned(scheme, cut):
        activity, year = plan_line.activity, plan_line.plan.year
        if activity is None or activity.contribution_id is not None or (activity.pk, year) in told:
            continue
        due = due_on(scheme, REPORTED, [activity.kind], year)
        if due is None or cut.on <= due:
            found[activity.kind, activity.role, activity.place] += plan_line.amount_cents
    return tuple(
        Amount(kind, scheme.giving_role(role), place, cents) for (kind, role, place), cents in found.items() if cents
    )


def worth(line: ReportLine, cut: Cut) -> int:
    """Give the amount of a line as far as it was checked at the cut: accepted, certified, or only reported, in cents."""
    if is_checked(line, cut):
        return line.validated_cents or 0
    if certificate_of(line, cut) is not None and line.certified_cents is not None:
        return line.certified_cents
    return line.reported_cents


def planned(scheme: Scheme, cut: Cut, year: int | None = None) -> list[PlanLine]:
    """Give the lines of the plans that hold at the cut, of kinds outside of projects: of a year, or of all. Two queries."""
    holding: dict[tuple[int, int], Plan] = {}
    plans = Plan.objects.filter(scheme__code=scheme.code, submitted_at__lte=cut.at, **_of_year(year))
    plans = plans.select_related("decision")
    for plan in plans.order_by("organisation_id", "year", "number"):
        is_decided = cut.has(plan.decided_at)
        if is_decided and plan.decision_id is None:
            continue
        held = holding.get((plan.organisation_id, plan.year))
        # One that was approved holds until the next is.
        if held is None or is_decided or not cut.has(held.decided_at):
            holding[plan.organisation_id, plan.year] = plan
    lines = PlanLine.objects.filter(plan__in=[plan.pk for plan in holding.values()])
    found = lines.select_related(
        "plan__decision", "plan__organisation__merged_into", "activity__project", "contribution__project"
    )
    return [
        line for line in found.order_by("plan__organisation__name", "plan_id", "number") if _is_outside(scheme, line)
    ]


def reported(scheme: Scheme, cut: Cut, year: int | None = None) -> list[ReportLine]:
    """Give the lines of reports handed in at the cut and not sent back by then, of kinds outside of projects. Four queries."""
    reports = Report.objects.filter(
        scheme__code=scheme.code, submitted_at__lte=cut.at, submitted_on__lte=cut.on, **_of_year(year)
    )
    sent_back = [report for report in reports if report.status == Report.Status.RETURNED]
    returned = _returned(scheme, [report.reference for report in sent_back], cut)
    lines = ReportLine.objects.filter(report__in=[one.pk for one in reports if one.reference not in returned])
    found = lines.select_related(
        "report__organisation__merged_into", "report__certificate", "activity__project", "contribution__project",
        "validated_entry",
    ).prefetch_related("refusals")  # fmt: skip
    ordered = found.order_by("report__organisation__name", "report_id", "number")
    return [line for line in ordered if _is_outside(scheme, line)]


def _returned(scheme: Scheme, references: Sequence[str], cut: Cut) -> set[str]:
    """The reports among these that had been sent back by the cut, as the audit trail tells."""
    subjects = {f"{scheme.code}/report/{reference}": reference for reference in references}
    events = AuditEvent.objects.filter(action="return report", subject__in=sorted(subjects), recorded_at__lte=cut.at)
    return {subjects[subject] for subject in events.values_list("subject", flat=True)}


def certificate_of(line: ReportLine, cut: Cut) -> Certificate | None:
    """Give the certificate of the report of a line, as far as it was there at the cut."""
    found: Certificate | None = getattr(line.report, "certificate", None)
    if found is None or not (cut.has(found.recorded_at) and found.signed_on <= cut.on):
        return None
    return found


def is_checked(line: ReportLine, cut: Cut) -> bool:
    """Whether the office had checked a line at the cut; the day of its entry counts where it stands in the books."""
    on = line.validated_entry.effective_on if line.validated_entry is not None else cut.on
    return cut.has(line.report.validated_at) and on <= cut.on


def place_of(line: PlanLine | ReportLine) -> str:
    """Where the cost of a line arises."""
    return line.activity.place if line.activity is not None else "unknown"


def _is_outside(scheme: Scheme, line: PlanLine | ReportLine) -> bool:
    """Whether a line is about a kind outside of projects."""
    about = line.activity or line.contribution
    assert about is not None
    return scheme.kind(about.kind).outside_project


def _of_year(year: int | None) -> dict[str, int]:
    """The condition that something is of a year; none where all are asked for."""
    return {} if year is None else {"year": year}
