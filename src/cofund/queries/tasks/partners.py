"""Tasks about partners: next steps with organisations and leads, leads that rest too long, and interest that is not confirmed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from cofund.queries import relationships
from cofund.queries.tasks.shapes import Reader, Source, columns, name_of
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import ExpressionOfInterest, Lead
from cofund.rules import roles

# A lead without a next step rests too long after so many days in its stage.
STALE_AFTER: Final = timedelta(days=30)
OPEN_STAGES: Final = ("new", "contacted", "exploring", "fit_found", "applying")
_FOR: Final = frozenset({roles.OFFICER})


def organisation_steps(reader: Reader) -> QuerySet[Any]:
    """Organisations with a next step that has a day."""
    # Said as a range, and not as "is not null": so SQLite takes the index by that day.
    rows = Organisation.objects.filter(reader.owned("owner"), next_step_on__gte=date.min, merged_into=None)
    return columns(rows, "organisation_step", title=name_of(), why=F("next_step"), due_on="next_step_on", first="slug")


def quiet_organisations(reader: Reader) -> QuerySet[Any]:
    """Organisations with something open where nothing happens; those whose next step has a day wait under that step."""
    rows = relationships.quiet(reader.on).filter(reader.owned("owner"), next_step_on=None)
    words = f"Something is open, and nothing has happened for {relationships.STALE_DAYS} days"
    return columns(rows, "organisation_quiet", title=name_of(), why=words, first="slug")


def lead_steps(reader: Reader) -> QuerySet[Any]:
    """Open leads with a next step that has a day."""
    rows = Lead.objects.filter(reader.owned("owner"), stage__in=OPEN_STAGES, next_step_on__isnull=False)
    return _leads(rows, "lead_step", why=F("next_step"), due_on="next_step_on")


def stale_leads(reader: Reader) -> QuerySet[Any]:
    """Open leads without a next step that has a day, in their stage for longer than `STALE_AFTER`."""
    rows = Lead.objects.filter(
        reader.owned("owner"),
        stage__in=OPEN_STAGES,
        next_step_on=None,
        stage_since_on__lt=reader.on - STALE_AFTER,
    )
    words = f"No next step is set, and nothing has moved for more than {STALE_AFTER.days} days"
    return _leads(rows, "lead_stale", why=words)


def unconfirmed_interest(reader: Reader) -> QuerySet[Any]:
    """Expressions of interest whose e-mail address was never confirmed: about which topic, and neither who wrote nor what.

    Anybody can write a name into a form, and the e-mail that asks to confirm promises that the office does not read it before.
    """
    rows = ExpressionOfInterest.objects.filter(Q(confirmed_at=None) & Q(lead=None))
    return columns(
        rows,
        "interest_unconfirmed",
        title="topic__code",
        why="Somebody wrote about it and has not confirmed the e-mail address",
        scheme="topic__scheme__code",
        first="topic__scheme__code",
        second="topic__code",
    )


def _leads(rows: QuerySet[Lead], kind: str, *, why: Any, due_on: str = "") -> QuerySet[Any]:
    """Leads as tasks."""
    return columns(
        rows,
        kind,
        title=name_of("organisation__"),
        why=why,
        scheme="scheme__code",
        due_on=due_on,
        first="reference",
    )


SOURCES: Final = (
    Source("lead_step", "Next steps with leads", _FOR, lead_steps),
    Source("organisation_step", "Next steps with organisations", _FOR, organisation_steps),
    Source("organisation_quiet", "Organisations where nothing happens", _FOR, quiet_organisations),
    Source("lead_stale", "Leads that rest too long", _FOR, stale_leads),
    Source("interest_unconfirmed", "Interest not confirmed yet", _FOR, unconfirmed_interest, is_information=True),
)
