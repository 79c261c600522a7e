"""Applications whose check is out of date: a relation, a role that excludes theirs, or a merge came since around who applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, TypeVar

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from cofund.queries import clock, schemes
from cofund.queries.keeping import kept
from cofund.records.directory.models import Merge, OrganisationRelation
from cofund.records.ledger.models import Application
from cofund.records.programme.models import RoleHolding
from cofund.rules import eligibility, relations
from cofund.rules.lifecycle_applications import CHECKED
from cofund.rules.relations import Tie

Told = TypeVar("Told")

# Of so many applications the groups are looked up one by one; of more, all groups are read at once.
FEW: Final = 200
# Of so many organisations the database finds what they gave; of more, everything is read.
FEW_AROUND: Final = 2_000
GROUP: Final = (relations.CONTROLS, relations.AFFILIATED_TO)
_RELATED: Final = ("scheme", "organisation", "topic", "project")


@dataclass(frozen=True, slots=True)
class Recheck:
    """An application to check again, with what came since, newest first: relations, roles that exclude its own, and merges."""

    application: Application
    relations: tuple[OrganisationRelation, ...]
    holdings: tuple[RoleHolding, ...] = ()
    merges: tuple[Merge, ...] = ()

    @property
    def words(self) -> list[str]:
        """What was recorded or began, in words."""
        return words_of(self.relations, self.holdings, self.merges)


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked of a check: of what, who, in which scheme and role, and when it was checked. `key` is the caller's own."""

    key: int
    organisation: int
    scheme: str
    role: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What was checked, and what was recorded or began around the organisations since the oldest check."""

    rows: list[Row]
    # For each organisation whose group was touched: when, and by which relation. One that begins later touches it then too.
    touched: dict[int, list[tuple[datetime, int]]]
    # The same by roles: when, in which scheme, which role, and the key of the row.
    held: dict[int, list[tuple[datetime, str, str, int]]]
    # By scheme and role, the roles that an exclusion names together with it.
    excluded: dict[tuple[str, str], frozenset[str]]
    # For each organisation in whose group one was merged into another, or the merge undone: when, and by which merge.
    merged: dict[int, list[tuple[datetime, int]]]

    @property
    def around(self) -> set[int]:
        """The organisations of which anything can be due at all."""
        return {*self.touched, *self.held, *self.merged}

    @property
    def are_few(self) -> bool:
        """Whether the rows of these organisations alone are read faster than all rows."""
        return len(self.around) <= FEW_AROUND

    def is_due(self, row: Row) -> bool:
        """Whether anything came after a check that could change what it found."""
        return bool(self.relations(row) or self.holdings(row) or self.merges(row))

    def merges(self, row: Row) -> list[int]:
        """The keys of merges that were made or undone after a check."""
        return [key for at, key in self.merged.get(row.organisation, ()) if at > row.checked_at]

    def relations(self, row: Row) -> list[int]:
        """The keys of relations that were recorded after a check, or began after its day."""
        return [key for at, key in self.touched.get(row.organisation, ()) if at > row.checked_at]

    def holdings(self, row: Row) -> list[int]:
        """The keys of roles that were recorded or began after it, and that an exclusion of its scheme names with its own."""
        others = self.excluded.get((row.scheme, row.role), frozenset())
        found = self.held.get(row.organisation, ())
        return [
            key for at, scheme, role, key in found if at > row.checked_at and scheme == row.scheme and role in others
        ]


def due_keys(applications: QuerySet[Application]) -> list[int]:
    """Give the keys of those of some applications that have to be checked again. Few queries, however many applications.

    An application that nobody checked yet is not among them: it waits for its first check anyway.
    """
    asked = later(_rows(applications))
    return [row.key for row in asked.rows if asked.is_due(row)]


@kept(2)
def all_due() -> tuple[int, ...]:
    """Give the keys of all applications that have to be checked again: desks ask for them each time."""
    checked = Application.objects.filter(status__in=CHECKED, checked_at__isnull=False)
    oldest = checked.aggregate(at=Min("checked_at"))["at"]
    if oldest is None:
        return ()
    asked = later_than(oldest)
    rows = _rows(checked.filter(organisation__in=asked.around) if asked.are_few else checked)
    return tuple(row.key for row in rows if asked.is_due(row))


def due(applications: QuerySet[Application]) -> list[Recheck]:
    """Give those of some applications that have to be checked again, oldest check first, with what was recorded later."""
    recorded = since(later(_rows(applications)))
    rows = Application.objects.filter(pk__in=recorded).select_related(*_RELATED).order_by("checked_at", "pk")
    return [Recheck(row, *recorded[row.pk]) for row in rows]


Recorded = tuple[tuple[OrganisationRelation, ...], tuple[RoleHolding, ...], tuple[Merge, ...]]


def words_of(
    relations: tuple[OrganisationRelation, ...], holdings: tuple[RoleHolding, ...], merges: tuple[Merge, ...]
) -> list[str]:
    """Say in words what was recorded or began."""
    told = [
        f"The merge of {one} was undone" if one.undone_at else f"{one.merged} was merged into {one.kept}"
        for one in merges
    ]
    return [str(one) for one in (*relations, *holdings)] + told


def since(asked: Asked) -> dict[int, Recorded]:
    """Give, by key, the relations, roles and merges that came after the check, newest first; only where there are any."""
    keys: dict[int, tuple[set[int], set[int], set[int]]] = {}
    for row in asked.rows:
        ties, roles, merges = keys.setdefault(row.key, (set(), set(), set()))
        ties.update(asked.relations(row))
        roles.update(asked.holdings(row))
        merges.update(asked.merges(row))
    keys = {key: found for key, found in keys.items() if any(found)}
    if not keys:
        return {}
    relations_ = OrganisationRelation.objects.filter(pk__in={one for found, _, _ in keys.values() for one in found})
    holdings = RoleHolding.objects.filter(pk__in={one for _, found, _ in keys.values() for one in found})
    merged = Merge.objects.filter(pk__in={one for _, _, found in keys.values() for one in found})
    known = relations_.select_related("organisation", "other").order_by("-recorded_at", "-pk").in_bulk()
    held = holdings.select_related("organisation", "scheme").order_by("-recorded_at", "-pk").in_bulk()
    joined = merged.select_related("kept", "merged").in_bulk()
    return {
        key: (
            tuple(one for pk, one in known.items() if pk in ties),
            tuple(one for pk, one in held.items() if pk in roles),
            tuple(one for pk, one in joined.items() if pk in merges),
        )
        for key, (ties, roles, merges) in keys.items()
    }


def exclusions() -> dict[tuple[str, str], frozenset[str]]:
    """Give, by scheme and role, the roles that an exclusion of the scheme names together with it; none where there are none."""
    found = {}
    for code in schemes.installed():
        rules, _ = schemes.current(code)
        for role in rules.roles:
            if others := eligibility.excluded_roles(rules, role.code):
                found[code, role.code] = others
    return found


def _rows(applications: QuerySet[Application]) -> list[Row]:
    """The checked ones of some applications."""
    values = applications.filter(status__in=CHECKED, checked_at__isnull=False).order_by("checked_at", "pk")
    names = ("pk", "organisation", "scheme__code", "role", "checked_at")
    found = values.values_list(*names)
    return [Row(key, who, scheme, role, at) for key, who, scheme, role, at in found if at is not None]


def later(rows: list[Row]) -> Asked:
    """Read the groups around some organisations, and what was recorded since the oldest check."""
    if not rows:
        return Asked([], {}, {}, {}, {})
    own = {row.organisation for row in rows}
    few = len(own) <= FEW
    groups = relations.groups(_ties_around(own) if few else _ties())
    members = {member for key in own for member in groups.get(key, frozenset({key}))} if few else None
    oldest = min(row.checked_at for row in rows)
    excluded = exclusions()
    touched, held = _touched(own, members, groups, oldest), _held(own, members, groups, oldest, excluded)
    return Asked(rows, touched, held, excluded, _merged(own, members, groups, oldest))


def later_than(instant: datetime) -> Asked:
    """Read what was recorded or began since an instant around any organisation; of what was checked before it, all that counts.

    To ask of whom anything came is cheaper than to ask of everybody what came.
    """
    groups, excluded = relations.groups(_ties()), exclusions()
    touched, held = _touched(None, None, groups, instant), _held(None, None, groups, instant, excluded)
    return Asked([], touched, held, excluded, _merged(None, None, groups, instant))


def _touched(
    own: set[int] | None, members: set[int] | None, groups: Mapping[int, frozenset[int]], since: datetime
) -> dict[int, list[tuple[datetime, int]]]:
    """The relations that were recorded or began since an instant, by each of some organisations whose group they touch."""
    new = OrganisationRelation.objects.filter(_since(since))
    if members is not None:
        new = new.filter(Q(organisation__in=members) | Q(other__in=members, kind__in=GROUP))
    values = new.values_list("pk", "organisation", "kind", "other", "recorded_at", "from_on")
    found = (
        # An association is not itself touched by who joins it; both ends of control and affiliation are.
        ({one, other} if kind in GROUP else {one}, [(each, key) for each in _instants(at, from_on)])
        for key, one, kind, other, at, from_on in values
    )
    return _by_member(own, groups, found)


def _by_member(
    own: set[int] | None, groups: Mapping[int, frozenset[int]], found: Iterable[tuple[Iterable[int], list[Told]]]
) -> dict[int, list[Told]]:
    """What was found about some ends, by each of some organisations, or of all, in the groups of the ends.

    The members of a group share one list: in a group of hundreds a list for each would be tens of thousands of rows.
    """
    shared: dict[frozenset[int], list[Told]] = {}
    for ends, told in found:
        for group in {groups.get(end) or frozenset((end,)) for end in ends}:
            shared.setdefault(group, []).extend(told)
    return {one: told for group, told in shared.items() for one in group if own is None or one in own}


def _since(instant: datetime) -> Q:
    """What was recorded after an instant, or began after its day and not later than today."""
    began = Q(from_on__gt=timezone.localdate(instant), from_on__lte=clock.today())
    return Q(recorded_at__gt=instant) | began


def _instants(recorded_at: datetime, from_on: date | None) -> list[datetime]:
    """When something touches whom it is about: when it was recorded, and when the day came on which it begins."""
    if from_on is None or from_on > clock.today():
        return [recorded_at]
    return [recorded_at, timezone.make_aware(datetime.combine(from_on, time.min))]


def _merged(
    own: set[int] | None, members: set[int] | None, groups: Mapping[int, frozenset[int]], since: datetime
) -> dict[int, list[tuple[datetime, int]]]:
    """The merges that were made or undone since an instant, by each of some organisations in whose group they fall."""
    new = Merge.objects.filter(Q(merged_at__gt=since) | Q(undone_at__gt=since))
    if members is not None:
        new = new.filter(Q(kept__in=members) | Q(merged__in=members))
    values = new.values_list("pk", "kept", "merged", "merged_at", "undone_at")
    found = (((one, other), [(undone_at or at, key)]) for key, one, other, at, undone_at in values)
    return _by_member(own, groups, found)


def _held(
    own: set[int] | None,
    members: set[int] | None,
    groups: Mapping[int, frozenset[int]],
    since: datetime,
    excluded: Mapping[tuple[str, str], frozenset[str]],
) -> dict[int, list[tuple[datetime, str, str, int]]]:
    """The roles that were recorded or began since an instant, by each of some organisations in whose name they may count.

    A role of an association counts for whoever is part of it or in a category of it, and so for their groups.
    """
    named = {role for others in excluded.values() for role in others}
    new = RoleHolding.objects.filter(_since(since), role__in=named).order_by("pk")
    found = list(new.values_list("pk", "organisation", "scheme__code", "role", "recorded_at", "from_on"))
    if not found:
        return {}
    through = OrganisationRelation.objects.filter(other__in={one for _, one, *_ in found}).exclude(kind__in=GROUP)
    if members is not None:
        through = through.filter(organisation__in=members)
    parts: dict[int, set[int]] = {}
    for part, association in through.values_list("organisation", "other"):
        parts.setdefault(association, set()).add(part)
    told = (
        ({one, *parts.get(one, ())}, [(each, scheme, role, key) for each in _instants(at, from_on)])
        for key, one, scheme, role, at, from_on in found
    )
    return _by_member(own, groups, told)


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
