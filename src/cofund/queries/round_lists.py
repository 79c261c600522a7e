"""The round of a programme and year as a list: who planned and reported, what is certified and accepted, and who owes what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from cofund.queries import clock, schemes, standings
from cofund.queries.keeping import kept
from cofund.queries.rounds import REPORTED
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Activity, Contribution, ContributionParty, Plan, Report
from cofund.rules.rounds import PLANNED, due_on, planned_kinds, reported_kinds
from cofund.rules.rounds import REPORTED as TO_REPORT

HANDED_IN: Final = (Plan.Status.SUBMITTED, Plan.Status.APPROVED, Plan.Status.SUPERSEDED)
STATES: Final = {
    "plan_missing": "Plan not handed in",
    "report_missing": "Report not handed in",
    "late": "Report came late",
    "to_check": "Report waits for the office",
    "done": "Report checked",
}
# From how many days before a due day on people are told, and until how long after.
AHEAD: Final = timedelta(days=60)
BEHIND: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that a programme asks for: the plan or the report of a year, and the day it is due."""

    scheme: str
    what: str
    year: int
    due_on: date


@dataclass(slots=True)
class Line:
    """One organisation in a round. Amounts are cents; None where nothing says it."""

    organisation: Organisation
    owes_plan: bool = False
    owes_report: bool = False
    plan: Plan | None = None
    planned_cents: int | None = None
    reports: list[Report] = field(default_factory=list)
    reported_cents: int | None = None
    certified_cents: int | None = None
    validated_cents: int | None = None


def listed(scheme_code: str, year: int, *, words: str = "", state: str = "") -> QuerySet[Organisation]:
    """Give the organisations of a round, by name: all that planned or reported, or that something is asked of."""
    plans, reports = _plans(scheme_code, year), _reports(scheme_code, year)
    in_time = reports.filter(status__in=REPORTED)
    asked = _asked(scheme_code, year, PLANNED) | _asked(scheme_code, year, TO_REPORT)
    rows = Organisation.objects.filter(_of(plans) | _of(reports) | asked).order_by("name", "pk")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(short_name__icontains=words))
    if state == "plan_missing":
        rows = rows.filter(_asked(scheme_code, year, PLANNED)).exclude(_of(plans.filter(status__in=HANDED_IN)))
    elif state == "report_missing":
        rows = rows.filter(_asked(scheme_code, year, TO_REPORT)).exclude(_of(in_time))
    elif state == "late":
        rows = rows.filter(_of(in_time.filter(submitted_on__gt=F("due_on"))))
    elif state == "to_check":
        rows = rows.filter(_of(reports.filter(status__in=REPORTED[:2])))
    elif state == "done":
        rows = rows.filter(_of(reports.filter(status=Report.Status.VALIDATED)))
    return rows


def lines(scheme_code: str, year: int, organisations: Iterable[Organisation]) -> list[Line]:
    """Give the lines of some organisations of a round. Five queries, however many there are."""
    found = {one.pk: Line(one) for one in organisations}
    keys = list(found)
    for what, name in ((PLANNED, "owes_plan"), (TO_REPORT, "owes_report")):
        for pk in owing(scheme_code, year, what, among=keys).order_by().values_list("pk", flat=True):
            setattr(found[pk], name, True)
    plans = _kept(Plan.objects.filter(_among(keys), scheme__code=scheme_code, year=year)).order_by("number")
    for plan in plans.annotate(cents=Sum("lines__amount_cents")):
        line = found[plan.kept_id]
        # A draft or a returned version does not take the place of the one that holds.
        if line.plan is None or plan.status in HANDED_IN or line.plan.status not in HANDED_IN:
            line.plan, line.planned_cents = plan, plan.cents
    reports = _kept(Report.objects.filter(_among(keys), scheme__code=scheme_code, year=year)).order_by("pk")
    sums = {name: Sum(f"lines__{name}_cents") for name in ("reported", "certified", "validated")}
    for report in reports.annotate(**sums):
        line = found[report.kept_id]
        line.reports.append(report)
        if report.status in REPORTED:
            for name in sums:
                cents = getattr(report, name)
                if cents is not None:
                    setattr(line, f"{name}_cents", (getattr(line, f"{name}_cents") or 0) + cents)
    return list(found.values())


@kept(64)
def keys(scheme_code: str, year: int, words: str, state: str) -> tuple[int, ...]:
    """Give the keys of all organisations of a round in the order of the list; see `listed`. One query."""
    return tuple(listed(scheme_code, year, words=words, state=state).values_list("pk", flat=True))


@kept(64)
def page(scheme_code: str, year: int, keys: tuple[int, ...]) -> tuple[Line, ...]:
    """Give the lines of the organisations with these keys, in the order of the list."""
    return tuple(lines(scheme_code, year, Organisation.objects.filter(pk__in=keys).order_by("name", "pk")))


def owing(scheme_code: str, year: int, what: str, *, among: Sequence[int] | None = None) -> QuerySet[Organisation]:
    """Give the organisations that have not handed in the plan or the report of a year that they are asked for.

    `among` are the keys of those that are looked at, where not all are: what the others give is then not read.
    """
    if what == PLANNED:
        done: QuerySet[Plan] | QuerySet[Report] = _plans(scheme_code, year).filter(status__in=HANDED_IN)
    else:
        done = _reports(scheme_code, year).filter(status__in=REPORTED, source=Report.Source.GIVER)
    rows = Organisation.objects.filter(_asked(scheme_code, year, what, among))
    if among is not None:
        rows, done = rows.filter(pk__in=among), done.filter(_among(among))
    return rows.exclude(_of(done))


@kept(256)
def owed_by(organisation_id: int) -> tuple[Asked, ...]:
    """Give what the programmes ask of an organisation around today and that it has not handed in, the nearest day first."""
    own = (organisation_id,)
    asked = sorted(near_to(clock.today(), own), key=lambda one: one.due_on)
    return tuple(one for one in asked if owing(one.scheme, one.year, one.what, among=own).exists())


def near(on: date) -> list[Asked]:
    """Give what the programmes ask for around a day: due within the next sixty days, or within the last four hundred."""
    found = []
    for code in schemes.installed():
        rules, _ = schemes.current(code)
        for what, kinds in ((PLANNED, planned_kinds(rules)), (TO_REPORT, reported_kinds(rules))):
            for year in range(on.year - 3, on.year + 3):
                due = due_on(rules, what, [rule.code for rule in kinds], year)
                has_begun = rules.starts_on is None or year >= rules.starts_on.year
                # Projects go on after the end of a programme, and are reported as long as they do.
                is_over = what == PLANNED and rules.ends_on is not None and year > rules.ends_on.year
                if due is not None and has_begun and not is_over and due - AHEAD <= on <= due + BEHIND:
                    found.append(Asked(code, what, year, due))
    return found


def near_to(on: date, among: tuple[int, ...]) -> list[Asked]:
    """Give what is asked for around a day by the programmes in which some organisations do or give anything. Two queries."""
    found = near(on)
    codes = _active_in(among) if found else frozenset()
    return [one for one in found if one.scheme in codes]


@kept(256)
def _active_in(among: tuple[int, ...]) -> frozenset[str]:
    """The codes of the schemes in which some organisations, or those merged into them, have an activity or a contribution."""
    activities = Activity.objects.filter(_among(among)).order_by().values_list("scheme__code", flat=True)
    parties = ContributionParty.objects.filter(_among(among)).order_by()
    given = parties.values_list("contribution__book__scheme__code", flat=True)
    return frozenset(activities.distinct()).union(given.distinct())


def years(scheme_code: str) -> list[int]:
    """Give the years of a programme's rounds, newest first: from its start to the next year. Projects go on after its end."""
    rules, _ = schemes.current(scheme_code)
    today = clock.today()
    first = rules.starts_on.year if rules.starts_on else today.year - 5
    return list(range(max(first, today.year + 1), first - 1, -1))


def _plans(scheme_code: str, year: int) -> QuerySet[Plan]:
    """The plans of a round."""
    return Plan.objects.filter(scheme__code=scheme_code, year=year).order_by()


def _reports(scheme_code: str, year: int) -> QuerySet[Report]:
    """The reports of a round."""
    return Report.objects.filter(scheme__code=scheme_code, year=year).order_by()


def _of(rows: QuerySet[Any]) -> Q:
    """The condition that an organisation is that of one of these rows. The database puts them together once, not for each row.

    Rows of an organisation that was merged are those of the one that is kept.
    """
    return Q(pk__in=_kept(rows).order_by().values("kept_id"))


def _kept(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with `kept_id`, the key of their organisation or of the one that it was merged into."""
    found: QuerySet[Any] = rows.annotate(kept_id=Coalesce("organisation__merged_into_id", "organisation_id"))
    return found


def _among(keys: Sequence[int]) -> Q:
    """The condition that a row is of one of these organisations, or of one that was merged into it."""
    named = Organisation.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys))
    return Q(organisation__in=named.order_by().values("pk"))


def _asked(scheme_code: str, year: int, what: str, among: Sequence[int] | None = None) -> Q:
    """The condition that an organisation does or gives something of which a plan or report of the year is asked.

    An activity counts from the day it starts, or was recorded where that is not known; a contribution while its project runs
    and anything of it stands: one that was withdrawn as a whole is not asked for.
    """
    rules, _ = schemes.current(scheme_code)
    kinds = [rule.code for rule in (planned_kinds(rules) if what == PLANNED else reported_kinds(rules))]
    first, last = date(year, 1, 1), date(year, 12, 31)
    activities = (
        Activity.objects.filter(scheme__code=scheme_code, kind__in=kinds)
        .annotate(begins=Coalesce("from_on", TruncDate("made_at")))
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=first))
    )
    if what == TO_REPORT:
        # Before a year nobody can have begun: what is planned for it counts nevertheless.
        activities = activities.filter(begins__lte=last)
    running = (Q(project__starts_on__isnull=True) | Q(project__starts_on__lte=last)) & (
        Q(project__ends_on__isnull=True) | Q(project__ends_on__gte=first)
    )
    is_dated = Q(project__starts_on__isnull=False) | Q(project__ends_on__isnull=False)
    given = Contribution.objects.filter(running, is_dated, book__scheme__code=scheme_code, kind__in=kinds)
    parties = ContributionParty.objects.filter(contribution__in=given.order_by().values("pk"))
    gone = [one.contribution_id for one in standings.today(scheme_code) if one.stage == "withdrawn"]
    if gone:
        parties = parties.exclude(contribution__in=gone)
    if among is not None:
        activities, parties = activities.filter(_among(among)), parties.filter(_among(among))
    return _of(activities) | _of(parties)
