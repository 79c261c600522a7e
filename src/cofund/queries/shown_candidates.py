"""The log of which candidates were shown to whom: filtered and paged in the database, and as single lines for a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cofund.records.programme.models import ShownCandidates


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are asked for; an empty part lets everything through. `about` is a part of a code, `person` of a name."""

    scheme: str = ""
    about: str = ""
    person: str = ""
    since_on: date | None = None
    until_on: date | None = None


def selected(asked: Selection) -> QuerySet[ShownCandidates]:
    """The rows of a selection, newest first."""
    rows = ShownCandidates.objects.order_by("-pk")
    if asked.scheme:
        rows = rows.filter(Q(topic__scheme__code=asked.scheme) | Q(idea__scheme__code=asked.scheme))
    if asked.about:
        rows = rows.filter(Q(topic__code__icontains=asked.about) | Q(idea__reference__icontains=asked.about))
    if asked.person:
        rows = rows.filter(person_name__icontains=asked.person)
    if asked.since_on:
        rows = rows.filter(on__gte=asked.since_on)
    if asked.until_on:
        rows = rows.filter(on__lte=asked.until_on)
    return rows


def page(rows: QuerySet[ShownCandidates], part: slice) -> list[ShownCandidates]:
    """A part of the rows with everything that a line names. One query."""
    return list(rows.select_related("topic__scheme", "idea__scheme", "person")[part])


def find(key: int) -> ShownCandidates | None:
    """One row. One query."""
    return ShownCandidates.objects.filter(pk=key).select_related("topic__scheme", "idea__scheme").first()


def lines(rows: QuerySet[ShownCandidates]) -> Iterator[dict[str, Any]]:
    """Every candidate that was shown, in its place, a line each: what a file has."""
    for row in rows.select_related("topic__scheme", "idea__scheme").iterator(200):
        subject = row.topic or row.idea
        assert subject is not None
        asked = "; ".join(f"{name}: {value}" for name, value in sorted(row.filters.items()))
        for place, one in enumerate(row.candidates, start=1):
            yield {
                "shown": row.pk, "on": row.on.isoformat(), "shown_at": row.shown_at.isoformat(), "person": row.person_name,
                "programme": subject.scheme.code, "about": row.topic.code if row.topic else row.idea.reference if row.idea else "",
                "index": row.index_version, "filters": asked, "place": place, "pic": one["pic"], "name": one["name"],
                "band": one["band"], "country": one["country"], "newcomer": one["newcomer"],
                "also": " ".join(map(str, one.get("also", ()))), "fills": one.get("fills", ""),
            }  # fmt: skip
