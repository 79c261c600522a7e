"""Cancels a meeting that is planned: its agenda and papers stay to be read, its points are deferred, and the group is told."""

from __future__ import annotations

from datetime import datetime

from cofund.actions import audit, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import guards
from cofund.actions.locks import writing
from cofund.queries import clock, seats
from cofund.records.programme.models import AgendaItem, Meeting

MEETING_CANCELLED = "meeting cancelled"


def cancel_meeting(actor: Actor, meeting: Meeting, reason: str, *, at: datetime | None = None) -> Meeting:
    """Cancel a planned meeting or written procedure; what was on its agenda can be put on another one.

    Raises:
        NotAllowed: the role does not include it.
        Refused: no reason is given, or it is not planned any more.
    """
    actor.require("cancel meeting")
    asked = f"You asked to cancel the meeting “{meeting.title}”."
    words, instant = reason.strip(), at or clock.now()
    if not words:
        wrong = "No reason is given."
        raise Refused(asked=asked, wrong=wrong, remedy="Say why; the group reads it.", field="reason")
    with writing():
        row = guards.locked_meeting(meeting.pk, "cancel meeting", asked)
        row.status, row.cancelled_at, row.cancelled_because = Meeting.Status.CANCELLED, instant, words
        row.save(update_fields=["status", "cancelled_at", "cancelled_because"])
        waiting = AgendaItem.objects.filter(meeting=row, status=AgendaItem.Status.TABLED)
        deferred = list(waiting.order_by("number").values_list("number", flat=True))
        waiting.update(status=AgendaItem.Status.DEFERRED, minutes=f"The meeting was cancelled: {words}")
        _tell_seats(row, instant)
        subject = f"{row.group.scheme.code}/meeting/{row.pk}"
        after = {"status": row.status, "deferred": deferred}
        before = {"status": Meeting.Status.PLANNED}
        audit.record(actor, "cancel meeting", subject, at=instant, before=before, after=after, reason=words)
        return row


def _tell_seats(meeting: Meeting, at: datetime) -> None:
    """Write to everybody who signs in and speaks for a seat on the day."""
    for person in seats.people_of(meeting.group, meeting.held_on):
        text = (
            f"“{meeting.title}” ({meeting.group.name}) of {meeting.held_on} does not take place.\n\n"
            f"Why: {meeting.cancelled_because}\n\n"
            "Its agenda and papers stay where they were. A calendar that you subscribed to shows it as cancelled.\n"
        )
        key = f"{MEETING_CANCELLED}/{meeting.pk}/{person.pk}"
        messages.write(MEETING_CANCELLED, person.email, f"Cancelled: {meeting.title}", text, key=key, at=at)
