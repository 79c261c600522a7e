"""What several actions on meetings check first: the row is locked, and its state allows the action, or it is refused in words."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.queries import groups, meetings
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application
from cofund.records.programme.models import AgendaItem, Meeting, Seat
from cofund.rules.lifecycle_governance import AGENDA_ITEM, MEETING, NEEDS_MEETING

# What somebody with a conflict is kept from: where votes are taken, where what the board decided is recorded, and where the point
# itself is handled.
VOTING = "vote on it nor record votes"
RECORDING = "record nor book what the board decides on it"
HANDLING = "change nor defer it, nor lift a conflict of somebody else on it"

SOMEBODY_ELSE = "By the rule on conflicts of interest somebody else of the office, who has none on it, does so."
LIFTED = "If the declaration was a mistake, the secretary of the group can lift it."


def locked_meeting(meeting_id: int, action: str, asked: str) -> Meeting:
    """Lock a meeting and give it as it stands, where the action is possible on it.

    Raises:
        Refused: its state does not allow the action.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("group__scheme").get(pk=meeting_id)
    if not MEETING.allows(action, meeting.status):
        allowed = MEETING.in_words(MEETING.step(action).starts_from)
        raise Refused(
            asked=asked,
            wrong=f"The meeting is {MEETING.states[meeting.status].lower()}; this is possible while it is {allowed}.",
            remedy="Look at the meeting as it stands now.",
        )
    return meeting


def locked_item(item_id: int, action: str, asked: str) -> AgendaItem:
    """Lock a point of an agenda with its meeting, and give it as it stands, where the action is possible on it.

    Raises:
        Refused: its state, or that of its meeting, does not allow the action.
    """
    meeting_id = AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item_id)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("group__scheme").get(pk=meeting_id)
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("topic", "idea").get(pk=item_id)
    item.meeting = meeting
    remedy = "Look at the point as it stands now."
    if not AGENDA_ITEM.allows(action, item.status):
        wrong = f"The point is {AGENDA_ITEM.states[item.status].lower()} already; this is possible only before."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy)
    if meeting.status not in NEEDS_MEETING[action]:
        allowed = MEETING.in_words(NEEDS_MEETING[action])
        wrong = f"The meeting is {MEETING.states[meeting.status].lower()}; this is possible while it is {allowed}."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy)
    return item


def seat_on(item: AgendaItem, seat_id: int, asked: str) -> Seat:
    """Give a seat of the group of a point's meeting, held on its day.

    Raises:
        Refused: the seat is of another group, or not held on that day; for the field `seat`.
    """
    rows = Seat.objects.filter(group_id=item.meeting.group_id).filter(groups.held_on(item.meeting.held_on))
    seat = rows.select_related("organisation", "group", "user").filter(pk=seat_id).first()
    if seat is None:
        wrong = f"It is no seat of {item.meeting.group.name} on the day of the meeting."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose a seat of this group.", field="seat")
    return seat


def refuse_conflicted(actor: Actor, item: AgendaItem | Application, asked: str, what: str = VOTING) -> None:
    """Refuse whoever has a conflict on a point, or that of an application, in whichever seat it was declared, whatever the role.

    Raises:
        Refused: a conflict of this person on the point stands.
    """
    if actor.user_id is None:
        return
    person = User.objects.filter(pk=actor.user_id).first()
    if meetings.has_conflict(person or AnonymousUser(), item):
        raise Refused(
            asked=asked,
            wrong=f"You declared a conflict of interest on this point, so you neither {what}.",
            remedy=f"{SOMEBODY_ELSE} {LIFTED}" if what == RECORDING else LIFTED,
        )


def refuse_past(meeting: Meeting, on: date, asked: str) -> None:
    """Refuse to put something on the agenda of a meeting whose day is over; one that is known from a public source is recorded.

    Raises:
        Refused: for the field `meeting`.
    """
    if meeting.held_on >= on or meeting.source_url:
        return
    wrong = f"Its day, {meeting.held_on.isoformat()}, is over."
    remedy = "Choose a meeting to come. What was decided elsewhere is recorded as a decision taken elsewhere."
    raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="meeting")


def check_day(on: date, today: date, asked: str, *, field: str) -> None:
    """Refuse a day that is still to come.

    Raises:
        Refused: for the named field.
    """
    if on > today:
        raise Refused(asked=asked, wrong="That day is still to come.", remedy="Enter the day as it was.", field=field)
