"""Past projects as CORDIS publishes them: one with its members, and an organisation with its projects."""

from __future__ import annotations

from django.db.models import QuerySet

from cofund.records.corpus.models import PastOrganisation, PastParticipation, PastProject


def find(number: int) -> PastProject | None:
    """A past project by its grant agreement number. One query."""
    return PastProject.objects.filter(pk=number).first()


def find_organisation(code: int) -> PastOrganisation | None:
    """A past organisation by its identification code. One query."""
    return PastOrganisation.objects.filter(pk=code).first()


def members(project: PastProject) -> list[PastParticipation]:
    """Who took part in a project, in the order of the source. One query."""
    rows = PastParticipation.objects.filter(project=project).select_related("organisation")
    return list(rows.order_by("position", "pk"))


def of_organisation(organisation: PastOrganisation) -> QuerySet[PastParticipation]:
    """The participations of an organisation, the newest project first."""
    rows = PastParticipation.objects.filter(organisation=organisation)
    return rows.order_by("-project__signed_on", "-project__starts_on", "-project_id", "position", "pk")


def fields(project: PastProject) -> list[str]:
    """The fields of science in which CORDIS placed a project, by title. One query."""
    return list(project.fields_of_science.order_by("title").values_list("title", flat=True))
