"""Whom the office approached, for which topic, when and by whom: so that even-handedness can be shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from cofund.records.programme.models import Exchange

BY_OFFICE, BY_PARTNER = "office", "partner"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which exchanges are asked for; `direction` is `office`, `partner` or empty for both."""

    scheme: str = ""
    topic: str = ""
    direction: str = BY_OFFICE
    words: str = ""


def selected(selection: Selection) -> QuerySet[Exchange]:
    """Give the exchanges about leads, newest first, with everything that a line names, in one query."""
    rows = Exchange.objects.exclude(lead=None).select_related("organisation", "lead__scheme", "lead__topic")
    if selection.scheme:
        rows = rows.filter(lead__scheme__code=selection.scheme)
    if selection.topic:
        rows = rows.filter(lead__topic__code=selection.topic)
    if selection.direction:
        rows = rows.filter(by_office=selection.direction == BY_OFFICE)
    for word in selection.words.split():
        rows = rows.filter(
            Q(organisation__name__icontains=word)
            | Q(organisation__short_name__icontains=word)
            | Q(summary__icontains=word)
            | Q(recorded_by__icontains=word)
        )
    return rows.order_by("-on", "-pk")


def page(rows: QuerySet[Exchange], part: slice) -> list[Exchange]:
    """A part of exchanges: first its keys, then those rows, so that the database sorts no whole rows."""
    keys = list(rows.values_list("pk", flat=True)[part])
    found = selected(Selection(direction="")).in_bulk(keys)
    return [found[key] for key in keys]


def by_topic(rows: QuerySet[Exchange]) -> list[tuple[str, str, int, int]]:
    """How many organisations were approached for each topic, and in how many exchanges: code, title, organisations, exchanges."""
    found = (
        rows.exclude(lead__topic=None)
        .order_by("lead__topic__code")
        .values_list("lead__topic__code", "lead__topic__title")
        .annotate(organisations=Count("organisation", distinct=True), exchanges=Count("pk"))
    )
    return list(found)
