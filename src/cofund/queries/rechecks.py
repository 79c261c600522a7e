"""Applications whose check is out of date: a relation was recorded since, somewhere in the group of who applied."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from cofund.records.directory.models import OrganisationRelation
from cofund.records.ledger.models import Application
from cofund.rules import relations
from cofund.rules.lifecycle_applications import CHECKED
from cofund.rules.relations import Tie

# Of so many applications the groups are looked up one by one; of more, all groups are read at once.
FEW: Final = 200
GROUP: Final = (relations.CONTROLS, relations.AFFILIATED_TO)
_RELATED: Final = ("scheme", "organisation", "topic", "project")


@dataclass(frozen=True, slots=True)
class Recheck:
    """An application to check again, and the relations that its last check did not know, newest first."""

    application: Application
    relations: tuple[OrganisationRelation, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Checked applications with the groups of who applied, and the relations that were recorded since the oldest check."""

    rows: list[tuple[int, int, datetime]]
    groups: dict[int, frozenset[int]]
    # For each organisation whose group was touched: when, and by which relation.
    touched: dict[int, list[tuple[datetime, int]]]

    def later(self, organisation: int, checked_at: datetime) -> list[int]:
        """The keys of relations in a group that were recorded after an instant."""
        return [key for at, key in self.touched.get(organisation, ()) if at > checked_at]


def due_keys(applications: QuerySet[Application]) -> list[int]:
    """Give the keys of those of some applications that have to be checked again. Few queries, however many applications.

    An application that nobody checked yet is not among them: it waits for its first check anyway.
    """
    asked = _asked(applications)
    return [key for key, organisation, at in asked.rows if asked.later(organisation, at)]


def due(applications: QuerySet[Application]) -> list[Recheck]:
    """Give those of some applications that have to be checked again, oldest check first, with the relations that came later."""
    asked = _asked(applications)
    later = {key: asked.later(organisation, at) for key, organisation, at in asked.rows}
    later = {key: found for key, found in later.items() if found}
    if not later:
        return []
    wanted = {key for found in later.values() for key in found}
    known = {
        row.pk: row
        for row in OrganisationRelation.objects.filter(pk__in=wanted).select_related("organisation", "other")
    }
    rows = Application.objects.filter(pk__in=later).select_related(*_RELATED).order_by("checked_at", "pk")
    return [
        Recheck(
            row, tuple(sorted((known[key] for key in later[row.pk]), key=lambda one: one.recorded_at, reverse=True))
        )
        for row in rows
    ]


def _asked(applications: QuerySet[Application]) -> _Asked:
    """Read the applications, the groups around them, and what was recorded since the oldest check."""
    rows = [
        (key, organisation, at)
        for key, organisation, at in applications.filter(status__in=CHECKED, checked_at__isnull=False)
        .order_by("checked_at", "pk")
        .values_list("pk", "organisation", "checked_at")
        if at is not None
    ]
    if not rows:
        return _Asked([], {}, {})
    own = {organisation for _, organisation, _ in rows}
    few = len(own) <= FEW
    groups = relations.groups(_ties_around(own) if few else _ties())
    members = {member for key in own for member in groups.get(key, frozenset({key}))}
    new = OrganisationRelation.objects.filter(recorded_at__gt=rows[0][2])
    if few:
        new = new.filter(Q(organisation__in=members) | Q(other__in=members, kind__in=GROUP))
    touched: dict[int, list[tuple[datetime, int]]] = {}
    for key, one, kind, other, at in new.values_list("pk", "organisation", "kind", "other", "recorded_at"):
        # An association is not itself touched by who joins it; both ends of control and affiliation are.
        ends = {one, other} if kind in GROUP else {one}
        for organisation in {each for end in ends for each in groups.get(end, (end,))} & own:
            touched.setdefault(organisation, []).append((at, key))
    return _Asked(rows, groups, touched)


def _ties() -> list[Tie]:
    """All relations that make groups, in force or not: what ended is looked at again too."""
    rows = OrganisationRelation.objects.filter(kind__in=GROUP).values_list("organisation", "kind", "other")
    return [Tie(one, kind, other) for one, kind, other in rows]


def _ties_around(organisations: Collection[int]) -> list[Tie]:
    """The relations that make the groups of some organisations: one query for each step away from them."""
    found: set[Tie] = set()
    seen: set[int] = set()
    frontier = set(organisations)
    while frontier:
        ends = Q(organisation__in=frontier) | Q(other__in=frontier)
        rows = OrganisationRelation.objects.filter(ends, kind__in=GROUP)
        new = {Tie(one, kind, other) for one, kind, other in rows.values_list("organisation", "kind", "other")}
        found |= new
        seen |= frontier
        frontier = {key for tie in new for key in (tie.organisation, tie.other)} - seen
    return list(found)
