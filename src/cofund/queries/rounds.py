"""The yearly round: who may see which plans and reports, what they can be about, and what an organisation has to hand in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, QuerySet, Sum

from cofund.queries import access, flows, identity
from cofund.queries.keeping import kept
from cofund.records.directory.models import AuditEvent, Organisation, PartnerRight, User
from cofund.records.ledger.models import Activity, Contribution, ContributionVersion, Evidence, Plan, Report, ReportLine
from cofund.records.programme.models import Project, Proposal, RoleHolding
from cofund.records.programme.models import Scheme as SchemeRow
from cofund.rules import accounts, roles
from cofund.rules.consortium_plan import columns_with_places
from cofund.rules.eligibility import UNKNOWN_PLACE
from cofund.rules.rounds import Anchors, window_of
from cofund.rules.schemes import Scheme
from cofund.rules.trajectory import Funnel

# What was handed in and not sent back counts as reported.
REPORTED = (Report.Status.SUBMITTED, Report.Status.CERTIFIED, Report.Status.VALIDATED)
ANCHOR_WORDS = {
    "submission": "the day its proposal was submitted",
    "project_end": "its last day",
    "project_start": "its first day",
}
_COMMITTED = ("committed", "reported", "certified", "validated")


@dataclass(frozen=True, slots=True)
class About:
    """What plans and reports of an organisation in a scheme can be about."""

    activities: tuple[Activity, ...]
    contributions: tuple[Contribution, ...]

    def has(self, activity: Activity | None, contribution: Contribution | None) -> bool:
        """Whether exactly one of the two is named, and is among these."""
        if (activity is None) == (contribution is None):
            return False
        return activity in self.activities if activity is not None else contribution in self.contributions


def visible_plans(user: User | AnonymousUser) -> QuerySet[Plan]:
    """The plans that a person may read: the office and auditors all, a partner those of its organisation, others none."""
    every = Plan.objects.select_related("scheme", "organisation", "decision")
    if not access.may(user, "read rounds"):
        return every.none()
    if access.role_of(user) != roles.PARTNER:
        return every
    return every.filter(organisation__in=access.organisations_with(user, PartnerRight.Right.READ))


def visible_reports(user: User | AnonymousUser) -> QuerySet[Report]:
    """The reports that a person may read: the office and auditors all, a partner those of its organisation, others none."""
    every = Report.objects.select_related("scheme", "organisation")
    if not access.may(user, "read rounds"):
        return every.none()
    if access.role_of(user) != roles.PARTNER:
        return every
    return every.filter(organisation__in=access.organisations_with(user, PartnerRight.Right.READ))


def held_roles(scheme: SchemeRow, organisation: Organisation) -> tuple[str, ...]:
    """The roles in which an organisation stands in a scheme: held, or given in."""
    holdings = RoleHolding.objects.filter(scheme=scheme, organisation__in=identity.keys_of([organisation]))
    given = identity.given_by(Contribution.objects.filter(book__scheme=scheme), organisation.pk)
    found = {*holdings.values_list("role", flat=True), *given.order_by().values_list("role", flat=True)}
    return tuple(sorted(found))


@kept(256)
def schemes_of(organisation_id: int) -> frozenset[str]:
    """Give the codes of the schemes in which an organisation stands: it holds a role there, or has given. Two queries."""
    holdings = RoleHolding.objects.filter(identity.is_party("organisation", organisation_id))
    given = identity.given_by(Contribution.objects.all(), organisation_id).order_by()
    held = holdings.values_list("scheme__code", flat=True)
    return frozenset(held).union(given.values_list("book__scheme__code", flat=True).distinct())


def of_organisation(scheme: SchemeRow, organisation: Organisation) -> About:
    """Give what plans and reports of an organisation can be about: its activities, and its contributions to projects."""
    activities = Activity.objects.filter(scheme=scheme, organisation__in=identity.keys_of([organisation]))
    given = identity.given_by(Contribution.objects.filter(book__scheme=scheme), organisation.pk)
    rows = given.filter(project__isnull=False).select_related("project", "book__scheme").order_by("reference")
    return About(tuple(activities.select_related("project").order_by("reference")), tuple(rows))


def anchors_of(project: Project | None) -> Anchors:
    """Give the days of a project that a window hangs on. The proposal's day is the last that its results tell."""
    if project is None:
        return Anchors()
    submission = Proposal.objects.filter(project=project).aggregate(on=Max("submitted_on"))["on"]
    return Anchors(submission, project.starts_on, project.ends_on, project.signed_on, project.adopted_on)


def plan_of(user: User | AnonymousUser, scheme: str, year: int, slug: str, number: int | None = None) -> Plan | None:
    """Give a version of a plan that a person may read, the newest where none is named; None where there is none."""
    rows = visible_plans(user).filter(scheme__code=scheme, year=year, organisation__slug=slug)
    if number is not None:
        rows = rows.filter(number=number)
    return rows.order_by("-number").first()


def versions_of(plan: Plan) -> list[Plan]:
    """Give all versions of a plan, newest first."""
    rows = Plan.objects.filter(scheme=plan.scheme_id, organisation=plan.organisation_id, year=plan.year)
    return list(rows.select_related("decision").order_by("-number"))


def report_of(user: User | AnonymousUser, reference: str) -> Report | None:
    """Give a report that a person may read; None where there is none of that reference."""
    return visible_reports(user).filter(reference=reference).first()


def lines_of(report: Report) -> list[ReportLine]:
    """Give the lines of a report with everything that a page shows of them. Four queries."""
    rows = report.lines.select_related("contribution__project", "activity__project", "contribution__tranche")
    entries = ("reported_entry", "certified_entry", "validated_entry")
    return list(rows.select_related(*entries).prefetch_related("in_kind", "evidence", "refusals"))


def evidence_of(report: Report, key: int) -> Evidence | None:
    """Give a file that proves a line of a report; None where it has none of that key."""
    return Evidence.objects.filter(report_line__report=report, pk=key).first()


def not_checked(scheme: Scheme, lines: Iterable[ReportLine]) -> tuple[str, ...]:
    """Say what nobody could check: days of projects that a window hangs on, and places of cost, that are not recorded."""
    found = []
    for line in lines:
        project, rule = project_of(line), scheme.kind(kind_of(line))
        window = window_of(rule, anchors_of(project)) if project is not None else None
        for anchor in window.unknown if window else ():
            assert project is not None
            found.append(f"{project.acronym}: {ANCHOR_WORDS.get(anchor, anchor)}")
        unsaid = [one.number for one in line.in_kind.all() if rule.place and one.place == "unknown"]
        found += [f"In-kind line {number} of line {line.number}: the place of cost" for number in unsaid]
    return tuple(dict.fromkeys(found))


def places_apart(scheme: Scheme, lines: Sequence[ReportLine]) -> list[tuple[ReportLine, str, str, int]]:
    """Give each line whose costs arise elsewhere than its contribution is booked, where a share asks for third countries.

    Each with the place that is booked, the place that is reported, and the cents reported there. One query at most.
    """
    asked = columns_with_places(scheme)
    given = [line for line in lines if line.contribution is not None and line.contribution.kind in asked]
    if not given:
        return []
    versions = ContributionVersion.objects.filter(contribution__in=[line.contribution_id for line in given])
    booked = dict(versions.order_by("contribution_id", "number").values_list("contribution_id", "place"))
    found = []
    for line in given:
        stands = booked.get(line.contribution_id or 0, UNKNOWN_PLACE)
        sums: dict[str, int] = {}
        for one in line.in_kind.all():
            sums[one.place] = sums.get(one.place, 0) + one.scheme_amount_cents
        for place, cents in sums.items():
            differs = stands == UNKNOWN_PLACE or (stands == "third") != (place == "third")
            if place != UNKNOWN_PLACE and differs and cents:
                found.append((line, stands, place, cents))
    return found


def kind_of(line: ReportLine) -> str:
    """The code of the kind that a line is about."""
    about = line.contribution or line.activity
    assert about is not None
    return about.kind


def name_of(line: ReportLine) -> str:
    """What a line is about, as people say it: the title of an activity, or the contribution and its project."""
    if line.activity is not None:
        return line.activity.title
    assert line.contribution is not None
    return f"{line.contribution.reference} to {line.contribution.target_name}"


def booked_for(line: ReportLine) -> Contribution | None:
    """The contribution in whose books a line's steps stand; None for an activity that nobody promised to a project."""
    return line.contribution or (line.activity.contribution if line.activity is not None else None)


def project_of(line: ReportLine) -> Project | None:
    """The project that a line is about; None for an activity of the programme."""
    about = line.contribution or line.activity
    assert about is not None
    return about.project


def funnel(contributions: Iterable[Contribution], *, on: date | None = None) -> Funnel:
    """Add up what became of contributions by the books, as of a day: committed, reported, certified, validated in all.

    Reported and certified are what went into the stage, less what came back because a report was returned; an amount that the
    office refused was reported nevertheless.
    """
    rows = list(contributions)
    positions = flows.positions_of_contributions([row.pk for row in rows])
    committed = validated = 0
    for row in rows:
        held = [positions[row.pk].balance(accounts.of_contribution(row.group, stage), on) for stage in _COMMITTED]
        committed, validated = committed + sum(held), validated + held[-1]
    lines = ReportLine.objects.filter(contribution__in=rows, report__status__in=REPORTED)
    if on is not None:
        lines = lines.filter(report__submitted_on__lte=on)
    reported = certified = 0
    for said, certain, explained in lines.values_list(
        "reported_cents", "certified_cents", "reported_entry__explanation"
    ):
        # Over-delivery stands beside the commitment, and in no stage of the funnel.
        booked = said - over_reported(said, explained)
        reported, certified = reported + booked, certified + min(booked, certain or 0)
    return Funnel(committed, reported, certified, validated)


def over_reported(reported_cents: int, explanation: dict[str, Any] | None) -> int:
    """Give what of a line is beyond the commitment, from the explanation of its entry; all of it where it has none, in cents."""
    return reported_cents if explanation is None else int(explanation.get("over_reported_cents", 0))


def history(subject: str) -> list[AuditEvent]:
    """Give what was done with a plan or report by its name in the audit trail, oldest first."""
    return list(AuditEvent.objects.filter(subject=subject))


def projects_of(scheme: SchemeRow, organisation: Organisation | None) -> list[Project]:
    """Give the projects that an activity can belong to: those that the organisation gives to, or all where none is named."""
    rows = Project.objects.filter(scheme=scheme).order_by("acronym")
    if organisation is None:
        return list(rows)
    given = identity.given_by(Contribution.objects.filter(book__scheme=scheme), organisation.pk)
    return list(rows.filter(pk__in=given.order_by().values("project")))


def activities_of(organisation: Organisation) -> list[Activity]:
    """Give the additional activities of an organisation in every programme."""
    rows = Activity.objects.filter(organisation__in=identity.keys_of([organisation]))
    return list(rows.select_related("scheme", "project").order_by("scheme__code", "reference"))


def sums_of(reports: Iterable[Report]) -> dict[int, tuple[int | None, int | None, int | None]]:
    """Give what each report says was reported, certified and accepted in all, in cents; None where nothing says it. One query."""
    rows = Report.objects.filter(pk__in=[row.pk for row in reports])
    sums = rows.annotate(
        reported=Sum("lines__reported_cents"),
        certified=Sum("lines__certified_cents"),
        validated=Sum("lines__validated_cents"),
    )
    return {pk: tuple(cents) for pk, *cents in sums.values_list("pk", "reported", "certified", "validated")}


def lines_about(user: User | AnonymousUser, contribution: Contribution) -> list[ReportLine]:
    """Give what reports that a person may read say of a contribution, newest year first. One query."""
    rows = ReportLine.objects.filter(
        contribution=contribution, report__in=visible_reports(user).order_by().values("pk")
    )
    entries = ("reported_entry", "certified_entry", "validated_entry")
    return list(rows.select_related("report", *entries).order_by("-report__year", "-report__pk"))
