"""Free texts that everybody reads and that say who gives, or how much: no rule can hold back a part of a text.

Notes on projects, calls and programmes, summaries of topics, stories, ideas and decisions are written by people for
everybody. Whoever holds something back is shown which of them say it, and changes them where they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from cofund.queries import decisions, ideas, schemes
from cofund.queries.exceptions import Record
from cofund.queries.stories import lists
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Call, Credit, Decision, Project, Scheme, Seat, Topic

# More than these are not listed; whoever finds so many has to look through all.
MOST: Final = 50
_AROUND: Final = 60
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A text that says something: what kind of text, of what, the public page that it stands on, and the words around it."""

    what: str
    of: str
    page: str
    keys: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class _Texts:
    """Rows of one kind with their public texts; `place` gives the public page of a row."""

    what: str
    rows: Callable[[], QuerySet[Any]]
    fields: tuple[str, ...]
    place: Callable[[Any], tuple[str, tuple[str, ...]]]


def of_record(record: Record) -> list[Mention]:
    """Give the public texts that name an organisation or the givers of a contribution, or say its amount; none for a topic."""
    said = list(dict.fromkeys(_said_of(record)))
    if not said:
        return []
    pattern = re.compile("|".join(rf"(?<![\w,.]){re.escape(one)}(?![\w]|,\d)" for one in said))
    return [one for texts in _ALL for one in _among(texts, said, pattern)][:MOST]


def _said_of(record: Record) -> Iterator[str]:
    """What to look for: names, and amounts as people write them."""
    if isinstance(record, Topic):
        return
    if isinstance(record, Organisation):
        yield from _names(record)
        return
    for party in record.party_rows.select_related("organisation__merged_into"):
        yield from _names(party.organisation.merged_into or party.organisation)
    for cents in record.versions.order_by().values_list("amount_cents", flat=True).distinct():
        yield from _amounts(cents)


def _names(one: Organisation) -> Iterator[str]:
    """The names of an organisation; very short ones would be found in any text."""
    for name in (one.name, one.short_name, *one.other_names.order_by("pk").values_list("name", flat=True)):
        if len(name) >= _SHORTEST:
            yield name


def _amounts(cents: int) -> Iterator[str]:
    """An amount as texts have it: `2,800,000`, and `2.8 m` where that is exact."""
    whole, rest = divmod(cents, 100)
    if whole >= 1000:
        yield f"{whole:,}" + (f".{rest:02d}" if rest else "")
    if not rest and whole and whole % 100_000 == 0:
        yield f"{whole // 1_000_000}.{whole % 1_000_000 // 100_000} m"


def _among(texts: _Texts, said: Iterable[str], pattern: re.Pattern[str]) -> Iterator[Mention]:
    """The rows of one kind in whose texts something is said. One query, and one more where rows have others beside them."""
    wanted = Q()
    for field in texts.fields:
        for words in said:
            wanted |= Q(**{f"{field}__contains": words})
    for row in texts.rows().filter(wanted).distinct()[:MOST]:
        for field in texts.fields:
            text = _value(row, field)
            found = pattern.search(text)
            if found:
                page, keys = texts.place(row)
                start, end = max(0, found.start() - _AROUND), found.end() + _AROUND
                words = f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
                yield Mention(texts.what, str(row), page, keys, words)
                break


def _value(row: Model, path: str) -> str:
    """A text of a row, or of a row beside it."""
    found: Any = row
    for part in path.split("__"):
        found = getattr(found, part)
    return str(found or "")


def _decisions() -> QuerySet[Decision]:
    """The published decisions of all programmes that publish them."""
    codes = [code for code in schemes.installed() if decisions.publishes(code, "decision")]
    return Decision.objects.filter(scheme__code__in=codes, published_at__isnull=False).select_related("scheme")


_ALL: Final = (
    _Texts(
        "Note on a project",
        lambda: Project.objects.select_related("scheme"),
        ("note", "title"),
        lambda row: ("project", (row.scheme.code, row.slug)),
    ),
    _Texts(
        "Note on a call",
        lambda: Call.objects.select_related("scheme"),
        ("note",),
        lambda row: ("call", (row.scheme.code, row.code)),
    ),
    _Texts(
        "Words on a topic",
        lambda: Topic.objects.select_related("scheme"),
        ("summary", "status_note", "text_note"),
        lambda row: ("topic", (row.scheme.code, row.code)),
    ),
    _Texts(
        "Note on a credit",
        lambda: Credit.objects.filter(topic__isnull=False).select_related("topic__scheme", "organisation"),
        ("note",),
        lambda row: ("topic", (row.topic.scheme.code, row.topic.code)),
    ),
    _Texts(
        "Note on what is known of a programme",
        lambda: Scheme.objects.all(),
        ("coverage_note",),
        lambda row: ("programme", (row.code,)),
    ),
    _Texts(
        "Idea", ideas.register, ("title", "challenge", "partners", "outcome"), lambda row: ("idea", (row.reference,))
    ),
    _Texts(
        "Story",
        lambda: lists.out().select_related("shown"),
        ("shown__title", "shown__summary", "shown__body"),
        lambda row: ("story", (row.slug,)),
    ),
    _Texts(
        "Decision",
        _decisions,
        ("title", "text"),
        lambda row: ("public-decision", (row.scheme.code, row.number)),
    ),
    _Texts(
        "Note on a seat",
        lambda: Seat.objects.select_related("group__scheme"),
        ("note",),
        lambda row: ("public-group", (row.group.scheme.code, row.group.slug)),
    ),
)
