"""The pairings of past organisations as the office decides on them: the queue, one of them, and the groups that were accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from cofund.queries.keeping import kept
from cofund.queries.registry import UNION_COUNTRIES
from cofund.records.corpus.models import PastOrganisation
from cofund.records.directory.models import Pairing
from cofund.rules import digits

# What a page of pairings never shows, and a record has much of.
_HEAVY: Final = ("record__names", "record__external_ids", "record__relationships")


@dataclass(frozen=True, slots=True)
class Selection:
    """What the queue is narrowed by; empty is everything."""

    words: str = ""
    kind: str = ""
    status: str = ""
    country: str = ""
    sure: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group: the record of its head in ROR, and how many past organisations belong to it."""

    head: str
    name: str
    country: str
    members: int


def count(selection: Selection) -> int:
    """Give how many pairings fit."""
    return Pairing.objects.filter(_asked(selection)).order_by().count()


def page(selection: Selection, start: int, stop: int) -> list[Pairing]:
    """Give some of those that fit, what is to be looked at and the surest first: first the keys, then those rows, two queries."""
    keys = list(_ordered(selection).values_list("pk", flat=True)[start:stop])
    rows = Pairing.objects.select_related("past_organisation", "record", "organisation").defer(*_HEAVY).in_bulk(keys)
    return [rows[key] for key in keys]


def _ordered(selection: Selection) -> QuerySet[Pairing]:
    """The pairings that fit, in their order."""
    order = [When(status=status, then=Value(place)) for place, status in enumerate(Pairing.Status.values)]
    rows = Pairing.objects.filter(_asked(selection))
    return rows.annotate(place=Case(*order, output_field=IntegerField())).order_by("place", "-percent", "pk")


def _asked(selection: Selection) -> Q:
    """The condition that a selection stands for."""
    asked = Q()
    for name in ("kind", "status"):
        if value := getattr(selection, name):
            asked &= Q(**{name: value})
    if selection.country:
        written = [selection.country, UNION_COUNTRIES.get(selection.country, selection.country)]
        asked &= Q(past_organisation__country__in=written)
    if selection.sure in ("yes", "no"):
        asked &= Q(is_certain=selection.sure == "yes")
    words = selection.words.strip()
    if (code := digits.whole(words, 11)) is not None:
        return asked & Q(past_organisation=code)
    if words:
        own = Q(past_organisation__name__icontains=words) | Q(past_organisation__short_name__icontains=words)
        asked &= own | Q(record__name__icontains=words) | Q(organisation__name__icontains=words)
    return asked


def find(key: int) -> Pairing | None:
    """Give a pairing, or None."""
    return Pairing.objects.select_related("past_organisation", "record", "organisation", "link").filter(pk=key).first()


@kept(1)
def counts() -> dict[tuple[str, str, bool], int]:
    """How many pairings there are by kind, status and whether they are certain. One query."""
    rows = Pairing.objects.order_by().values_list("kind", "status", "is_certain").annotate(count=Count("pk"))
    return {(kind, status, is_certain): count for kind, status, is_certain, count in rows}


def following(pairing: Pairing) -> Pairing | None:
    """The next pairing that is to be looked at and is not certain, of the same kind."""
    rows = _ordered(Selection(kind=pairing.kind, status=Pairing.Status.OPEN, sure="no"))
    after = Q(percent__lt=pairing.percent) | Q(percent=pairing.percent, pk__gt=pairing.pk)
    return rows.filter(after).first() or rows.exclude(pk=pairing.pk).first()


def certain(kind: str) -> QuerySet[Pairing]:
    """The certain pairings of a kind that are to be looked at, without those where another one was accepted."""
    taken = Pairing.objects.filter(kind=kind, status=Pairing.Status.ACCEPTED, record__isnull=False)
    rows = Pairing.objects.filter(kind=kind, status=Pairing.Status.OPEN, is_certain=True)
    return rows.exclude(past_organisation__in=taken.values("past_organisation")).order_by("pk")


def accepted_instead(pairing: Pairing) -> Pairing | None:
    """Another record that the past organisation is, or belongs to, by what was accepted."""
    if pairing.record_id is None:
        return None
    rows = Pairing.objects.filter(
        kind=pairing.kind, past_organisation=pairing.past_organisation_id, status=Pairing.Status.ACCEPTED
    )
    return (
        rows.exclude(pk=pairing.pk).filter(record__isnull=False).select_related("past_organisation", "record").first()
    )


def others_of(pairing: Pairing) -> list[Pairing]:
    """What else the past organisation may be, or is."""
    rows = Pairing.objects.filter(past_organisation=pairing.past_organisation_id).exclude(pk=pairing.pk)
    return list(
        rows.select_related("past_organisation", "record", "organisation")
        .defer(*_HEAVY)
        .order_by("kind", "-percent", "pk")
    )


def projects(pics: Iterable[int]) -> dict[int, int]:
    """In how many past projects each past organisation took part. One query."""
    rows = PastOrganisation.objects.filter(pk__in=list(pics)).order_by()
    return dict(rows.annotate(count=Count("participations__project", distinct=True)).values_list("pk", "count"))


def group_count() -> int:
    """How many groups there are by what was accepted."""
    return _in_groups().values("record").distinct().count()


def groups(part: slice) -> list[Group]:
    """Give some of the groups by what was accepted, the largest first."""
    rows = _in_groups().values("record", "record__name", "record__country").annotate(count=Count("pk"))
    found = rows.order_by("-count", "record__name", "record").values_list(
        "record", "record__name", "record__country", "count"
    )
    return [Group(*row) for row in found[part]]


def _in_groups() -> QuerySet[Pairing]:
    """The accepted pairings that say what belongs to a group."""
    return Pairing.objects.filter(kind=Pairing.Kind.GROUP, status=Pairing.Status.ACCEPTED).order_by()


def members(head: str) -> QuerySet[Pairing]:
    """The past organisations of a group by what was accepted."""
    rows = Pairing.objects.filter(kind=Pairing.Kind.GROUP, record=head, status=Pairing.Status.ACCEPTED)
    return rows.select_related("past_organisation").order_by("past_organisation__name", "pk")


@kept(1)
def countries() -> list[str]:
    """The countries of past organisations that have a pairing, as the Union writes them."""
    rows = Pairing.objects.order_by("past_organisation__country").values_list("past_organisation__country", flat=True)
    return [country for country in rows.distinct() if country]
