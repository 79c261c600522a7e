"""Additional activities of a year: what members planned, and what of it was reported, certified and accepted.

What stood at a past instant is read by `cofund.queries.additional`. Source: Regulation (EU) 2021/2085, Articles 2(9), 2(10) and 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from cofund.queries import additional
from cofund.queries.additional import Cut
from cofund.queries.documents import framing
from cofund.queries.documents.framing import code, country_words
from cofund.queries.documents.given import Moment, place_words
from cofund.queries.documents.shapes import NOT_KNOWN, Column, Document, Quotient, Sheet, Sum, SumOver, Value, Values
from cofund.records.directory.models import Certainty, Organisation
from cofund.records.ledger.models import Plan, PlanLine, Refusal, Report, ReportLine
from cofund.rules.schemes import Scheme

LINES = "Lines"
_COUNTS = (
    "A plan that was approved holds until the next one is; where none was approved yet, the newest that was handed in."
)


def plan_of_year(scheme_code: str, moment: Moment, year: int) -> Document:
    """Give the plan of additional activities of a year.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    scheme, cut = framing.scheme_of(scheme_code), Cut.of(moment.on, moment.instant)
    lines = additional.planned(scheme, cut, year)
    organisations = _organisations(line.plan.organisation for line in lines)
    columns = (
        *_ABOUT,
        Column("planned", f"Planned for {year}", "money", is_summed=True),
        Column("version", "Version of the plan", "number"),
        Column("state", "State of the plan"),
        Column("handed_in_on", "Handed in on", "day"),
        Column("due_on", "Due on", "day"),
        Column("decision", "Decision"),
        *_CODES,
    )
    rows = tuple(
        (*_about(scheme, line), line.amount_cents, *_state(line.plan, cut), *_codes(line, line.plan.organisation))
        for line in lines
    )
    detail = Sheet("lines", LINES, f"Planned additional activities of {year}", columns, rows, is_detail=True)
    return framing.document(
        "ikaa-plan",
        f"Plan of additional activities {year}",
        "What members plan to do in a year beside the projects, and what it will be worth.",
        scheme,
        moment,
        [_summary("by-organisation", "By organisation", "organisation", organisations, ("planned",), year),
         _summary("by-place", "By place of cost", "place", _places(lines), ("planned",), year), detail],
        notes=(_COUNTS, "A plan is no promise of the books, and unlocks no public money.", *_sure(lines)),
        more={"year": str(year)},
    )  # fmt: skip


def report_of_year(scheme_code: str, moment: Moment, year: int) -> Document:
    """Give what was reported of additional activities for a year, beside what was planned.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    scheme, cut = framing.scheme_of(scheme_code), Cut.of(moment.on, moment.instant)
    planned = {_thing(line): line for line in additional.planned(scheme, cut, year)}
    reported = additional.reported(scheme, cut, year)
    told, rows, refusals = set(), [], []
    for line in reported:
        plan = planned.get(_thing(line)) if _thing(line) not in told else None
        told.add(_thing(line))
        rows.append(_report_row(scheme, line, plan, cut))
        refusals += _refusals(scheme, line, cut)
    for thing, plan in planned.items():
        if thing not in told:
            codes = _codes(plan, plan.plan.organisation)
            rows.append(
                (*_about(scheme, plan), plan.amount_cents, 0, 0, 0, "Not reported", "", None, None, "", "", *codes)
            )
    lines: list[PlanLine | ReportLine] = [*reported, *planned.values()]
    amounts = ("planned", "reported", "certified", "validated")
    return framing.document(
        "ikaa-report",
        f"Report on additional activities {year}",
        "What members reported of their additional activities of a year, what was certified and accepted, and what was planned.",
        scheme,
        moment,
        [
            _summary(
                "by-organisation", "By organisation", "organisation", _organisations(map(_owner, lines)), amounts, year
            ),
            _summary("by-place", "By place of cost", "place", _places(lines), amounts, year),
            Sheet(
                "lines", LINES, f"Additional activities of {year}", _report_columns(year), tuple(rows), is_detail=True
            ),
            Sheet("refusals", "Not accepted", "What was not accepted, and why", _REFUSED, tuple(refusals)),
        ],
        notes=(
            "Certified is empty of a report without a certificate, validated of one that the office has not checked yet.",
            "A report that was sent back counts nothing until the next one comes.",
            *_sure(lines),
        ),
        more={"year": str(year)},
    )


_ABOUT = (
    Column("organisation", "Organisation"),
    Column("role", "Role"),
    Column("country", "Country"),
    Column("reference", "Reference"),
    Column("activity", "Activity"),
    Column("kind", "Kind"),
    Column("project", "Project"),
    Column("place", "Place of cost"),
    Column("country_of_cost", "Country of cost"),
    Column("certainty", "How sure"),
)
_CODES = (Column("organisation_code", "Code of organisation"), Column("place_code", "Code of place"))
_REFUSED = (
    Column("report", "Report"),
    Column("organisation", "Organisation"),
    Column("activity", "Activity"),
    Column("refused", "Not accepted", "money", is_summed=True),
    Column("reason", "Reason"),
    Column("legal_basis", "Article or rule"),
    Column("on", "Day", "day"),
)


def _report_columns(year: int) -> tuple[Column, ...]:
    """The columns of what was reported."""
    return (
        *_ABOUT,
        Column("planned", f"Planned for {year}", "money", is_summed=True),
        Column("reported", "Reported", "money", is_summed=True),
        Column("certified", "Certified", "money", is_summed=True),
        Column("validated", "Validated", "money", is_summed=True),
        Column("realisation", "Validated of planned", "share", Quotient(("validated",), "planned")),
        Column("state", "State of the report"),
        Column("report", "Report"),
        Column("handed_in_on", "Handed in on", "day"),
        Column("due_on", "Due on", "day"),
        Column("auditor", "Auditor"),
        Column("opinion", "Opinion"),
        *_CODES,
    )


def _report_row(scheme: Scheme, line: ReportLine, plan: PlanLine | None, cut: Cut) -> Values:
    """A line of a report as it stood at the cut."""
    report = line.report
    certificate = additional.certificate_of(line, cut)
    is_checked = additional.is_checked(line, cut)
    certified = line.certified_cents if certificate is not None else None
    state = "validated" if is_checked else "certified" if certificate is not None else "submitted"
    return (
        *_about(scheme, line),
        plan.amount_cents if plan is not None else 0,
        line.reported_cents,
        certified,
        line.validated_cents if is_checked else None,
        str(Report.Status(state).label),
        report.reference,
        report.submitted_on,
        report.due_on,
        certificate.auditor if certificate is not None else "",
        str(certificate.get_opinion_display()) if certificate is not None else "",
        *_codes(line, report.organisation),
    )


def _refusals(scheme: Scheme, line: ReportLine, cut: Cut) -> list[Values]:
    """What of a line was not certified and not accepted at the cut."""
    certificate, is_checked = additional.certificate_of(line, cut), additional.is_checked(line, cut)
    about = _about(scheme, line)
    rows: list[Values] = []
    for one in line.refusals.all():
        of_auditor = one.stage == Refusal.Stage.CERTIFICATE
        if certificate is None if of_auditor else not is_checked:
            continue
        basis = f"Certificate of {certificate.auditor}" if of_auditor and certificate is not None else one.legal_basis
        day = timezone.localdate(one.refused_at)
        rows.append((line.report.reference, about[0], about[4], one.amount_cents, one.reason, basis, day))
    return rows


def _thing(line: PlanLine | ReportLine) -> tuple[int | None, int | None]:
    """What a line is about."""
    return (line.activity_id, line.contribution_id)


def _owner(line: PlanLine | ReportLine) -> Organisation:
    """Whose line it is, merged ones under the one that is kept."""
    own = line.plan.organisation if isinstance(line, PlanLine) else line.report.organisation
    return own.merged_into or own


def _about(scheme: Scheme, line: PlanLine | ReportLine) -> tuple[str, ...]:
    """Who does what, and where."""
    one, about = _owner(line), line.activity or line.contribution
    assert about is not None
    title = line.activity.title if line.activity is not None else about.reference
    project = about.project.acronym if about.project is not None else "The programme"
    certainty = line.activity.certainty if line.activity is not None else Certainty.RECORDED.value
    cost = line.activity.country if line.activity is not None else ""
    return (
        one.name, scheme.label(about.role), country_words(one.country), about.reference, title, scheme.label(about.kind),
        project, place_words(additional.place_of(line)), cost or NOT_KNOWN, str(Certainty(certainty).label),
    )  # fmt: skip


def _codes(line: PlanLine | ReportLine, organisation: Organisation) -> tuple[str, str]:
    """The codes by which a line is added up."""
    return code("organisation", (organisation.merged_into or organisation).slug), code(
        "place", additional.place_of(line)
    )


def _state(plan: Plan, cut: Cut) -> tuple[Value, ...]:
    """Version, state, days and decision of a plan at the cut."""
    is_approved = cut.has(plan.decided_at) and plan.decision is not None
    state = Plan.Status.APPROVED if is_approved else Plan.Status.SUBMITTED
    handed = timezone.localdate(plan.submitted_at) if plan.submitted_at is not None else None
    decision = plan.decision.number_said if is_approved and plan.decision is not None else ""
    return (plan.number, str(state.label), handed, plan.due_on, decision)


def _organisations(rows: Iterable[Organisation]) -> list[tuple[str, str]]:
    """Code and name of each organisation, by name."""
    kept = {one.pk: one for one in (row.merged_into or row for row in rows)}
    return [(code("organisation", one.slug), one.name) for one in sorted(kept.values(), key=lambda one: one.name)]


def _places(lines: Iterable[PlanLine | ReportLine]) -> list[tuple[str, str]]:
    """Code and words of each place of cost."""
    return [(code("place", place), place_words(place)) for place in dict.fromkeys(map(additional.place_of, lines))]


def _summary(
    key: str, name: str, by: str, groups: Sequence[tuple[str, str]], amounts: Sequence[str], year: int
) -> Sheet:
    """The lines added up by organisation or place."""
    where = ((f"{by}_code", "code"),)
    labels = {"planned": f"Planned for {year}"}
    columns = [Column("name", name.removeprefix("By ").capitalize())]
    columns += [
        Column(one, labels.get(one, one.capitalize()), "money", SumOver(LINES, one, where), is_summed=True)
        for one in amounts
    ]
    if "validated" in amounts:
        columns.append(
            Column(
                "not_validated", "Reported, not validated", "money", Sum(("reported",), ("validated",)), is_summed=True
            )
        )
        columns.append(Column("realisation", "Validated of planned", "share", Quotient(("validated",), "planned")))
    columns.append(Column("code", "Code"))
    rows = tuple((words, found) for found, words in groups)
    return Sheet(key, name, f"Additional activities {name.lower()}", tuple(columns), rows)


def _sure(lines: Sequence[PlanLine | ReportLine]) -> list[str]:
    """How many lines are about activities that are assumed."""
    assumed = {
        _thing(line) for line in lines if line.activity is not None and line.activity.certainty == Certainty.ASSUMED
    }
    return (
        [f"{Certainty.ASSUMED.label}: {len(assumed)} of {len({_thing(line) for line in lines})} activities."]
        if assumed
        else []
    )
