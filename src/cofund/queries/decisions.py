"""The decision register: what was decided, by number and day, what of it is published, and which number comes next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from cofund.queries import schemes
from cofund.records.programme.models import Decision, Group
from cofund.rules import digits

# What the register calls decisions that were not taken on a point of an agenda of the site.
ELSEWHERE = "elsewhere"
_NUMBER = re.compile(r"(?P<stem>.*\D)(?P<year>(?:19|20)\d\d)(?P<link>\D)(?P<count>\d+)")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which decisions are asked for; `state` is `published` or `unpublished`, `result` a state of a point or `elsewhere`."""

    scheme: str = ""
    group: str = ""
    year: str = ""
    state: str = ""
    result: str = ""
    words: str = ""


def register(selection: Selection) -> QuerySet[Decision]:
    """Give the decisions of the register, newest first."""
    rows = Decision.objects.select_related("scheme", "group", "agenda_item__meeting")
    if selection.scheme:
        rows = rows.filter(scheme__code=selection.scheme)
    if selection.group:
        rows = rows.filter(group__slug=selection.group)
    if year := digits.year(selection.year):
        rows = rows.filter(decided_on__year=year)
    if selection.state:
        rows = rows.filter(published_at__isnull=selection.state != "published")
    if selection.result == ELSEWHERE:
        rows = rows.filter(grounds={})
    elif selection.result:
        rows = rows.filter(agenda_item__status=selection.result)
    if selection.words:
        rows = rows.filter(Q(number__icontains=selection.words) | Q(title__icontains=selection.words))
    return rows.order_by("-decided_on", "-number", "-pk")


def page(rows: QuerySet[Decision], part: slice) -> list[Decision]:
    """A part of the register: first its keys, then those rows, so that the database neither joins nor sorts all of them."""
    keys = list(rows.values_list("pk", flat=True)[part])
    related = ("scheme", "group", "agenda_item__meeting__group", "agenda_item__topic")
    found = Decision.objects.select_related(*related).in_bulk(keys)
    return [found[key] for key in keys]


def years(scheme_code: str = "") -> list[int]:
    """Give the years in which something was decided, the last first."""
    rows = Decision.objects.filter(scheme__code=scheme_code) if scheme_code else Decision.objects.all()
    return [day.year for day in rows.dates("decided_on", "year", order="DESC")]


def find(decision_id: int) -> Decision | None:
    """Give a decision by its row, or None."""
    rows = Decision.objects.select_related("scheme", "group", "agenda_item__meeting__group", "agenda_item__topic")
    return rows.filter(pk=decision_id).first()


def publishes(scheme_code: str, what: str) -> bool:
    """Tell whether a scheme publishes its `agenda` or its `decision`s."""
    return what in schemes.current(scheme_code)[0].publication.decisions


def published(scheme_code: str) -> QuerySet[Decision]:
    """Give what anybody may read: the published decisions of a scheme that publishes them, newest first."""
    if not publishes(scheme_code, "decision"):
        return Decision.objects.none()
    rows = Decision.objects.select_related("scheme", "group", "agenda_item__meeting__group", "agenda_item__topic")
    return rows.filter(scheme__code=scheme_code, published_at__isnull=False).order_by("-decided_on", "-number", "-pk")


def published_by(scheme_code: str, on: date, known_at: datetime | None = None) -> QuerySet[Decision]:
    """Give the published decisions that were taken by a day, and published by an instant where one is given.

    What everybody reads of a decision is written with it and never changed; publication is the one later step, and keeps
    its instant.
    """
    rows = published(scheme_code).filter(decided_on__lte=on)
    return rows if known_at is None else rows.filter(published_at__lte=known_at)


def find_published(scheme_code: str, number: str) -> Decision | None:
    """Give a published decision by its number; None where there is none."""
    return published(scheme_code).filter(number=number).first()


def yes_share(row: Decision) -> str:
    """The share of the votes that said yes, as a fraction in text; empty for a consensus, and where no votes are recorded here."""
    return str(row.grounds.get("share", "")) if row.grounds.get("manner") == "vote" else ""


def suggested_number(group: Group, on: date) -> str:
    """Give the number that comes next in the register's own pattern: `IHI-GB-DEC-2026-07` after `IHI-GB-DEC-2026-06`.

    A new year starts again at one. Where the register has no such number yet, the programme's code begins it.
    """
    numbers = [
        found
        for number in Decision.objects.filter(scheme=group.scheme)
        .order_by("decided_on", "pk")
        .values_list("number", flat=True)
        if (found := _NUMBER.fullmatch(number)) is not None
    ]
    letters = "GB" if group.kind == Group.Kind.BOARD else "G"
    stem, link, width = f"{group.scheme.code.upper()}-{letters}-DEC-", "-", 2
    if numbers:
        stem, link, width = numbers[-1]["stem"], numbers[-1]["link"], len(numbers[-1]["count"])
    counts = [int(one["count"]) for one in numbers if (one["stem"], one["year"]) == (stem, str(on.year))]
    return f"{stem}{on.year}{link}{max(counts, default=0) + 1:0{width}d}"
