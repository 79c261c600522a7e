"""Finds an organisation by what somebody types: a name or an identifier; and those that a part of a name may mean."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cofund.records.directory.models import Organisation, OrganisationName

# More than these are no choice any more; then a longer part of the name is asked for.
MOST = 8


@dataclass(frozen=True, slots=True)
class Meant:
    """Which organisations somebody may mean by what was typed.

    `is_exact`: they go by just this name or identifier; else it is a part of their names. `is_more`: more fit than are given.
    """

    organisations: tuple[Organisation, ...]
    is_exact: bool = False
    is_more: bool = False

    @property
    def only(self) -> Organisation | None:
        """The one that is meant, where no other fits."""
        return self.organisations[0] if len(self.organisations) == 1 else None


def meant(typed: str) -> Meant:
    """Give the organisations that go by a name or identifier; where there is none, those whose names contain it.

    What was merged into another is not given: it is known by its name to the one that it was merged into.
    """
    said = " ".join(typed.split())
    if not said:
        return Meant(())
    found = list(_exact(said)[: MOST + 1])
    if found:
        return Meant(tuple(found[:MOST]), is_exact=True, is_more=len(found) > MOST)
    found = list(_partly(said)[: MOST + 1])
    return Meant(tuple(found[:MOST]), is_more=len(found) > MOST)


def suggested(typed: str) -> list[Organisation]:
    """Give the first organisations whose names contain what has been typed so far; none for a single letter."""
    said = " ".join(typed.split())
    return list(_partly(said)[:MOST]) if len(said) > 1 else []


def by_slug(slug: str) -> Organisation | None:
    """Give the organisation of an address, or None; one that was merged into another is none."""
    return Organisation.objects.filter(slug=slug, merged_into=None).first()


def _exact(said: str) -> QuerySet[Organisation]:
    """Those that go by exactly this name, or have this identifier."""
    others = OrganisationName.objects.filter(name__iexact=said).order_by().values("organisation")
    goes_by = Q(name__iexact=said) | Q(short_name__iexact=said) | Q(slug=said.lower()) | Q(pk__in=others)
    code = said.replace(" ", "").removeprefix("https://ror.org/")
    for identifier in ("pic", "ror", "vat_number", "lei"):
        goes_by |= Q(**{f"{identifier}__iexact": code})
    return _living().filter(goes_by)


def _partly(said: str) -> QuerySet[Organisation]:
    """Those of which some name contains this."""
    others = OrganisationName.objects.filter(name__icontains=said).order_by().values("organisation")
    return _living().filter(Q(name__icontains=said) | Q(short_name__icontains=said) | Q(pk__in=others))


def _living() -> QuerySet[Organisation]:
    """Organisations that were not merged into others, by name."""
    return Organisation.objects.filter(merged_into=None).order_by("name", "pk")
