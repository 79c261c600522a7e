"""Puts an application on the agenda of the board; refused where the board meets after its topic is adopted, with what to do."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from cofund.actions.actors import Actor
from cofund.actions.applications import guarding
from cofund.actions.errors import Refused
from cofund.actions.governance import conflicts, guards
from cofund.queries import adoptions, applications, rechecks, schemes
from cofund.queries.adoptions import Adoption
from cofund.queries.points import AMENDS
from cofund.records.directory.models import OrganisationRelation
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem, Group, Meeting, RoleHolding
from cofund.rules.timing import slack_days


def schedule(
    actor: Actor,
    application: Application,
    meeting: Meeting,
    *,
    amends_work_plan: bool = False,
    at: datetime | None = None,
) -> AgendaItem:
    """Put an application on the agenda of a planned meeting of the scheme's board; conflicts on its deferred point stand on.

    Raises:
        Refused: the meeting is no planned one of the board, is over, or was held before the application was handed in; the
            application is on an agenda already; its check is out of date; or the board meets after the topic is adopted,
            where the amendment of the work plan is offered.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "schedule application") as row:
        asked = f"You asked to put {row.reference} on the agenda of {meeting}."
        _check_meeting(row, meeting, asked)
        _check_agenda(row, asked)
        _refuse_before(row, meeting, asked)
        guards.refuse_past(meeting, timezone.localdate(instant), asked)
        refuse_outdated(row, asked)
        adoption = adoptions.adoption_of(row)
        if not amends_work_plan:
            refuse_late(row, meeting, adoption, asked)
        item = _item(row, meeting, adoption if amends_work_plan else None)
        carried = conflicts.carry(item, row.agenda_item)
        before = row.status
        guarding.move(row, Application.Status.SCHEDULED, instant, agenda_item=item)
        after = {"meeting": str(meeting), "item": item.number, "amends_work_plan": amends_work_plan}
        after |= {"conflicts_carried": carried} if carried else {}
        guarding.record(actor, row, "schedule application", instant, before=before, after=after)
        return item


def schedule_next(
    actor: Actor, application: Application, meeting: Meeting, *, at: datetime | None = None
) -> AgendaItem:
    """Put the next version of an endorsed letter, once it was handed in, on the agenda of a planned meeting of the board.

    What it changes was decided with the topic, so that no adoption is too early for it. Conflicts on its deferred point stand on.

    Raises:
        Refused: the meeting is no planned one of the board, no next version was handed in, or it is on an agenda already.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "schedule next letter") as row:
        asked = f"You asked to put the next letter of {row.reference} on the agenda of {meeting}."
        _check_meeting(row, meeting, asked)
        letter = applications.newest(row, Letter.Status.SUBMITTED)
        if letter is None:
            raise Refused(asked=asked, wrong="No next version was handed in.", remedy="Have it handed in first.")
        before = letter.agenda_item
        if before is not None and before.status != AgendaItem.Status.DEFERRED:
            _refuse_tabled(before, asked)
        refuse_outdated(row, asked)
        name = applications.target_name(row)
        words = f"To endorse version {letter.number} of the letter of {row.organisation.name} for {name}."
        item = _put(row, meeting, f"Next letter of {row.organisation} for {name}", words)
        carried = conflicts.carry(item, before)
        letter.agenda_item = item
        letter.save(update_fields=["agenda_item"])
        after = {"meeting": str(meeting), "item": item.number, "letter": letter.number}
        after |= {"conflicts_carried": carried} if carried else {}
        guarding.record(actor, row, "schedule next letter", instant, after=after)
        return item


def take_off(actor: Actor, application: Application, reason: str, *, at: datetime | None = None) -> Application:
    """Take an application that nobody has decided on off the agenda: its point is deferred, and it can go on another one.

    Raises:
        Refused: no reason is given, its point has a result, or the person has a conflict on it.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "take off agenda") as row:
        asked = f"You asked to take {row.reference} off the agenda."
        words = guarding.said(reason, asked)
        item = row.agenda_item
        if item is not None and item.status in (AgendaItem.Status.ADOPTED, AgendaItem.Status.REJECTED):
            wrong = f"The board decided on it: point {item.number} of {item.meeting}."
            raise Refused(asked=asked, wrong=wrong, remedy="Record the decision with the application.")
        if item is not None:
            guards.refuse_conflicted(actor, item, asked, guards.HANDLING)
            item.status, item.minutes = AgendaItem.Status.DEFERRED, item.minutes or f"Taken off the agenda: {words}"
            item.save(update_fields=["status", "minutes"])
        before = row.status
        # The point stays with it: what was declared on it stands on the next one too.
        guarding.move(row, Application.Status.ELIGIBLE, instant)
        after = {"meeting": str(item.meeting), "item": item.number} if item is not None else {}
        guarding.record(actor, row, "take off agenda", instant, before=before, after=after, reason=words)
        return row


def refuse_late(row: Application, meeting: Meeting, adoption: Adoption, asked: str) -> None:
    """Refuse a meeting that comes after the topic is adopted, with the days between them.

    Raises:
        Refused: with `offers` and `slack_days`, which is negative.
    """
    if adoption.on is None or meeting.held_on <= adoption.on:
        return
    slack = slack_days(adoption.on, meeting.held_on)
    name = applications.target_name(row)
    was = "was adopted" if adoption.is_done else "is to be adopted"
    raise Refused(
        asked=asked,
        wrong=f"The board meets there on {meeting.held_on.isoformat()}, {_days(-slack)} after {name} {was}, "
        f"{adoption.on.isoformat()}: its match is decided without this letter.",
        remedy="Choose an earlier meeting, or amend the work plan: a new decision of the board decides the match anew.",
        offers="amend the work plan",
        slack_days=slack,
        field="",
    )


def refuse_outdated(row: Application, asked: str) -> None:
    """Refuse to go on with a check that a later relation or role has overtaken.

    Raises:
        Refused: a relation in the group of the organisation, or a role that excludes its own, was recorded or began
            after the check, or an organisation of the group was merged.
    """
    found = rechecks.due(Application.objects.filter(pk=row.pk))
    if found:
        remedy = "Check the application again."
        recorded: list[OrganisationRelation | RoleHolding] = [*found[0].relations, *found[0].holdings]
        one = recorded[0] if recorded else None
        checked_on = timezone.localdate(row.checked_at) if row.checked_at else None
        if one is None:
            wrong = f"An organisation was merged, or a merge undone, after its check: {found[0].words[0]}."
            raise Refused(asked=asked, wrong=wrong, remedy=remedy)
        what = "A relation" if found[0].relations else "A role"
        on = timezone.localdate(one.recorded_at)
        if checked_on and one.from_on and on <= checked_on < one.from_on:
            wrong = f"{what} began after its check, on {one.from_on.isoformat()}: {one}."
        else:
            wrong = f"{what} was recorded after its check, on {on.isoformat()}: {one}."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy)


def _check_meeting(row: Application, meeting: Meeting, asked: str) -> None:
    """Refuse a meeting that is not a planned one of the board of the scheme."""
    group = meeting.group
    if group.scheme_id != row.scheme_id or group.kind != Group.Kind.BOARD:
        scheme, _ = schemes.current(row.scheme.code)
        wrong = f"That is no meeting of the {scheme.label('board')} of {scheme.name}."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose one of its meetings.", field="meeting")
    if meeting.status != Meeting.Status.PLANNED:
        wrong = f"That meeting is {meeting.get_status_display().lower()}."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose a meeting that is still planned.", field="meeting")


def _refuse_before(row: Application, meeting: Meeting, asked: str) -> None:
    """Refuse a meeting that was held before the application was handed in: nobody decides on what is not there."""
    letter = applications.newest(row)
    if letter is None or letter.submitted_at is None:
        return
    handed_in_on = timezone.localdate(letter.submitted_at)
    if meeting.held_on < handed_in_on:
        raise Refused(
            asked=asked,
            wrong=f"The meeting is of {meeting.held_on.isoformat()}, and the letter was handed in on {handed_in_on.isoformat()}.",
            remedy="Choose a meeting on that day or later.",
            field="meeting",
        )


def _check_agenda(row: Application, asked: str) -> None:
    """Refuse an application that is on an agenda and was not deferred there."""
    item = row.agenda_item
    if row.status == Application.Status.SCHEDULED and item is not None and item.status != AgendaItem.Status.DEFERRED:
        _refuse_tabled(item, asked)


def _refuse_tabled(item: AgendaItem, asked: str) -> None:
    """Refuse what is on an agenda and was not deferred there."""
    wrong = f"It is on the agenda of {item.meeting}, point {item.number}."
    raise Refused(asked=asked, wrong=wrong, remedy="It can go to another meeting once the board has deferred it there.")


def _item(row: Application, meeting: Meeting, amended: Adoption | None) -> AgendaItem:
    """The point of the agenda, at its end."""
    scheme, _ = schemes.current(row.scheme.code)
    name = applications.target_name(row)
    proposal = (
        f"To approve {row.organisation.name} as {scheme.label(row.role)} for {name} with its letter of endorsement."
    )
    if amended is not None and amended.on is not None:
        proposal += f" {AMENDS}{name}, whose match is or was decided on {amended.on.isoformat()}."
    return _put(row, meeting, f"Application of {row.organisation} for {name}", proposal)


def _put(row: Application, meeting: Meeting, title: str, proposal: str) -> AgendaItem:
    """Write a point on an application at the end of an agenda."""
    last = AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"] or 0
    kind = AgendaItem.Kind.APPLICATION
    made = AgendaItem(meeting=meeting, number=last + 1, kind=kind, title=title[:300], proposal=proposal)
    made.topic = row.topic
    made.save(force_insert=True)
    return made


def _days(count: int) -> str:
    """A number of days in words."""
    return f"{count} day" if count == 1 else f"{count} days"
