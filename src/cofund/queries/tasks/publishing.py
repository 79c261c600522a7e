"""Tasks about what is held back: embargoes that end soon, after which everybody can read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cofund.queries import exceptions
from cofund.queries.tasks.shapes import Reader, Source, columns, joined
from cofund.rules import publication, roles

_FOR: Final = frozenset({roles.OFFICER, roles.FINANCE_OFFICER, roles.GOVERNANCE_OFFICER})
# How long before its day the end of an embargo is told.
AHEAD: Final = timedelta(days=7)


def ending(reader: Reader) -> QuerySet[Any]:
    """What is published again within seven days; the office looks whether that may be."""
    rows = exceptions.ending(reader.on, (publication.OFFICE, publication.PARTNERS))
    topic = joined(F("topic__scheme__code"), Value("/"), F("topic__code"))
    key = Coalesce(F("contribution__reference"), F("organisation__slug"), topic, output_field=CharField())
    rows = rows.filter(until_on__lte=reader.on + AHEAD).annotate(
        record_kind=Case(
            When(contribution__isnull=False, then=Value(publication.CONTRIBUTION)),
            When(organisation__isnull=False, then=Value(publication.ORGANISATION)),
            default=Value(publication.TOPIC),
            output_field=CharField(),
        ),
        record_key=key,
        record_scheme=Coalesce(
            F("contribution__book__scheme__code"), F("topic__scheme__code"), Value(""), output_field=CharField()
        ),
    )
    return columns(
        rows,
        "embargo_ends",
        title=joined(F("record_key"), Value(": "), F("field")),
        why="Its embargo ends on this day, and it is published: see that it may be",
        scheme="record_scheme",
        due_on="until_on",
        first="record_kind",
        second="record_key",
    )


SOURCES: Final = (Source("embargo_ends", "Embargoes that end", _FOR, ending),)
