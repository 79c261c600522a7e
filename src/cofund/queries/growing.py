"""Keeps what was computed of each contribution of a book while the book grows: only what later rows touch is computed again.

Rows of a book are never changed, and the hash of each covers all before it. So where the last row that was counted still stands
under its number with its hash, all that was computed of the rows up to it still holds, but for the contributions that later rows
are about. What does not stand in the chain, such as names, is handed in as facts: all that is shown of a table, as one text.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any, Final, Generic, NamedTuple, TypeVar

from django.db.models import Aggregate, Q, QuerySet, TextField
from django.db.models.functions import JSONArray

from cofund.records.ledger.models import Book, Contribution, ContributionVersion, Transfer

Row = TypeVar("Row")
Part = TypeVar("Part")
Answer = TypeVar("Answer")
# By table, what is shown of its rows: as `Listed` writes it.
Facts = tuple[tuple[str, str], ...]

# The tables whose rows belong to some contributions alone; one of any other table changes them all.
CONTRIBUTION, TOPIC, PROJECT, ORGANISATION = "contribution", "topic", "project", "organisation"
# What stands beside contributions, and changes none of them.
HOLDING, CALL = "holding", "call"
_OF_SOME: Final = frozenset((CONTRIBUTION, TOPIC, PROJECT, ORGANISATION))


class Listed(Aggregate):
    """Rows as one text, each a list that begins with its key: equal texts are equal rows, without reading them one by one."""

    function = "JSON_GROUP_ARRAY"
    output_field = TextField()
    allow_distinct = False

    def __init__(self, *columns: str) -> None:
        super().__init__(JSONArray(*columns))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL has the same under another name."""
        return self.as_sql(compiler, connection, template="JSON_AGG(%(expressions)s)::text", **context)


class End(NamedTuple):
    """Where a book ends: how many entries and transfers it has, and the hash of the last one."""

    book_id: int
    entry: int
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class _Held(Generic[Row]):
    """What was computed at an end of a book, and the facts it rests on."""

    facts: Facts
    found: Mapping[int, Row]


# Computes a row of each contribution of a book that anybody knows of on a day, or whatever else is asked: of those with these keys,
# or of all.
Read = Callable[[int, Any, Collection[int] | None], Mapping[int, Row]]


class Growing(Generic[Row]):
    """The rows of contributions by their key, at `maxsize` ends of books at most; one thread computes, the others wait for it."""

    def __init__(self, read: Read[Row], maxsize: int) -> None:
        self._read, self._maxsize = read, maxsize
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Hashable, End], _Held[Row]] = OrderedDict()

    def rows(self, end: End, on: Hashable, facts: Facts = ()) -> Mapping[int, Row]:
        """Give the rows of a book that ends so, as of a day or what else is asked, in order of their keys; nobody may change them.

        What is not touched is the same object as before. No query where nothing has changed, else at most five beside those that
        read what is touched.
        """
        with self._lock:
            held = self._kept.get((on, end))
            if held is None or held.facts != facts:
                before = (end, held) if held is not None else self._before(end, on)
                touched = None if before is None else _touched(before[0], before[1].facts, facts)
                held = _Held(facts, self._grown(end, on, before[1].found if before else {}, touched))
                self._kept[on, end] = held
                if len(self._kept) > self._maxsize:
                    self._kept.popitem(last=False)
            self._kept.move_to_end((on, end))
        return held.found

    def _before(self, end: End, on: Hashable) -> tuple[End, _Held[Row]] | None:
        """What was computed last at an earlier end of the same book; one that was taken back is none of its ends. One query."""
        ends = [one for day, one in self._kept if day == on and one.book_id == end.book_id and one.number <= end.number]
        rows = Transfer.objects.filter(book=end.book_id, number__in=[one.number for one in ends]).order_by()
        standing = set(rows.values_list("number", "hash"))
        earlier = max((one for one in ends if (one.number, one.hash) in standing), default=None)
        return None if earlier is None else (earlier, self._kept[on, earlier])

    def _grown(
        self, end: End, on: Hashable, found: Mapping[int, Row], touched: Collection[int] | None
    ) -> Mapping[int, Row]:
        """The rows as they were, with those that are touched computed again; all of them where that is not known, or most are."""
        if touched is None or len(touched) > len(found) // 2:
            return dict(sorted(self._read(end.book_id, on, None).items()))
        if not touched:
            return found
        untouched = {key: row for key, row in found.items() if key not in touched}
        return dict(sorted((untouched | dict(self._read(end.book_id, on, touched))).items()))


class Regrown(Generic[Part, Answer]):
    """Answers about groups of rows, at most `maxsize`: of a group whose rows are the same objects as before, the same answer."""

    def __init__(self, answer: Callable[..., Answer], maxsize: int) -> None:
        self._answer, self._maxsize = answer, maxsize
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Sequence[Part], tuple[Any, ...], Answer]] = OrderedDict()

    def of(self, group: Hashable, rows: Sequence[Part], *rest: Any) -> Answer:
        """Give the answer about the rows of a group; `rest` is what else it rests on, and equal where that has not changed."""
        held = self._kept.get(group)
        if held is not None and held[1] == rest and len(held[0]) == len(rows) and all(map(is_, held[0], rows)):
            return held[2]
        answer = self._answer(rows, *rest)
        with self._lock:
            self._kept[group] = (rows, rest, answer)
            self._kept.move_to_end(group)
            if len(self._kept) > self._maxsize:
                self._kept.popitem(last=False)
        return answer


def ends() -> list[tuple[End, str, str]]:
    """Give where books end at present, with the code and the currency of their schemes, in order of the codes. One query."""
    columns = ("pk", "last_entry", "last_number", "last_hash", "scheme__code", "scheme__currency")
    rows = Book.objects.order_by("scheme__code").values_list(*columns)
    return [(End(*row[:4]), row[4], row[5]) for row in rows]


def placed() -> QuerySet[Contribution]:
    """Give the contributions that belong to a project: a grant that is signed gives it to those that no row is about, too."""
    return Contribution.objects.filter(project__isnull=False)


def _changed(old: str | None, new: str | None) -> set[int]:
    """The keys of the rows that are in one of two texts alone."""
    rows = [{row[0]: row for row in json.loads(text or "[]")} for text in (old, new)]
    return {key for key in rows[0].keys() | rows[1].keys() if rows[0].get(key) != rows[1].get(key)}


def _touched(before: End, old: Facts, new: Facts) -> set[int] | None:
    """The contributions that rows after an end are about, or facts that are others now; None where all of them are touched."""
    before_that = dict(old)
    changed = {table: _changed(before_that.get(table), text) for table, text in new if before_that.get(table) != text}
    if any(keys and table not in _OF_SOME and table not in (HOLDING, CALL) for table, keys in changed.items()):
        return None
    later = Transfer.objects.filter(book=before.book_id, number__gt=before.number, contribution__isnull=False)
    stated = ContributionVersion.objects.filter(entry__book=before.book_id, entry__number__gt=before.entry)
    touched = {*changed.get(CONTRIBUTION, ())}
    touched.update(later.order_by().values_list("contribution_id", flat=True))
    touched.update(stated.order_by().values_list("contribution_id", flat=True))
    targets = Q(topic__in=changed.get(TOPIC, ())) | Q(project__in=changed.get(PROJECT, ()))
    who = changed.get(ORGANISATION, ())
    parties = Q(party_rows__organisation__in=who) | Q(party_rows__organisation__merged_into__in=who)
    for is_asked, condition in ((bool(changed.get(TOPIC) or changed.get(PROJECT)), targets), (bool(who), parties)):
        if is_asked:
            rows = Contribution.objects.filter(condition, book=before.book_id).order_by()
            touched.update(rows.values_list("pk", flat=True))
    return touched
