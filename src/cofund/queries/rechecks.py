"""Applications whose check is out of date: a relation was recorded since, somewhere in the group of who applied."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Min, QuerySet

from cofund.records.directory.models import OrganisationRelation
from cofund.records.ledger.models import Application
from cofund.rules import relations
from cofund.rules.lifecycle_applications import CHECKED
from cofund.rules.relations import Tie


@dataclass(frozen=True, slots=True)
class Recheck:
    """An application to check again, and the relations that its last check did not know, newest first."""

    application: Application
    relations: tuple[OrganisationRelation, ...]


def due(applications: QuerySet[Application]) -> list[Recheck]:
    """Give those of some applications that have to be checked again, oldest check first. Three queries, however many; one if none.

    An application that nobody checked yet is not among them: it waits for its first check anyway.
    """
    rows = applications.filter(status__in=CHECKED, checked_at__isnull=False)
    oldest = rows.aggregate(oldest=Min("checked_at"))["oldest"]
    if oldest is None:
        return []
    new = list(
        OrganisationRelation.objects.filter(recorded_at__gt=oldest)
        .select_related("organisation", "other")
        .order_by("-recorded_at", "-pk")
    )
    if not new:
        return []
    touched = _touched(new)
    found = []
    for row in rows.filter(organisation__in=touched).select_related(*_RELATED).order_by("checked_at", "pk"):
        later = tuple(
            one for one in touched[row.organisation_id] if row.checked_at and one.recorded_at > row.checked_at
        )
        if later:
            found.append(Recheck(row, later))
    return found


_RELATED = ("scheme", "organisation", "topic", "project")


def _touched(new: list[OrganisationRelation]) -> dict[int, list[OrganisationRelation]]:
    """The new relations by every organisation whose group they touch."""
    kinds = (relations.CONTROLS, relations.AFFILIATED_TO)
    rows = OrganisationRelation.objects.filter(kind__in=kinds).values_list("organisation", "kind", "other")
    groups = relations.groups(Tie(one, kind, other) for one, kind, other in rows)
    touched: dict[int, list[OrganisationRelation]] = {}
    for relation in new:
        ends = [relation.organisation_id]
        # An association is not itself touched by who joins it; both ends of control and affiliation are.
        if relation.kind in kinds:
            ends.append(relation.other_id)
        for key in {key for end in ends for key in groups.get(end, frozenset({end}))}:
            touched.setdefault(key, []).append(relation)
    return touched
