"""The roles in which organisations stand already, and which of them a scheme does not let stand beside a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from cofund.queries import flows, identity
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import ContributionParty
from cofund.records.programme.models import RoleHolding
from cofund.rules import accounts, eligibility, stages
from cofund.rules.eligibility import Capacity, Clash
from cofund.rules.schemes import Scheme


def clashes(
    scheme: Scheme, book_id: int, role: str, organisations: Sequence[Organisation], target: Target, on: date
) -> list[Clash]:
    """Tell what stands against organisations giving in a role to a target on a day; what blocks comes first.

    Asks nothing where the scheme excludes nothing from the role.
    """
    others = eligibility.excluded_roles(scheme, role)
    if not others or not organisations:
        return []
    held = [*_held(target.scheme_id, others, organisations, on), *_given(book_id, others, organisations, target)]
    return eligibility.clashes(scheme, role, held)


def _held(scheme_id: int, roles: frozenset[str], organisations: Sequence[Organisation], on: date) -> list[Capacity]:
    """The roles that organisations hold in the scheme on a day."""
    rows = RoleHolding.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=on),
        Q(until_on__isnull=True) | Q(until_on__gte=on),
        scheme_id=scheme_id,
        role__in=roles,
        organisation__in=[one.pk for one in organisations],
    )
    return [Capacity(name, role) for name, role in rows.values_list("organisation__name", "role")]


def _given(
    book_id: int, roles: frozenset[str], organisations: Sequence[Organisation], target: Target
) -> list[Capacity]:
    """The living contributions of organisations in some roles, with whether they are for the target."""
    rows = ContributionParty.objects.filter(
        contribution__book=book_id,
        contribution__role__in=roles,
        organisation__in=identity.keys_of(organisations),
    ).select_related("contribution__tranche", "organisation__merged_into")
    found = list(rows)
    positions = flows.positions_of_contributions([row.contribution_id for row in found]) if found else {}
    topic = target.topic.pk if target.topic else target.project.topic_id if target.project else None
    given = []
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
        given.append(Capacity(identity.kept(row.organisation).name, one.role, one.reference, same))
    return given
