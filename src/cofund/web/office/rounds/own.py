"""A partner's plans and reports: what is due, what is on the way, what was accepted, and where to begin."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, clock, programmes, round_lists, rounds, schemes
from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Activity, Plan, Report
from cofund.rules.rounds import PLANNED, planned_kinds
from cofund.web import components as c
from cofund.web.formatting import relative_day
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.desk.reaching import crumbs, partner_or_404, tabs
from cofund.web.office.rounds import showing
from cofund.web.office.rounds.reaching import may_act
from cofund.web.office.rounds.report_tables import PLACE_WORDS
from cofund.web.routes import reverse


@opened_by("read rounds")
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partner/<slug>/round/`: everything of the yearly round that an organisation has."""
    organisation = partner_or_404(request, slug)
    context = navigation.context(request, "Plans and reports", crumbs=crumbs(request, organisation)) | {
        "organisation": organisation,
        "tabs": tabs(organisation, "office-partner-round"),
        "due": _due(request, organisation),
        **_tables(access.Viewer.of(request.user), organisation),
        "begin": _begin(request, organisation),
    }
    return render(request, "cofund/pages/office/rounds/own.html", context)


@kept(64)
def _tables(viewer: access.Viewer, organisation: Organisation) -> dict[str, c.Table]:
    """What an organisation has of the round, as far as somebody may read it."""
    plans = rounds.visible_plans(viewer.user).filter(organisation=organisation).order_by("-year", "-number")
    reports = rounds.visible_reports(viewer.user).filter(organisation=organisation).order_by("-year", "-pk")
    return {
        "plans": _plans(list(plans)),
        "reports": _reports(list(reports)),
        "activities": _activities(rounds.activities_of(organisation)),
    }


def _due(request: HttpRequest, organisation: Organisation) -> c.Table:
    """What the programmes ask for and is not handed in, the nearest day first."""
    today, rows = clock.today(), []
    for asked in round_lists.owed_by(organisation.pk):
        rules, _ = schemes.current(asked.scheme)
        is_plan = asked.what == PLANNED
        what, page, action = (
            ("Plan", "office-plan-new", "write plan") if is_plan else ("Report", "office-report-new", "write report")
        )
        href = f"{reverse(page, args=[asked.scheme])}?year={asked.year}"
        may = may_act(request, action, organisation)
        rows.append(
            c.Row.of(
                c.Cell(f"{what} for {asked.year}", href=href if may else ""),
                c.Cell(asked.due_on, note=relative_day(asked.due_on, today)),
                _missing(asked.due_on, today),
                c.Cell(rules.name, note=showing.due_source(rules, "plan" if is_plan else "report")),
            )
        )
    columns = (c.Column("What"), c.Column("Due"), c.Column("State"), c.Column("Programme"))
    empty = c.EmptyState("Nothing is due.", "What a programme asks for shows here sixty days before its day.")
    return c.Table("due", "Due and not handed in", columns, tuple(rows), noun=("thing", "things"), empty=empty)


def _missing(due_on: date, today: date) -> c.Status:
    """How it stands with something that is not handed in."""
    return showing.OVERDUE if due_on < today else c.Status("To be handed in", c.Tone.WAITING)


def _plans(found: list[Plan]) -> c.Table:
    """The plans, every version."""
    rows = tuple(
        c.Row.of(
            c.Cell(f"{row.year}, version {row.number}", href=reverse("office-plan", args=[row.pk])),
            c.Cell(showing.plan_status(row), note="late" if showing.is_late(row) else ""),
            row.due_on or "–",
            row.scheme.name,
        )
        for row in found
    )
    columns = (c.Column("Plan"), c.Column("State"), c.Column("Due"), c.Column("Programme"))
    empty = c.EmptyState("No plan was written yet.")
    return c.Table("plans", "Plans", columns, rows, noun=("plan", "plans"), empty=empty)


def _reports(found: list[Report]) -> c.Table:
    """The reports with what became of them."""
    sums = rounds.sums_of(found)
    rows = []
    for row in found:
        amounts = [c.Money(cents, row.scheme.currency) if cents is not None else "–" for cents in sums[row.pk]]
        rows.append(
            c.Row.of(
                c.Cell(f"{row.year}: {row.reference}", href=reverse("office-report", args=[row.reference])),
                c.Cell(showing.report_status(row), note="late" if row.is_late else ""),
                row.due_on or "–",
                *amounts,
            )
        )
    columns = (
        c.Column("Report"),
        c.Column("State"),
        c.Column("Due"),
        c.Column("Reported", numeric=True),
        c.Column("Certified", numeric=True),
        c.Column("Accepted", numeric=True),
    )
    empty = c.EmptyState("No report was written yet.")
    return c.Table("reports", "Reports", columns, tuple(rows), noun=("report", "reports"), empty=empty)


def _activities(found: list[Activity]) -> c.Table:
    """The additional activities that are recorded."""
    rows = tuple(
        c.Row.of(
            c.Cell(row.title, note=row.description),
            c.Cell(row.kind, certainty=c.Certainty(row.certainty) if row.certainty != "recorded" else None),
            row.project.acronym if row.project else "the programme",
            PLACE_WORDS.get(row.place, "not known"),
            row.scheme.name,
        )
        for row in found
    )
    columns = (
        c.Column("Activity"),
        c.Column("Kind"),
        c.Column("For"),
        c.Column("Place of cost"),
        c.Column("Programme"),
    )
    empty = c.EmptyState("No additional activity is recorded.", "Members record here what they do beside the projects.")
    return c.Table("activities", "Additional activities", columns, rows, noun=("activity", "activities"), empty=empty)


def _begin(request: HttpRequest, organisation: Organisation) -> list[tuple[str, list[c.Link]]]:
    """For each programme in which the organisation stands: the forms that this person may open."""
    found = []
    standing = rounds.schemes_of(organisation.pk)
    for row in programmes.installed():
        if row.code not in standing:
            continue
        rules, _ = schemes.current(row.code)
        links = []
        if may_act(request, "write report", organisation):
            links.append(c.Link("Write a report", reverse("office-report-new", args=[row.code])))
        if planned_kinds(rules) and may_act(request, "write plan", organisation):
            links.append(c.Link("Write a plan", reverse("office-plan-new", args=[row.code])))
        if planned_kinds(rules) and may_act(request, "record activity", organisation):
            links.append(c.Link("Record an additional activity", reverse("office-activity-new", args=[row.code])))
        if links:
            found.append((rules.name, links))
    return found
