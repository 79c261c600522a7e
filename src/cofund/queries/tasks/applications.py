"""Tasks about applications: by the state that each is in, and what a later relation or role makes worth another check."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cofund.queries import partner_rechecks, rechecks
from cofund.queries.points import AMENDS
from cofund.queries.tasks.shapes import Reader, Rows, Source, columns, joined, name_of
from cofund.records.ledger.models import Application, Contribution, Letter
from cofund.records.programme.models import AgendaItem, Group, Meeting
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


def to_decide(_: Reader) -> QuerySet[Any]:
    """Applications on an agenda that were not deferred there."""
    rows = Application.objects.filter(status=Status.SCHEDULED).exclude(agenda_item__status=AgendaItem.Status.DEFERRED)
    why = "On the agenda: record what was decided"
    return _shaped(rows, "application_decide", why, "agenda_item__meeting__held_on")


def deferred(_: Reader) -> QuerySet[Any]:
    """Applications that the board deferred."""
    rows = Application.objects.filter(status=Status.SCHEDULED, agenda_item__status=AgendaItem.Status.DEFERRED)
    return _shaped(rows, "application_deferred", "The board deferred it: put it on the next agenda")


def next_letters(_: Reader) -> QuerySet[Any]:
    """Approved applications with a next letter that was handed in and is on no agenda, or was deferred."""
    waiting = Letter.objects.filter(application=OuterRef("pk"), status=Letter.Status.SUBMITTED)
    waiting = waiting.filter(Q(agenda_item=None) | Q(agenda_item__status=AgendaItem.Status.DEFERRED))
    rows = Application.objects.filter(Exists(waiting), status=Status.APPROVED)
    return _shaped(rows, "application_next", "Its next letter was handed in: put it on an agenda")


def too_late(reader: Reader) -> QuerySet[Any]:
    """Applications on which the board decides only after their topic is adopted, and whose point does not amend the work plan.

    The board decides on the day of the agenda that it is on, else at the next planned meeting of the scheme's board. A topic is
    adopted as it was, else on the day of the agenda that it is on, else as planned: as `queries.adoptions` says.
    """
    planned = Q(meeting__status=Meeting.Status.PLANNED, kind=AgendaItem.Kind.TOPIC)
    tabled = AgendaItem.objects.filter(planned, topic=OuterRef("topic")).order_by("meeting__held_on")
    tabled = tabled.exclude(status__in=(AgendaItem.Status.DEFERRED, AgendaItem.Status.REJECTED))
    sits = Meeting.objects.filter(
        group__scheme=OuterRef("scheme"), group__kind=Group.Kind.BOARD, status=Meeting.Status.PLANNED
    )
    coming = sits.filter(held_on__gte=reader.on).order_by("held_on")
    on_agenda = Q(agenda_item__isnull=False) & ~Q(agenda_item__status=AgendaItem.Status.DEFERRED)
    rows = (
        Application.objects.filter(status__in=(Status.SUBMITTED, Status.ELIGIBLE, Status.SCHEDULED))
        .annotate(
            adopted=Coalesce(
                "topic__adopted_on",
                Subquery(tabled.values("meeting__held_on")[:1]),
                "topic__adoption_planned_on",
                output_field=DateField(),
            ),
            decided=Case(
                When(on_agenda, then=F("agenda_item__meeting__held_on")),
                default=Subquery(coming.values("held_on")[:1]),
                output_field=DateField(),
            ),
        )
        .filter(decided__gt=F("adopted"))
        .exclude(on_agenda & Q(agenda_item__proposal__contains=AMENDS))
    )
    why = "The board meets after the topic is adopted: choose an earlier meeting, or amend the work plan"
    return _shaped(rows, "application_late", why, "adopted")


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
    Source("application_late", "Applications that the board decides on too late", _FOR, too_late),
    Source("application_deferred", "Applications that the board deferred", _FOR, deferred),
    Source("application_decide", "Applications before the board", _FOR, to_decide),
    Source("application_next", "Next letters to bring before the board", _FOR, next_letters),
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
