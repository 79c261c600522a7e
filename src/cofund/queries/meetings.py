"""Which meetings, points and papers a person may see: whoever declared a conflict sees nothing confidential of that point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cofund.queries import access, clock, schemes, seats
from cofund.queries.groups import held_on
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem, Conflict, Decision, Group, Meeting, Paper, Project, Seat, Topic
from cofund.rules import roles

Reader = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Selection:
    """Which meetings are asked for; `when` is `coming` or `past`."""

    scheme: str = ""
    group: str = ""
    status: str = ""
    when: str = ""


def visible_meetings(reader: Reader) -> QuerySet[Meeting]:
    """Give the meetings that a person may read.

    The office and auditors read all. A delegate or a partner's person reads those of the groups in which it, or its organisation,
    holds a seat on the day of the meeting, once the agenda is published or the meeting is open.
    """
    every = Meeting.objects.select_related("group__scheme")
    if access.may(reader, "read groups"):
        return every
    if not access.may(reader, "read meetings") or not isinstance(reader, User):
        return every.none()
    own = Seat.objects.filter(seats.reads(reader), group=OuterRef("group")).filter(_held_at_meeting("held_on"))
    # Cancelling shows nothing that was not shown before.
    begun = Q(status__in=(Meeting.Status.OPEN, Meeting.Status.CLOSED))
    shown = Q(agenda_published_at__isnull=False) | begun
    return every.filter(shown, Exists(own))


def visible_items(reader: Reader) -> QuerySet[AgendaItem]:
    """Give the points of the meetings that a person may read."""
    rows = AgendaItem.objects.select_related("meeting__group__scheme", "topic", "idea", "decision")
    return rows.filter(meeting__in=visible_meetings(reader).values("pk"))


def visible_papers(reader: Reader) -> QuerySet[Paper]:
    """Give the papers that a person may read, by page and as a file.

    Confidential ones are hidden from everybody who declared a conflict on their point, whatever the role, and from those who do
    not hold a seat of the group any more. Who sees no meetings sees what is published with its agenda.
    """
    rows = Paper.objects.select_related("item__meeting__group__scheme")
    if not access.may(reader, "read meetings") or not isinstance(reader, User):
        return published_papers()
    rows = rows.filter(item__in=visible_items(reader).values("pk"))
    conflict = conflicts_of(reader).filter(item=OuterRef("item"))
    rows = rows.exclude(Q(is_confidential=True) & Exists(conflict))
    if access.may(reader, "read groups"):
        return rows
    still = Seat.objects.filter(seats.reads(reader), group=OuterRef("item__meeting__group")).filter(
        Q(until_on__isnull=True) | Q(until_on__gte=clock.today())
    )
    return rows.filter(Q(is_confidential=False) | Exists(still))


def letters_of_item(reader: Reader, item_id: int) -> QuerySet[Letter]:
    """Give the letters of endorsement that a person may read as papers of a point: of its application, or the next one on it.

    They are confidential: hidden as such papers are, and for a conflict on either point of the application. Only what was
    handed in and not replaced is there.
    """
    if not access.may(reader, "read meetings") or not isinstance(reader, User):
        return Letter.objects.none()
    handed_in = (Letter.Status.SUBMITTED, Letter.Status.ENDORSED)
    of_item = Q(agenda_item=item_id) | Q(agenda_item=None, application__agenda_item=item_id)
    rows = Letter.objects.filter(of_item, status__in=handed_in)
    rows = rows.filter(Exists(visible_items(reader).filter(pk=item_id)))
    either = Q(item=item_id) | Q(item=OuterRef("application__agenda_item"))
    rows = rows.exclude(Exists(conflicts_of(reader).filter(either)))
    if not access.may(reader, "read groups"):
        group = AgendaItem.objects.filter(pk=item_id).values("meeting__group")
        still = Seat.objects.filter(seats.reads(reader), group__in=group)
        rows = rows.filter(Exists(still.filter(Q(until_on__isnull=True) | Q(until_on__gte=clock.today()))))
    return rows.select_related("application__organisation", "application__scheme").order_by("application", "-number")


def conflicts_of(reader: User) -> QuerySet[Conflict]:
    """Give the conflicts that still stand of a person, in whichever seat they were declared: its own or its organisation's."""
    own = Seat.objects.filter(seats.reads(reader)).order_by().values("pk")
    return Conflict.objects.filter(seat__in=own, lifted_at__isnull=True)


def has_conflict(reader: Reader, about: AgendaItem | Application | Topic | Decision) -> bool:
    """Tell whether a conflict of a person stands on a point, or on the point of an application, a topic or a decision."""
    if not isinstance(reader, User):
        return False
    rows = conflicts_of(reader)
    if isinstance(about, AgendaItem):
        return rows.filter(item=about).exists()
    if isinstance(about, Application):
        return rows.filter(Q(item__applications=about) | Q(item__letters__application=about)).exists()
    if isinstance(about, Topic):
        return rows.filter(item__kind=AgendaItem.Kind.TOPIC, item__topic=about).exists()
    return rows.filter(item__decision=about).exists()


def closed_letters(reader: Reader) -> QuerySet[Application]:
    """Give the applications whose letters are closed to a person by a conflict on their point, or on that of a next letter.

    A partner's own people wrote theirs, so a conflict closes nothing to them that they do not know.
    """
    if not isinstance(reader, User) or access.role_of(reader) == roles.PARTNER:
        return Application.objects.none()
    items = conflicts_of(reader).order_by().values("item")
    by_letter = Letter.objects.filter(agenda_item__in=items).order_by().values("application")
    return Application.objects.filter(Q(agenda_item__in=items) | Q(pk__in=by_letter))


def is_letter_closed(reader: Reader, application: Application) -> bool:
    """Whether a conflict on its point closes the letter of an application to a person, in all its versions. One query."""
    return closed_letters(reader).filter(pk=application.pk).exists()


def has_closed_letter(reader: Reader, project: Project) -> bool:
    """Whether a letter behind a contribution to a project is closed to a person. One query."""
    return closed_letters(reader).filter(letters__lines__contribution__project=project).exists()


def own_seats(reader: Reader, meeting: Meeting, *, speaking: bool = False) -> list[Seat]:
    """Give the seats through which a person reads the meetings of a group on the day of one; or those by which it speaks."""
    mine = seats.speaks(reader) if speaking else seats.reads(reader)
    rows = Seat.objects.filter(mine, group=meeting.group).filter(held_on(meeting.held_on))
    return list(rows.select_related("organisation", "group").order_by("pk"))


def listed(reader: Reader, selection: Selection, today: date | None = None) -> QuerySet[Meeting]:
    """Give the meetings that a person may read, newest first, or the next ones first where only those to come are asked for."""
    rows, on = visible_meetings(reader), today or clock.today()
    if selection.scheme:
        rows = rows.filter(group__scheme__code=selection.scheme)
    if selection.group:
        rows = rows.filter(group__slug=selection.group)
    if selection.status:
        rows = rows.filter(status=selection.status)
    if selection.when == "coming":
        return rows.filter(held_on__gte=on).order_by("held_on", "pk")
    if selection.when == "past":
        rows = rows.filter(held_on__lt=on)
    return rows.order_by("-held_on", "-pk")


def groups_with_meetings(reader: Reader) -> list[Group]:
    """Give the groups of the meetings that a person may read, for a filter."""
    return list(Group.objects.filter(meetings__in=visible_meetings(reader).values("pk")).distinct().order_by("name"))


def published_papers() -> QuerySet[Paper]:
    """Give the papers that are not confidential, of agendas that are published by schemes that publish agendas."""
    codes = [code for code in schemes.installed() if "agenda" in schemes.current(code)[0].publication.decisions]
    rows = Paper.objects.select_related("item__meeting__group__scheme").filter(is_confidential=False)
    published = Q(item__meeting__agenda_published_at__isnull=False)
    return rows.filter(published, item__meeting__group__scheme__code__in=codes)


def _held_at_meeting(day: str) -> Q:
    """The condition, inside a query about meetings, that a seat is held on the meeting's day."""
    begun = Q(from_on__isnull=True) | Q(from_on__lte=OuterRef(day))
    still = Q(until_on__isnull=True) | Q(until_on__gte=OuterRef(day))
    return begun & still


def published_meetings(scheme_code: str) -> QuerySet[Meeting]:
    """Give the meetings whose agenda anybody may read, newest first; none where the scheme publishes no agendas."""
    if "agenda" not in schemes.current(scheme_code)[0].publication.decisions:
        return Meeting.objects.none()
    rows = Meeting.objects.select_related("group__scheme").filter(group__scheme__code=scheme_code)
    return rows.filter(agenda_published_at__isnull=False).order_by(F("held_on").desc(), "-pk")
