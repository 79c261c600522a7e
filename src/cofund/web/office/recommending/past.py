"""A past project, and a past organisation with its projects, as CORDIS publishes them: what the reasons of candidates lead to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, candidates, past_projects
from cofund.queries.recommending import KINDS
from cofund.records.corpus.models import PastOrganisation, PastParticipation, PastProject
from cofund.rules.places import country_code
from cofund.web import components as c
from cofund.web import lists
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.recommending import reaching
from cofund.web.routes import reverse

_MOST = 2**63 - 1
CORDIS = "CORDIS, © European Union, CC BY 4.0"
ROLES = {
    "coordinator": "Leads it",
    "participant": "Participant",
    "associatedPartner": "Associated partner, without Union money",
    "thirdParty": "Third party",
    "internationalPartner": "International partner",
}


@opened_by("read past projects")
def project(request: HttpRequest, number: int) -> HttpResponse:
    """`/office/past/projects/<number>/`: a past project with its members."""
    row = past_projects.find(number) if number <= _MOST else None
    if row is None:
        raise Http404
    context = navigation.context(request, row.acronym or str(row.pk)) | {
        "title": row.title,
        "objective": row.objective,
        "facts": _facts(row),
        "table": _members(past_projects.members(row)),
    }
    return render(request, "cofund/pages/office/recommending/past_project.html", context)


@opened_by("read past projects")
def organisation(request: HttpRequest, pic: int) -> HttpResponse:
    """`/office/past/organisations/<pic>/`: a past organisation with its projects."""
    row = reaching.past_or_404(pic)
    rows = past_projects.of_organisation(row)
    count = rows.count()
    address = c.Address.of(request.path, request.GET.items())
    part, pages = lists.page_of(address, count)
    known = candidates.organisations_of([row.pk]).get(row.pk) if access.may(request.user, "read partners") else None
    context = navigation.context(request, str(row)) | {
        "facts": _about(row),
        "partner": c.Link(known.name, reverse("office-partner", args=[known.slug])) if known else None,
        "table": _projects(list(rows.select_related("project")[part]), count, pages),
    }
    return render(request, "cofund/pages/office/recommending/past_organisation.html", context)


def _facts(row: PastProject) -> tuple[c.Fact, ...]:
    """What CORDIS says of a project."""
    source = f"https://cordis.europa.eu/project/id/{row.pk}"
    return (
        c.Fact("Grant agreement", str(row.pk)),
        c.Fact("Programme", row.framework_programme or None),
        c.Fact("Topic", row.main_topic or None),
        c.Fact("Kind of grant", row.funding_scheme or None),
        c.Fact("Signed", row.signed_on),
        c.Fact("From", row.starts_on),
        c.Fact("Until", row.ends_on),
        c.Fact("Total cost", c.Money(row.total_cost_cents, "EUR")),
        c.Fact("Most that the Union gives", c.Money(row.ec_max_contribution_cents, "EUR")),
        c.Fact("Fields of science", ", ".join(past_projects.fields(row)) or None),
        c.Fact("Source", c.Link("Its page in CORDIS", source), note=CORDIS),
    )


def _members(rows: list[PastParticipation]) -> c.Table:
    """Who took part in a project."""
    return c.Table(
        "members",
        "Who took part",
        (c.Column("Organisation"), c.Column("Country"), c.Column("Part"), c.Column("From the Union (EUR)", numeric=True)),
        tuple(
            c.Row.of(
                c.Cell(str(one.organisation), href=reverse("office-past-organisation", args=[one.organisation_id])),
                country_code(one.country or one.organisation.country) or "not known",
                c.Cell(ROLES.get(one.role, one.role), note="until it left" if one.ended else ""),
                c.Money(one.ec_contribution_cents, "EUR", bare=True),
            )
            for one in rows
        ),
        noun=("participation", "participations"),
    )  # fmt: skip


def _about(row: PastOrganisation) -> tuple[c.Fact, ...]:
    """What CORDIS says of an organisation."""
    return (
        c.Fact("Identification code (PIC)", str(row.pk)),
        c.Fact("Short name", row.short_name or None),
        c.Fact("Kind", KINDS.get(row.activity_type, row.activity_type).capitalize() or None),
        c.Fact("Country", country_code(row.country) or None),
        c.Fact("City", row.city or None),
        c.Fact("Website", row.url or None),
        c.Fact("Source", CORDIS),
    )


def _projects(rows: list[PastParticipation], count: int, pages: c.Pages) -> c.Table:
    """In which projects it took part, a page at a time."""
    return c.Table(
        "projects",
        "Past projects, the newest first",
        (c.Column("Project"), c.Column("Title"), c.Column("Signed"), c.Column("Part"), c.Column("Topic")),
        tuple(
            c.Row.of(
                c.Cell(one.project.acronym or str(one.project_id), href=reverse("office-past-project", args=[one.project_id])),
                one.project.title or "not known",
                one.project.signed_on,
                c.Cell(ROLES.get(one.role, one.role), note="until it left" if one.ended else ""),
                one.project.main_topic or "–",
            )
            for one in rows
        ),
        noun=("participation", "participations"),
        total_count=count,
        pages=pages,
        empty=c.EmptyState("No past project of it is imported."),
    )  # fmt: skip
