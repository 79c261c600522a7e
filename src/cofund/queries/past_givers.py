"""Who gave before: organisations that stand in the books of this site with money, or with what is in kind."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from cofund.queries import contributions, schemes
from cofund.records.ledger.models import Contribution


def who_gave(organisations: Collection[int], side: str, *, in_kind: bool) -> set[int]:
    """Those of some organisations, by key, that gave in cash or in kind on one side of any programme of this site.

    What was withdrawn does not count; what a merged organisation gave counts for the one that it was merged into. As many
    queries for many organisations as for few.
    """
    asked = Q()
    for code in schemes.installed():
        rules, _ = schemes.current(code)
        roles = [one.code for one in rules.roles if one.side == side]
        kinds = [one.code for one in rules.kinds if one.in_kind is in_kind]
        if roles and kinds:
            asked |= Q(book__scheme__code=code, role__in=roles, kind__in=kinds)
    if not asked or not organisations:
        return set()
    own = Q(parties__in=organisations) | Q(parties__merged_into__in=organisations)
    keys = Contribution.objects.filter(asked & own).order_by().values("pk")
    given = [one for one in contributions.states(Contribution.objects.filter(pk__in=keys)) if one.live_cents]
    parties = {each.merged_into_id or each.pk for one in given for each in one.organisations}
    return parties.intersection(organisations)
