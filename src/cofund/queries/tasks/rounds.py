"""Tasks of the yearly round: plans to decide on, reports to check, and what a partner has to plan and to report."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, QuerySet, Value, When

from cofund.queries import round_lists
from cofund.queries.tasks.shapes import Reader, Rows, Source, columns, joined, name_of
from cofund.records.ledger.models import Plan, Report
from cofund.rules import roles
from cofund.rules.rounds import PLANNED, REPORTED

_PARTNER: Final = frozenset({roles.PARTNER})
_CHECKED: Final = (Report.Status.SUBMITTED, Report.Status.CERTIFIED)
_CHECK: Final = Case(
    When(status=Report.Status.CERTIFIED, then=Value("Certified: say what is accepted of it")),
    default=Value("Handed in: check it, with the certificate where one is needed"),
    output_field=CharField(),
)


def decide_plans(_: Reader) -> QuerySet[Any]:
    """Plans that wait for the board."""
    return _plans(Plan.objects.filter(status=Plan.Status.SUBMITTED), "plan_decide", "Handed in: record the decision")


def check_reports(_: Reader) -> QuerySet[Any]:
    """Reports that wait for the office."""
    rows = Report.objects.filter(status__in=_CHECKED)
    return columns(rows, "report_check", title=_title(), why=_CHECK, scheme="scheme__code", first="reference")


def own_plans(reader: Reader) -> QuerySet[Any] | None:
    """For a partner's people who may write: drafts of plans, and what the office returned."""
    newer = Plan.objects.filter(
        scheme=OuterRef("scheme"),
        organisation=OuterRef("organisation"),
        year=OuterRef("year"),
        number__gt=OuterRef("number"),
    )
    waiting = (Plan.Status.DRAFT, Plan.Status.RETURNED)
    rows = Plan.objects.filter(organisation__in=reader.applies, status__in=waiting).exclude(Exists(newer))
    return _plans(rows, "plan_own", "Complete it and hand it in") if reader.applies else None


def own_reports(reader: Reader) -> QuerySet[Any] | None:
    """For a partner's people who may write: drafts of reports, and what the office returned."""
    newer = Report.objects.filter(
        scheme=OuterRef("scheme"),
        organisation=OuterRef("organisation"),
        year=OuterRef("year"),
        source=OuterRef("source"),
        number__gt=OuterRef("number"),
    )
    waiting = (Report.Status.DRAFT, Report.Status.RETURNED)
    rows = Report.objects.filter(organisation__in=reader.applies, status__in=waiting).exclude(Exists(newer))
    if not reader.applies:
        return None
    return columns(
        rows,
        "report_own",
        title=_title(),
        why="Complete it and hand it in",
        scheme="scheme__code",
        due_on="due_on",
        first="reference",
    )


def due(kind: str, what: str, why: str) -> Rows:
    """Give the source of what a partner is asked for and has not begun: of every programme that asks for it around this day."""

    def rows(reader: Reader) -> QuerySet[Any] | None:
        if not reader.applies:
            return None
        parts = []
        for asked in round_lists.near_to(reader.on, reader.applies):
            if asked.what != what:
                continue
            own = round_lists.owing(asked.scheme, asked.year, what, among=reader.applies)
            model = Plan if what == PLANNED else Report
            begun = model.objects.filter(scheme__code=asked.scheme, year=asked.year, organisation=OuterRef("pk"))
            stated = own.exclude(Exists(begun)).annotate(
                asked_scheme=Value(asked.scheme, CharField()), asked_due=Value(asked.due_on, DateField())
            )
            title = joined(name_of(), Value(f", {asked.year}"))
            parts.append(
                columns(stated, kind, title=title, why=why, scheme="asked_scheme", due_on="asked_due", first="slug")
            )
        if not parts:
            return None
        return parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]

    return rows


def _plans(rows: QuerySet[Plan], kind: str, why: str) -> QuerySet[Any]:
    """Plans as tasks."""
    return columns(rows, kind, title=_title(), why=why, scheme="scheme__code", due_on="due_on", first="pk")


def _title() -> Any:
    """Whose, and of which year."""
    return joined(name_of("organisation__"), Value(", "), F("year"))


SOURCES: Final = (
    Source("plan_decide", "Plans before the board", frozenset({roles.OFFICER, roles.GOVERNANCE_OFFICER}), decide_plans),
    Source("report_check", "Reports to check", frozenset({roles.FINANCE_OFFICER}), check_reports),
    Source("plan_own", "Plans to complete", _PARTNER, own_plans),
    Source("report_own", "Reports to complete", _PARTNER, own_reports),
    Source(
        "plan_due",
        "Plans to write",
        _PARTNER,
        due("plan_due", PLANNED, "Plan what you will give in the year"),
        reads_anew=True,
    ),
    Source(
        "report_due",
        "Reports to write",
        _PARTNER,
        due("report_due", REPORTED, "Report what you gave in the year"),
        reads_anew=True,
    ),
)
