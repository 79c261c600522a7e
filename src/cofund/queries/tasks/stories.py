"""Tasks about stories: those that the office reviews, and those that their writers are asked to change."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cofund.queries.tasks.shapes import Reader, Source, columns, joined
from cofund.records.programme.models import Story
from cofund.rules import roles
from cofund.rules.lifecycle_stories import DRAFT, IN_REVIEW


def reviews(_: Reader) -> QuerySet[Any]:
    """Stories that were handed in: who may publish them reads them."""
    by = joined(Value("Handed in by "), F("owner__name"), Value(": publish it, or say what should change"))
    why = Case(
        When(owner__isnull=False, then=by),
        default=Value("In review: publish it, or say what should change"),
        output_field=CharField(),
    )
    return _columns(Story.objects.filter(status=IN_REVIEW), "story_review", why)


def changes(reader: Reader) -> QuerySet[Any]:
    """Drafts of the reader's organisation that the office gave back."""
    rows = Story.objects.filter(status=DRAFT, owner__in=reader.applies).exclude(asked_for="")
    return _columns(rows, "story_change", Value("The office asks for a change: make it, and hand it in again"))


def _columns(rows: QuerySet[Any], kind: str, why: Any) -> QuerySet[Any]:
    """Stories under the common columns; one may be about no programme."""
    rows = rows.annotate(record_scheme=Coalesce(F("scheme__code"), Value("")))
    return columns(rows, kind, title="latest__title", why=why, scheme="record_scheme", first="slug")


SOURCES: Final = (
    Source("story_review", "Stories to review", frozenset({roles.OFFICER}), reviews),
    Source("story_change", "Stories to change", frozenset({roles.PARTNER}), changes),
)
