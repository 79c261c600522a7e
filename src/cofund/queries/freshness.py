"""Tells whether what was computed of a whole programme still holds, in a few short queries.

To add up thousands of contributions takes seconds; to see that nothing of them has changed takes a fraction of that. The hash at
the end of a book's chain covers every booked row before it; of the rows that are not in the chain, all that a list shows is read.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Book, ContributionParty
from cofund.records.programme.models import Call, Project, RoleHolding, Scheme, Topic

# What lists say of an organisation, and which one it was merged into.
_SHOWN = ("pk", "slug", "name", "short_name", "kind", "country", "funding_origin", "merged_into")


class Mark(NamedTuple):
    """What a programme rests on at one moment; two that are equal mean that every answer about it is still the same."""

    chain: str
    version: int | None
    rows: int


@kept(32)
def mark(scheme_code: str) -> Mark:
    """Give the mark of a programme now. Six queries; none where nothing at all was written since it was last asked for.

    Raises: Book.DoesNotExist where the scheme has no book.
    """
    book, chain, version = Book.objects.values_list("pk", "last_hash", "version").get(scheme__code=scheme_code)
    parties = ContributionParty.objects.filter(contribution__book=book).order_by().values("organisation")
    holdings = RoleHolding.objects.filter(scheme__code=scheme_code).order_by()
    merged = Organisation.objects.filter(pk__in=parties, merged_into__isnull=False).order_by().values("merged_into")
    named = Q(pk__in=parties) | Q(pk__in=holdings.values("organisation")) | Q(pk__in=merged)
    rows = (
        tuple(Organisation.objects.filter(named).order_by("pk").values_list(*_SHOWN)),
        tuple(holdings.order_by("pk").values_list("organisation", "role")),
        *(
            tuple(model.objects.filter(**of_scheme).order_by("pk").values_list())
            for model, of_scheme in (
                (Scheme, {"code": scheme_code}),
                (Topic, {"scheme__code": scheme_code}),
                (Project, {"scheme__code": scheme_code}),
                (Call, {"scheme__code": scheme_code}),
            )
        ),
    )
    return Mark(chain, version, hash(rows))
