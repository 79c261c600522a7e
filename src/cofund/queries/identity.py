"""Which rows are one organisation: a merged one is found under the one that it was merged into.

What stands in the sealed books keeps the organisation that was named when it was booked, so that the chain of hashes still fits;
whoever reads them asks here for the one that is kept. A merge never leads to an organisation that is itself merged.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, ContributionParty


def kept(organisation: Organisation) -> Organisation:
    """Give the organisation itself, or the one that it was merged into."""
    return organisation.merged_into or organisation


def kept_once(organisations: Iterable[Organisation]) -> tuple[Organisation, ...]:
    """Give the kept organisation of each, every one once, in their order."""
    return tuple({one.pk: one for one in map(kept, organisations)}.values())


def keys_of(organisations: Iterable[Organisation]) -> list[int]:
    """Give the keys of organisations and of all that were merged into them. One query."""
    own = [one.pk for one in organisations]
    return [*own, *Organisation.objects.filter(merged_into__in=own).values_list("pk", flat=True)] if own else []


def is_party(prefix: str, organisation_id: int) -> Q:
    """The condition that a row's organisation, `prefix` away from it, is this one or was merged into it."""
    return Q(**{prefix: organisation_id}) | Q(**{f"{prefix}__merged_into": organisation_id})


def given_by(contributions: QuerySet[Contribution], *organisation_ids: int) -> QuerySet[Contribution]:
    """Narrow contributions to those that one of the organisations stands behind, or one that was merged into it; each once."""
    named = Q(organisation__in=organisation_ids) | Q(organisation__merged_into__in=organisation_ids)
    parties = ContributionParty.objects.filter(named)
    return contributions.filter(pk__in=parties.order_by().values("contribution"))
