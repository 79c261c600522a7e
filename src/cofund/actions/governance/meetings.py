"""Meetings and written procedures: planned, published, opened, attended and closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cofund.actions import audit, messages
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, together
from cofund.actions.governance import guards
from cofund.actions.locks import writing
from cofund.queries import clock, groups, seats
from cofund.records.programme.models import AgendaItem, Attendance, Group, Meeting

AGENDA_PUBLISHED = "agenda published"


@dataclass(frozen=True, slots=True)
class MeetingWanted:
    """A meeting as it is planned; in writing `held_on` is the last day on which votes are taken, `opens_on` the first."""

    title: str
    procedure: str
    held_on: date
    opens_on: date | None = None
    papers_due_on: date | None = None
    place: str = ""
    # Where a meeting of the past is public: only such a one takes points once its day is over.
    source_url: str = ""


def add_meeting(actor: Actor, group: Group, wanted: MeetingWanted, *, at: datetime | None = None) -> Meeting:
    """Plan a meeting of a group, or a written procedure.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the days do not follow each other.
    """
    actor.require("add meeting")
    _check(wanted, f"You asked to plan a meeting of {group.name}.")
    with writing():
        meeting = Meeting.objects.create(group=group, **_fields(wanted))
        _audit(actor, "add meeting", meeting, at, after=said(meeting))
        return meeting


def edit_meeting(
    actor: Actor, meeting: Meeting, wanted: MeetingWanted, *, seen: str = "", at: datetime | None = None
) -> Meeting:
    """Change a meeting that is still planned; `seen` is the mark of what the writer was shown of `said`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the meeting is open or closed, the days do not follow each other, or somebody changed it meanwhile.
    """
    actor.require("edit meeting")
    asked = f"You asked to change the meeting “{meeting.title}”."
    _check(wanted, asked)
    with writing():
        row = guards.locked_meeting(meeting.pk, "edit meeting", asked)
        before = said(row)
        for name, value in _fields(wanted).items():
            setattr(row, name, value)
        unseen.check(asked, seen, before, said(row))
        row.save()
        _audit(actor, "edit meeting", row, at, before=before, after=said(row))
        return row


def publish_agenda(actor: Actor, meeting: Meeting, *, at: datetime | None = None) -> Meeting:
    """Show the agenda to the group, and to the public where the scheme publishes agendas; tell everybody with a seat.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the meeting is closed, the agenda is published, or there is nothing on it.
    """
    actor.require("publish agenda")
    asked = f"You asked to publish the agenda of “{meeting.title}”."
    instant = at or clock.now()
    with writing():
        row = guards.locked_meeting(meeting.pk, "publish agenda", asked)
        if row.agenda_published_at is not None:
            wrong = "It is published already; points that are added now show at once."
            raise Refused(asked=asked, wrong=wrong, remedy="Nothing is left to do.")
        if not AgendaItem.objects.filter(meeting=row).exists():
            raise Refused(asked=asked, wrong="There is nothing on it yet.", remedy="Put a point on the agenda first.")
        row.agenda_published_at = instant
        row.save(update_fields=["agenda_published_at"])
        _tell_seats(row, instant)
        _audit(actor, "publish agenda", row, at, after={"agenda_published_at": instant.isoformat()})
        return row


def open_meeting(actor: Actor, meeting: Meeting, *, at: datetime | None = None) -> Meeting:
    """Open a meeting, so that attendance and votes can be recorded.

    Raises:
        NotAllowed: the role does not include it.
        Refused: its day has not come, or it was opened before.
    """
    actor.require("open meeting")
    asked = f"You asked to open the meeting “{meeting.title}”."
    with writing():
        row = guards.locked_meeting(meeting.pk, "open meeting", asked)
        first = row.opens_on if row.procedure == Meeting.Procedure.WRITTEN and row.opens_on else row.held_on
        if first > clock.today():
            wrong = f"It opens on {first.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Open it on that day, or change the day.")
        row.status = Meeting.Status.OPEN
        row.save(update_fields=["status"])
        _audit(actor, "open meeting", row, at, after={"status": row.status})
        return row


def record_attendance(
    actor: Actor,
    meeting: Meeting,
    present: Mapping[int, bool],
    people: Mapping[int, str] | None = None,
    *,
    at: datetime | None = None,
) -> Meeting:
    """Record who was there, by seat; what is recorded again replaces what was before, and both stand in the audit trail.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the meeting is not open, is held in writing, or a seat is of another group.
    """
    actor.require("record attendance")
    asked = f"You asked to record who attended “{meeting.title}”."
    with writing():
        row = guards.locked_meeting(meeting.pk, "record attendance", asked)
        if row.procedure == Meeting.Procedure.WRITTEN:
            wrong = "In a written procedure nobody attends: who votes or declares a conflict takes part."
            raise Refused(asked=asked, wrong=wrong, remedy="Record the votes.")
        held = {seat.pk: seat for seat in groups.seats(row.group, row.held_on)}
        if unknown := set(present) - set(held):
            wrong = f"{len(unknown)} of the seats are not of {row.group.name} on that day."
            raise Refused(asked=asked, wrong=wrong, remedy="Load the page again and mark the seats that it lists.")
        before = _attendance(row)
        for seat_id, is_present in present.items():
            defaults = {"is_present": is_present, "person": (people or {}).get(seat_id, "")}
            Attendance.objects.update_or_create(meeting=row, seat=held[seat_id], defaults=defaults)
        _audit(actor, "record attendance", row, at, before=before, after=_attendance(row))
        return row


def close_meeting(actor: Actor, meeting: Meeting, *, at: datetime | None = None) -> Meeting:
    """Close a meeting once every point is decided, concluded or deferred.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the meeting is not open, or a point is still on the agenda.
    """
    actor.require("close meeting")
    asked = f"You asked to close the meeting “{meeting.title}”."
    with writing():
        row = guards.locked_meeting(meeting.pk, "close meeting", asked)
        waiting = AgendaItem.objects.filter(meeting=row, status=AgendaItem.Status.TABLED).order_by("number").first()
        if waiting is not None:
            wrong = f"Point {waiting.number}, “{waiting.title}”, has no result."
            raise Refused(asked=asked, wrong=wrong, remedy="Decide it, or defer it with a reason.")
        row.status = Meeting.Status.CLOSED
        row.save(update_fields=["status"])
        _audit(actor, "close meeting", row, at, after={"status": row.status})
        return row


def _check(wanted: MeetingWanted, asked: str) -> None:
    """Refuse a meeting without a title, and days that do not follow each other, all at once."""
    together(
        lambda: _check_title(wanted, asked), lambda: _check_opening(wanted, asked), lambda: _check_papers(wanted, asked)
    )


def _check_title(wanted: MeetingWanted, asked: str) -> None:
    """Refuse a meeting without a title."""
    if not wanted.title.strip():
        raise Refused(asked=asked, wrong="It has no title.", remedy="Enter one, such as “41st meeting”.", field="title")


def _check_opening(wanted: MeetingWanted, asked: str) -> None:
    """Refuse a written procedure that does not open, and a meeting that opens before its day."""
    if wanted.procedure == Meeting.Procedure.WRITTEN:
        if wanted.opens_on is None or wanted.opens_on > wanted.held_on:
            wrong = "A written procedure opens on a day, at the latest on its last."
            raise Refused(
                asked=asked, wrong=wrong, remedy="Enter the first day on which votes are taken.", field="opens_on"
            )
    elif wanted.opens_on is not None:
        wrong = "Only a written procedure opens before its last day."
        raise Refused(asked=asked, wrong=wrong, remedy="Leave the opening day empty.", field="opens_on")


def _check_papers(wanted: MeetingWanted, asked: str) -> None:
    """Refuse papers that would be due too late."""
    if wanted.papers_due_on is not None and wanted.papers_due_on > (wanted.opens_on or wanted.held_on):
        wrong = "Papers would be due after it begins."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter an earlier day.", field="papers_due_on")


def _fields(wanted: MeetingWanted) -> dict[str, object]:
    """What of a meeting can be changed."""
    return {name: getattr(wanted, name) for name in MeetingWanted.__dataclass_fields__}


def said(meeting: Meeting) -> dict[str, str]:
    """Give what is said of a meeting, for the audit trail and for whoever changes it."""
    return {name: str(getattr(meeting, name) or "") for name in MeetingWanted.__dataclass_fields__}


def _attendance(meeting: Meeting) -> dict[str, bool]:
    """Who is recorded as there, by seat."""
    return {
        str(seat): there for seat, there in Attendance.objects.filter(meeting=meeting).values_list("seat", "is_present")
    }


def _tell_seats(meeting: Meeting, at: datetime) -> None:
    """Write to everybody who signs in and speaks for a seat on the day."""
    written = meeting.procedure == Meeting.Procedure.WRITTEN
    until = f"Votes are taken until {meeting.held_on}." if written else f"It is held on {meeting.held_on}."
    for person in seats.people_of(meeting.group, meeting.held_on):
        text = (
            f"The agenda of “{meeting.title}” ({meeting.group.name}) is published. {until}\n\n"
            "Sign in to read it and its papers. If one of the points concerns you, declare your conflict of interest first.\n"
        )
        key = f"{AGENDA_PUBLISHED}/{meeting.pk}/{person.pk}"
        messages.write(AGENDA_PUBLISHED, person.email, f"Agenda: {meeting.title}", text, key=key, at=at)


def _audit(
    actor: Actor,
    action: str,
    meeting: Meeting,
    at: datetime | None,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    subject = f"{meeting.group.scheme.code}/meeting/{meeting.pk}"
    audit.record(
        actor,
        action,
        subject,
        at=at or clock.now(),
        before=dict(before) if before else None,
        after=dict(after) if after else None,
    )
