"""Conflicts of interest: declared by whoever holds a seat for it or by the secretary for any, and lifted with a reason."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import guards
from cofund.actions.locks import writing
from cofund.queries import clock, groups, seats
from cofund.records.programme.models import AgendaItem, Conflict
from cofund.rules import roles


def declare(actor: Actor, item: AgendaItem, seat_id: int, nature: str, *, at: datetime | None = None) -> Conflict:
    """Declare a conflict of a seat on a point: from now on it sees nothing confidential of it, and its vote is an abstention.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the seat is somebody else's, the point has a result, or the conflict is declared already.
    """
    actor.require("declare conflict")
    asked = f"You asked to declare a conflict of interest on “{item.title}”."
    instant = at or clock.now()
    with writing():
        row = guards.locked_item(item.pk, "declare conflict", asked)
        seat = guards.seat_on(row, seat_id, asked)
        if not roles.may(actor.role, "record votes") and not seats.may_speak(actor.user_id, seat):
            wrong = "That is not your seat."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose your own seat.", field="seat")
        if Conflict.objects.filter(item=row, seat=seat, lifted_at__isnull=True).exists():
            wrong = f"{groups.name_of(seat)} has declared one on this point, and it stands."
            raise Refused(asked=asked, wrong=wrong, remedy="Nothing is left to do.", field="seat")
        conflict = Conflict.objects.create(
            item=row, seat=seat, nature=nature.strip(), declared_by=actor.name, declared_at=instant
        )
        # What it is stands in the log of the point, hidden there from others with a conflict; the trail is read by all of a role.
        digest = sha256(conflict.nature.encode()).hexdigest()
        after = {"seat": groups.name_of(seat), "nature_sha256": digest}
        _audit(actor, "declare conflict", conflict, instant, after, "")
        return conflict


def lift(actor: Actor, conflict: Conflict, because: str, *, at: datetime | None = None) -> Conflict:
    """Lift a conflict that was declared by mistake; the declaration stays in the log.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is the person's own, or the person has one on the point too; it was lifted before, or the point has a result.
    """
    actor.require("lift conflict")
    asked = "You asked to lift a conflict of interest."
    instant = at or clock.now()
    with writing():
        item = guards.locked_item(conflict.item_id, "lift conflict", asked)
        row = Conflict.objects.select_related("seat__organisation").get(pk=conflict.pk)
        row.item = item
        if row.lifted_at is not None:
            raise Refused(asked=asked, wrong="It was lifted before.", remedy="Nothing is left to do.")
        if actor.user_id is not None and row.seat.user_id == actor.user_id:
            wrong = "It is your own, and nobody lifts the own conflict."
            raise Refused(asked=asked, wrong=wrong, remedy="Ask another governance officer.")
        guards.refuse_conflicted(actor, item, asked, guards.HANDLING)
        row.lifted_at, row.lifted_by, row.lifted_because = instant, actor.name, because.strip()
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        _audit(actor, "lift conflict", row, instant, {"seat": groups.name_of(row.seat)}, because)
        return row


def carry(item: AgendaItem, before: AgendaItem | None) -> list[str]:
    """Let the conflicts that stand on a deferred point stand on the point that follows it; the caller writes the audit row.

    Gives the names of the seats, none where there was no point before, or it was one of another group.
    """
    if before is None or before.meeting.group_id != item.meeting.group_id:
        return []
    standing = Conflict.objects.filter(item=before, lifted_at__isnull=True).select_related("seat__organisation")
    names = []
    for one in standing.order_by("pk"):
        Conflict.objects.create(
            item=item, seat=one.seat, nature=one.nature, declared_by=one.declared_by, declared_at=one.declared_at
        )
        names.append(groups.name_of(one.seat))
    return names


def _audit(actor: Actor, action: str, conflict: Conflict, at: datetime, after: dict[str, str], reason: str) -> None:
    meeting = conflict.item.meeting
    subject = f"{meeting.group.scheme.code}/meeting/{meeting.pk}/item/{conflict.item_id}/conflict/{conflict.pk}"
    audit.record(actor, action, subject, at=at, after=dict(after), reason=reason)
