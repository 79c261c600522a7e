"""The roles in which organisations stand already, themselves or through relations, and which do not stand beside a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from cofund.queries import flows
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation, OrganisationRelation
from cofund.records.ledger.models import ContributionParty
from cofund.records.programme.models import RoleHolding
from cofund.rules import accounts, eligibility, relations, stages
from cofund.rules.eligibility import Capacity, Clash
from cofund.rules.relations import Body, Tie
from cofund.rules.schemes import Scheme


def clashes(
    scheme: Scheme, book_id: int, role: str, organisations: Sequence[Organisation], target: Target, on: date
) -> list[Clash]:
    """Tell what stands against organisations giving in a role to a target on a day; what blocks comes first.

    Asks nothing where the scheme excludes nothing from the role. Without relations it asks three times, else once more for each
    step from one organisation of a group to the next.
    """
    found = of_each(scheme, book_id, role, organisations, target, on)
    return eligibility.clashes(scheme, role, [one for capacities in found.values() for one in capacities])


def of_each(
    scheme: Scheme, book_id: int, role: str, organisations: Sequence[Organisation], target: Target, on: date
) -> dict[int, list[Capacity]]:
    """Tell by organisation in which roles it stands that do not stand beside another role; asks as often as `clashes`."""
    others = eligibility.excluded_roles(scheme, role)
    if not others or not organisations:
        return {}
    ties = ties_around([one.pk for one in organisations], on)
    own = [one.pk for one in organisations]
    bodies = {key: relations.affiliates(key, ties) for key in own}
    everyone = {*own, *(tie.organisation for tie in ties), *(tie.other for tie in ties)}
    held = _held(target.scheme_id, others, everyone, on)
    given = _given(book_id, others, {*own, *(body.organisation for all_ in bodies.values() for body in all_)}, target)
    names = _names(everyone, organisations)
    return {
        key: [
            *(Capacity(names[key], one) for one in held.get(key, ())),
            *(Capacity(names[key], one, reference, same) for one, reference, same in given.get(key, ())),
            *_through_relations(scheme, key, bodies[key], ties, held, given, names),
        ]
        for key in own
    }


def ties_around(organisations: Iterable[int], on: date) -> list[Tie]:
    """Give the relations in force on a day of organisations, and of everybody who hangs together with them through control."""
    found: dict[int, Tie] = {}
    seen: set[int] = set()
    frontier = set(organisations)
    group = Q(kind__in=(relations.CONTROLS, relations.AFFILIATED_TO))
    while frontier:
        rows = OrganisationRelation.objects.filter(
            Q(organisation__in=frontier) | (group & Q(other__in=frontier)),
            Q(from_on__isnull=True) | Q(from_on__lte=on),
            Q(until_on__isnull=True) | Q(until_on__gte=on),
        ).order_by("pk")
        values = rows.values_list("pk", "organisation", "kind", "other", "category")
        new = {pk: Tie(one, kind, other, category) for pk, one, kind, other, category in values}
        found |= new
        seen |= frontier
        near = [tie for tie in new.values() if tie.kind in (relations.CONTROLS, relations.AFFILIATED_TO)]
        frontier = {key for tie in near for key in (tie.organisation, tie.other)} - seen
    return list(found.values())


def _through_relations(
    scheme: Scheme,
    key: int,
    bodies: list[Body],
    ties: list[Tie],
    held: dict[int, list[str]],
    given: dict[int, list[tuple[str, str, bool]]],
    names: dict[int, str],
) -> list[Capacity]:
    """The capacities of an organisation that rest on how it hangs together with others."""
    found = []
    for body in bodies:
        with_ = f"{body.words} {names[body.organisation]}"
        for one in held.get(body.organisation, ()):
            via = f"{with_}, which is {scheme.label(one)} in {scheme.name}"
            found.append(Capacity(names[key], one, via=via, through=body.through))
        for one, reference, same in given.get(body.organisation, ()):
            via = f"{with_}, which gives {reference} as {scheme.label(one)}"
            found.append(Capacity(names[key], one, reference, same, via, body.through))
    itself = Body(key, "", frozenset())
    for link in relations.links([itself, *bodies], ties):
        roles = held.get(link.association, [])
        where = names[link.association]
        before = f"{link.body.words} {names[link.body.organisation]}, which is" if link.body.words else "is"
        if link.category:
            counted = eligibility.counts_as(scheme, link.category)
            via = f"{before}{'' if link.body.words else ' also'} {link.category} of {where}"
            if counted and roles:
                found.append(Capacity(names[key], counted, "", False, via, link.through, link.category))
            continue
        found += [
            Capacity(names[key], one, via=f"{before} a constituent entity of {where}", through=link.through)
            for one in roles
        ]
    return found


def _names(keys: set[int], known: Sequence[Organisation]) -> dict[int, str]:
    """The names of organisations by key; asks only for those that are not at hand."""
    names = {one.pk: one.name for one in known}
    if missing := keys - names.keys():
        rows = Organisation.objects.filter(pk__in=missing)
        names |= {row.pk: row.short_name or row.name for row in rows.only("pk", "name", "short_name")}
    return names


def _held(scheme_id: int, roles: frozenset[str], organisations: set[int], on: date) -> dict[int, list[str]]:
    """The roles that organisations hold in the scheme on a day, by organisation."""
    rows = RoleHolding.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=on),
        Q(until_on__isnull=True) | Q(until_on__gte=on),
        scheme_id=scheme_id,
        role__in=roles,
        organisation__in=organisations,
    )
    held: dict[int, list[str]] = {}
    for organisation, role in rows.values_list("organisation", "role"):
        held.setdefault(organisation, []).append(role)
    return held


def _given(
    book_id: int, roles: frozenset[str], organisations: set[int], target: Target
) -> dict[int, list[tuple[str, str, bool]]]:
    """The living contributions in some roles by organisation: role, reference, whether they are for the target."""
    rows = ContributionParty.objects.filter(
        Q(organisation__in=organisations) | Q(organisation__merged_into__in=organisations),
        contribution__book=book_id,
        contribution__role__in=roles,
    ).select_related("contribution__tranche", "organisation")
    found = list(rows)
    positions = flows.positions_of_contributions([row.contribution_id for row in found]) if found else {}
    topic = target.topic.pk if target.topic else target.project.topic_id if target.project else None
    given: dict[int, list[tuple[str, str, bool]]] = {}
    for row in found:
        one, position = row.contribution, positions.get(row.contribution_id)
        group = one.group
        if position is None or not any(
            position.balance(accounts.of_contribution(group, stage)) for stage in stages.LIVE_STAGES
        ):
            continue
        same = (topic is not None and one.topic_id == topic) or (
            target.project is not None and one.project_id == target.project.pk
        )
        # What a merged organisation gave counts as given by the one that it was merged into.
        key = row.organisation.merged_into_id or row.organisation_id
        given.setdefault(key, []).append((one.role, one.reference, same))
    return given
