"""Finds what fits a question: a page of entries in a fixed order, and how many there are by each value of each facet.

First stands what has all that is asked for in its title, then by kind (programmes, topics, calls, projects, partners,
contributions, decisions, ideas, documents), then by title: the same order on both databases, and nothing that only one of them
could compute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import connection
from django.db.models import BooleanField, Count, QuerySet, Value
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Collate

from cofund.queries.search import words
from cofund.queries.search.backends import backend
from cofund.queries.search.words import Asked
from cofund.records.programme.models import SearchEntry
from cofund.rules import digits

FACETS: Final = ("kind", "scheme", "country", "year", "partner_kind")


@dataclass(frozen=True, slots=True)
class Question:
    """What a visitor asks: words, and by facet what it narrows the answer to."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of what fits, how many fit, and by facet how many there would be with each value."""

    asked: Asked
    entries: tuple[SearchEntry, ...]
    count: int
    facets: Mapping[str, Mapping[str, int]]


def find(question: Question, part: slice) -> Answer:
    """Give a part of what fits. Two queries.

    A question without any word that is looked for fits everything, unless signs were typed that are no words: then nothing does.
    """
    asked = words.asked(question.text)
    counts = _counts(question)
    total = sum(number for values, number in counts.items() if _fits(values, question.chosen))
    in_title: BaseExpression = Value(value=True, output_field=BooleanField())
    if asked.terms:
        in_title = backend().has(asked.terms, in_title=True)
    place = Collate("place", "C") if connection.vendor == "postgresql" else "place"
    rows = _narrowed(question).annotate(in_title=in_title).order_by("-in_title", place, "key", "pk")[part]
    return Answer(asked, tuple(rows), total, _facets(counts, question.chosen))


def _narrowed(question: Question) -> QuerySet[SearchEntry]:
    """The entries that fit."""
    rows = _with_words(question.text)
    for name in FACETS:
        value = question.chosen.get(name, "")
        if value:
            rows = rows.filter(**{name: value}) if name != "year" or digits.year(value) else rows.none()
    return rows


def _with_words(text: str) -> QuerySet[SearchEntry]:
    """The entries that have the words."""
    asked = words.asked(text)
    if asked.terms:
        return SearchEntry.objects.filter(backend().has(asked.terms))
    return SearchEntry.objects.none() if text.strip() else SearchEntry.objects.all()


def _counts(question: Question) -> dict[tuple[str, ...], int]:
    """How many entries with the words have each combination of values. One query."""
    rows = _with_words(question.text).order_by().values_list(*FACETS).annotate(Count("pk"))
    found: Counter[tuple[str, ...]] = Counter()
    for *values, number in rows:
        found[tuple("" if value is None else str(value) for value in values)] += number
    return dict(found)


def _fits(values: tuple[str, ...], chosen: Mapping[str, str], but: str = "") -> bool:
    """Whether a combination has what was chosen, one facet left out."""
    pairs = zip(FACETS, values, strict=True)
    return all(value == chosen[name] for name, value in pairs if name != but and chosen.get(name))


def _facets(counts: Mapping[tuple[str, ...], int], chosen: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """By facet and value how many entries there would be, whatever else of that facet is chosen."""
    found: dict[str, dict[str, int]] = {}
    for at, name in enumerate(FACETS):
        numbers: Counter[str] = Counter()
        for values, number in counts.items():
            if values[at] and _fits(values, chosen, but=name):
                numbers[values[at]] += number
        found[name] = dict(sorted(numbers.items()))
    return found
