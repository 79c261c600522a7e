"""Which organisations anybody may read of: only those with something public, so that nobody becomes a partner by a form.

The directory also holds who knocked at a topic and whom the office thinks of asking. An address confirmed by e-mail proves no
organisation, and an idea of the office is nobody's announcement: neither has a public page, as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from cofund.queries import decisions
from cofund.queries.keeping import kept
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Application, ContributionParty, GrantParticipant
from cofund.records.programme.models import RoleHolding, Seat


@kept(64)
def is_public(organisation: Organisation, reader: Audience) -> bool:
    """Tell whether a reader may know of an organisation as a partner; what was merged into it counts as its own."""
    return organisation.pk in among([organisation.pk], reader)


def among(keys: Iterable[int], reader: Audience) -> frozenset[int]:
    """Give those of some organisations that a reader may know of as partners. As many queries for many as for one.

    Public is what holds a role in a programme or a seat in a group, takes part in a project by a grant that holds, is named by a
    published decision on its application, or stands behind a contribution of which this reader may read who gives it. Whose name
    is held back is none of them.
    """
    asked = list(keys)
    return _public(Organisation.objects.filter(Q(pk__in=asked) | Q(merged_into__in=asked)), reader, is_all=False)


def all_public(reader: Audience) -> frozenset[int]:
    """Give all organisations that a reader may know of as partners; public is the same as for `among`."""
    return _public(Organisation.objects.all(), reader, is_all=True)


def _public(rows: QuerySet[Organisation], reader: Audience, *, is_all: bool) -> frozenset[int]:
    """Give those of some rows, or of all there are, that a reader may know of."""
    kept_as = {key: merged or key for key, merged in rows.order_by().values_list("pk", "merged_into")}
    if not kept_as:
        return frozenset()
    of_them = Q() if is_all else Q(organisation__in=list(kept_as))
    named = (
        RoleHolding.objects.filter(of_them),
        # A seat that speaks for somebody else is shown under that name alone.
        Seat.objects.filter(of_them, holder=""),
        GrantParticipant.objects.filter(of_them, holds=True),
    )
    found = {key for each in named for key in each.order_by().values_list("organisation", flat=True)}
    decided = Application.objects.filter(of_them, decision__published_at__isnull=False).order_by()
    for key, code in decided.values_list("organisation", "scheme__code").distinct():
        if decisions.publishes(code, "decision"):
            found.add(key)
    gives = ContributionParty.objects.filter(of_them).order_by().values_list("organisation", "contribution")
    found |= {key for key, contribution in gives if reader.may_name(contribution)}
    kept = {kept_as[key] for key in found}
    return frozenset(key for key in kept if reader.may_see("organisation.name", key))
