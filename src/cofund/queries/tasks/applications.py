"""Tasks about applications: by the state that each is in, and what a later relation or role makes worth another check."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import F, QuerySet, Value

from cofund.queries import partner_rechecks, rechecks
from cofund.queries.tasks.shapes import Reader, Rows, Source, columns, joined, name_of
from cofund.records.ledger.models import Application, Contribution
from cofund.rules import roles

_FOR: Final = frozenset({roles.OFFICER})
Status = Application.Status
# An application in one of these is, or may still become, a partnership.
LIVING: Final = (Status.SUBMITTED, Status.ELIGIBLE, Status.SCHEDULED, Status.APPROVED, Status.CONDITIONAL)


def in_state(kind: str, status: str, why: str, due_on: str = "") -> Rows:
    """Give the source of the applications in one state."""

    def rows(_: Reader) -> QuerySet[Any]:
        return _shaped(Application.objects.filter(status=status), kind, why, due_on)

    return rows


def to_check_again(_: Reader) -> QuerySet[Any]:
    """Living applications whose organisation got a relation, or a role that excludes theirs, after they were checked."""
    return _shaped(
        to_recheck(), "application_recheck", "A relation or role was recorded after its check: check it again"
    )


def to_recheck() -> QuerySet[Application]:
    """The applications to check again: those that the list of applications and the page of each call so."""
    return Application.objects.filter(pk__in=rechecks.all_due())


def partners_to_check(_: Reader) -> QuerySet[Any]:
    """Contributions in the books without a checked application, around whose partner a relation or an excluding role came later."""
    rows = Contribution.objects.filter(pk__in=partner_rechecks.all_due())
    return columns(
        rows,
        "partner_recheck",
        title=F("reference"),
        why="A relation or role was recorded around its partner: check whether it may still give",
        scheme="book__scheme__code",
        first="reference",
    )


def own_drafts(reader: Reader) -> QuerySet[Any] | None:
    """For a partner's people who may write: drafts, and what the office returned."""
    rows = Application.objects.filter(organisation__in=reader.applies, status__in=(Status.DRAFT, Status.RETURNED))
    return _shaped(rows, "application_own", "Complete it and submit it") if reader.applies else None


def _shaped(rows: QuerySet[Application], kind: str, why: str, due_on: str = "") -> QuerySet[Any]:
    """Applications as tasks."""
    title = joined(name_of("organisation__"), Value(", "), F("reference"))
    return columns(rows, kind, title=title, why=why, scheme="scheme__code", due_on=due_on, first="reference")


SOURCES: Final = (
    Source(
        "application_check",
        "Applications to check",
        _FOR,
        in_state("application_check", Status.SUBMITTED, "Submitted: check that it is complete and eligible"),
    ),
    Source(
        "application_schedule",
        "Applications to bring before the board",
        _FOR,
        in_state("application_schedule", Status.ELIGIBLE, "Eligible: put it on an agenda"),
    ),
    Source(
        "application_decide",
        "Applications before the board",
        _FOR,
        in_state(
            "application_decide",
            Status.SCHEDULED,
            "On the agenda: record what was decided",
            "agenda_item__meeting__held_on",
        ),
    ),
    Source(
        "application_condition",
        "Applications approved on conditions",
        _FOR,
        in_state("application_condition", Status.CONDITIONAL, "Approved on conditions: see whether they are met"),
    ),
    Source("application_recheck", "Applications to check again", _FOR, to_check_again, reads_anew=True),
    Source("partner_recheck", "Contributions whose partner to check again", _FOR, partners_to_check, reads_anew=True),
    Source("application_own", "Applications to complete", frozenset({roles.PARTNER}), own_drafts),
)
