"""Tells whether what was computed of a whole programme still holds, in a few short queries.

To add up thousands of contributions takes seconds; to see that nothing of them has changed takes a fraction of that. The hash at
the end of a book's chain covers every booked row before it; of the rows that are not in the chain, all that a list shows is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Model, Q

from cofund.queries import growing
from cofund.queries.growing import End, Facts, Listed
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


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a programme rests on at one moment: where its book ends, and by table all else that lists show."""

    mark: Mark
    end: End
    facts: Facts


def mark(scheme_code: str) -> Mark:
    """Give the mark of a programme now. Eight queries; none where nothing at all was written since it was last asked for.

    Raises: Book.DoesNotExist where the scheme has no book.
    """
    return grounds(scheme_code).mark


@kept(32)
def grounds(scheme_code: str) -> Grounds:
    """Give what a programme rests on now. Eight queries; none where nothing at all was written since it was last asked for.

    Raises: Book.DoesNotExist where the scheme has no book.
    """
    where = ("pk", "last_entry", "last_number", "last_hash", "version")
    *ended, version = Book.objects.values_list(*where).get(scheme__code=scheme_code)
    end = End(*ended)
    parties = ContributionParty.objects.filter(contribution__book=end.book_id).order_by().values("organisation")
    holdings = RoleHolding.objects.filter(scheme__code=scheme_code).order_by()
    merged = Organisation.objects.filter(pk__in=parties, merged_into__isnull=False).order_by().values("merged_into")
    named = Q(pk__in=parties) | Q(pk__in=holdings.values("organisation")) | Q(pk__in=merged)
    topics, projects, calls = (model.objects.filter(scheme__code=scheme_code) for model in (Topic, Project, Call))
    facts = tuple(
        (table, rows.order_by().aggregate(text=Listed(*columns))["text"] or "")
        for table, rows, columns in (
            (growing.ORGANISATION, Organisation.objects.filter(named), _SHOWN),
            (growing.HOLDING, holdings, ("pk", "organisation", "role")),
            (growing.CONTRIBUTION, growing.placed().filter(book=end.book_id), ("pk", "project")),
            ("scheme", Scheme.objects.filter(code=scheme_code), _columns(Scheme)),
            (growing.TOPIC, topics, _columns(Topic)),
            (growing.PROJECT, projects, _columns(Project)),
            (growing.CALL, calls, _columns(Call)),
        )
    )
    return Grounds(Mark(end.hash, version, hash(facts)), end, facts)


def _columns(model: type[Model]) -> tuple[str, ...]:
    """Every column of a table, its key first."""
    return ("pk", *(field.name for field in model._meta.concrete_fields if not field.primary_key))
