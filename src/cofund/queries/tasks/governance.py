"""Tasks of governance: papers, conflicts to declare, votes to cast, decisions to publish; and e-mail that did not go out."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from cofund.queries import outbox, seats
from cofund.queries.tasks.shapes import Reader, Source, columns, joined
from cofund.records.directory.models import Message
from cofund.records.programme.models import AgendaItem, Conflict, Decision, Meeting, Paper, Seat, Vote
from cofund.rules import roles

_GOVERNANCE: Final = frozenset({roles.GOVERNANCE_OFFICER})
_SEATED: Final = frozenset({roles.DELEGATE, roles.PARTNER})


def papers(_: Reader) -> QuerySet[Any]:
    """Planned meetings that have no agenda, or a point of it without a paper."""
    has_paper = Paper.objects.filter(item=OuterRef("pk"))
    points = AgendaItem.objects.filter(meeting=OuterRef("pk"))
    rows = Meeting.objects.filter(
        ~Exists(points) | Exists(points.filter(~Exists(has_paper))),
        status=Meeting.Status.PLANNED,
        papers_due_on__isnull=False,
    )
    return _meetings(rows, "meeting_papers", "The agenda or a paper is missing", "papers_due_on")


def declarations(reader: Reader) -> QuerySet[Any]:
    """Points of meetings to come, in groups in which the reader sits, on which the reader's seat has no conflict."""
    rows = _points(reader, _seats(reader)).filter(
        meeting__status=Meeting.Status.PLANNED, meeting__agenda_published_at__isnull=False
    )
    return _items(rows, "item_declare", "Read it, and declare a conflict of interest if you have one")


def votes(reader: Reader) -> QuerySet[Any]:
    """Points on which the reader's seat can vote and has not."""
    voting = _seats(reader).exclude(Q(capacity=Seat.Capacity.OBSERVER) | Q(bloc=""))
    voted = Vote.objects.filter(item=OuterRef("pk"), seat__in=voting.values("pk"))
    rows = _points(reader, voting).filter(
        ~Exists(voted), meeting__status=Meeting.Status.OPEN, needs_decision=True, status=AgendaItem.Status.TABLED
    )
    return _items(rows, "item_vote", "Your vote is asked for")


def decisions(_: Reader) -> QuerySet[Any]:
    """Decisions of a group that are not published."""
    rows = Decision.objects.filter(group__isnull=False, published_at=None)
    return columns(
        rows,
        "decision_publish",
        title=joined(F("number"), Value(" "), F("title")),
        why="Decided and not published",
        scheme="scheme__code",
        first="pk",
    )


def unsent(_: Reader) -> QuerySet[Any]:
    """Messages that could not be sent, and those that may have been sent or not.

    Of one that asks to confirm interest nothing tells who wrote, as before it is confirmed nobody in the office reads it.
    """
    left = outbox.maybe_sent().order_by().values("pk")
    rows = Message.objects.filter(sent_at=None).filter(~Q(failure="") | Q(pk__in=left))
    to_whom = joined(F("purpose"), Value(" to "), F("recipient"))
    hidden = Q(purpose="confirm interest")
    title = Case(When(hidden, then=F("purpose")), default=to_whom, output_field=CharField())
    number = Cast(F("pk"), CharField())
    decide = joined(Value("It may have been sent already: whoever runs this site decides on message "), number)
    # What a mail server answers may name the address.
    unsaid = When(hidden, then=Value("It could not be sent"))
    why = Case(When(pk__in=left, then=decide), unsaid, default=F("failure"), output_field=CharField())
    return columns(rows, "message_unsent", title=title, why=why, first="pk")


def _seats(reader: Reader) -> QuerySet[Seat]:
    """The seats by which the reader speaks today."""
    return seats.held(reader.on).filter(seats.speaks_by(reader.user.pk, reader.applies)).order_by()


def _points(reader: Reader, held: QuerySet[Seat]) -> QuerySet[AgendaItem]:
    """The points of the groups of some seats, without those on which the seat of that group declared a conflict."""
    conflicts = Conflict.objects.filter(item=OuterRef("pk"), seat__in=held.values("pk"), lifted_at=None)
    return AgendaItem.objects.filter(
        ~Exists(conflicts), meeting__group__in=held.values("group"), meeting__held_on__gte=reader.on
    )


def _items(rows: QuerySet[AgendaItem], kind: str, why: str) -> QuerySet[Any]:
    """Points of agendas as tasks."""
    return columns(
        rows,
        kind,
        title="title",
        why=joined(Value(f"{why}: "), F("meeting__title")),
        scheme="meeting__group__scheme__code",
        due_on="meeting__held_on",
        first="pk",
    )


def _meetings(rows: QuerySet[Meeting], kind: str, why: str, due_on: str) -> QuerySet[Any]:
    """Meetings as tasks."""
    title = joined(F("group__name"), Value(", "), F("title"))
    return columns(rows, kind, title=title, why=why, scheme="group__scheme__code", due_on=due_on, first="pk")


SOURCES: Final = (
    Source("item_vote", "Votes to cast", _SEATED, votes),
    Source("item_declare", "Points to read before the meeting", _SEATED, declarations),
    Source("meeting_papers", "Papers that are missing", _GOVERNANCE, papers),
    Source("decision_publish", "Decisions to publish", _GOVERNANCE, decisions),
    Source(
        "message_unsent",
        "E-mails that could not be sent",
        frozenset({roles.OFFICER, roles.GOVERNANCE_OFFICER}),
        unsent,
    ),
)
