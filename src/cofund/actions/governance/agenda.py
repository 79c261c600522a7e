"""Points of an agenda: put on it, changed, concluded where no decision is needed, or deferred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Max
from django.utils import timezone

from cofund.actions import audit
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, together
from cofund.actions.governance import conflicts, guards
from cofund.actions.locks import writing
from cofund.queries import clock, groups, points
from cofund.records.programme.models import AgendaItem, Idea, Meeting, Topic
from cofund.rules.lifecycle_topics import TOPIC, is_before_adoption

# A partner or a topic is never approved without a decision (INV-13).
DECIDED_KINDS = (AgendaItem.Kind.APPLICATION, AgendaItem.Kind.TOPIC)


@dataclass(frozen=True, slots=True)
class ItemWanted:
    """A point as it is put on an agenda: what is asked of the group, in public words, and about what.

    `risks` are for the group alone. An application itself points to the item that it gets.
    """

    kind: str
    title: str
    proposal: str = ""
    topic: Topic | None = None
    idea: Idea | None = None
    needs_decision: bool = True
    risks: str = ""
    # The deferred point that it takes up again: what stands there stands here.
    continues: AgendaItem | None = None


def put_on_agenda(actor: Actor, meeting: Meeting, wanted: ItemWanted, *, at: datetime | None = None) -> AgendaItem:
    """Put a point on the agenda of a meeting, as its last.

    Conflicts that stand on the deferred point of the same topic or idea, or on the one that it `continues`, stand on this one too.

    Applications are put on by whoever schedules them: with `kind` application, and the item that this gives.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the meeting is closed or over, the group does not decide such things, the same topic or idea waits elsewhere, or
            a deferred point has the same title and nobody says whether it is taken up.
    """
    actor.require("put on agenda")
    asked = f"You asked to put “{wanted.title}” on the agenda of {meeting}."
    with writing():
        row = guards.locked_meeting(meeting.pk, "put on agenda", asked)
        guards.refuse_past(row, timezone.localdate(at or clock.now()), asked)
        _check(row, wanted, asked)
        last = AgendaItem.objects.filter(meeting=row).aggregate(last=Max("number"))["last"] or 0
        item = AgendaItem.objects.create(meeting=row, number=last + 1, **_fields(wanted))
        item.meeting = row
        carried = conflicts.carry(item, _deferred(item))
        _audit(
            actor, "put on agenda", item, at, after=_said(item) | ({"conflicts_carried": carried} if carried else {})
        )
        return item


def edit_item(
    actor: Actor, item: AgendaItem, wanted: ItemWanted, *, seen: str = "", at: datetime | None = None
) -> AgendaItem:
    """Change the words of a point before it is decided; what it is about stays. `seen` is the mark of what was shown of `words`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is decided, its meeting closed, the person has a conflict on it, or somebody changed it meanwhile.
    """
    actor.require("edit item")
    asked = f"You asked to change the point “{item.title}”."
    with writing():
        row = guards.locked_item(item.pk, "edit item", asked)
        guards.refuse_conflicted(actor, row, asked, guards.HANDLING)
        if not wanted.title.strip():
            raise Refused(asked=asked, wrong="It has no title.", remedy="Enter what is asked.", field="title")
        before, shown = _said(row), words(row)
        row.title, row.proposal, row.risks = wanted.title.strip(), wanted.proposal.strip(), wanted.risks.strip()
        unseen.check(asked, seen, shown, words(row))
        row.save(update_fields=["title", "proposal", "risks"])
        _audit(actor, "edit item", row, at, before=before, after=_said(row))
        return row


def conclude_item(
    actor: Actor, item: AgendaItem, *, is_supported: bool, minutes: str, at: datetime | None = None
) -> AgendaItem:
    """Record what a group thinks of a point that needs no decision, in words.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the point needs a decision, has a result, or its meeting is not open.
    """
    actor.require("conclude item")
    asked = f"You asked to conclude the point “{item.title}” without a decision."
    with writing():
        row = guards.locked_item(item.pk, "conclude item", asked)
        if row.needs_decision:
            wrong = "It needs a decision with a number, a quorum and a majority."
            raise Refused(asked=asked, wrong=wrong, remedy="Decide it by the votes or by consensus.")
        guards.refuse_conflicted(actor, row, asked)
        row.status = AgendaItem.Status.ADOPTED if is_supported else AgendaItem.Status.REJECTED
        row.minutes = minutes.strip()
        row.save(update_fields=["status", "minutes"])
        _audit(actor, "conclude item", row, at, after={"status": row.status}, reason=minutes)
        return row


def defer_item(actor: Actor, item: AgendaItem, reason: str, *, at: datetime | None = None) -> AgendaItem:
    """Defer a point with a reason; it can be put on the agenda of another meeting.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the point has a result, its meeting is closed, or the person has a conflict on it.
    """
    actor.require("defer item")
    asked = f"You asked to defer the point “{item.title}”."
    with writing():
        row = guards.locked_item(item.pk, "defer item", asked)
        guards.refuse_conflicted(actor, row, asked, guards.HANDLING)
        row.status, row.minutes = AgendaItem.Status.DEFERRED, reason.strip()
        row.save(update_fields=["status", "minutes"])
        _audit(actor, "defer item", row, at, after={"status": row.status}, reason=reason)
        return row


def words(item: AgendaItem) -> dict[str, str]:
    """Give the words of a point, for whoever changes them."""
    return {"title": item.title, "proposal": item.proposal, "risks": item.risks}


def _deferred(item: AgendaItem) -> AgendaItem | None:
    """The deferred point that one takes up: the last of the same group on the same topic or idea; else the one that it names."""
    if item.topic_id is None and item.idea_id is None:
        return item.continues
    same = AgendaItem.objects.filter(
        meeting__group=item.meeting.group_id, kind=item.kind, topic=item.topic_id, idea=item.idea_id
    )
    last = same.exclude(pk=item.pk).order_by("-pk").first()
    return last if last is not None and last.status == AgendaItem.Status.DEFERRED else None


def _check_continues(meeting: Meeting, wanted: ItemWanted, asked: str) -> None:
    """Refuse to take up what is not deferred here; and a point of the same title as a deferred one that says nothing of it."""
    waiting = points.deferred(meeting.group)
    if wanted.continues is not None:
        if wanted.kind != AgendaItem.Kind.OTHER or not waiting.filter(pk=wanted.continues.pk).exists():
            wrong = f"“{wanted.continues.title}” is no deferred point of {meeting.group.name} that waits for another meeting."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose one of the list, or none.", field="continues")
        return
    twin = waiting.filter(title__iexact=wanted.title.strip()).first() if wanted.kind == AgendaItem.Kind.OTHER else None
    if twin is not None:
        wrong = f"Point {twin.number} of {twin.meeting} has this title, and was deferred."
        remedy = "Choose it, so that its conflicts of interest stand here too; or tell the two apart by the title."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="continues")


def _check(meeting: Meeting, wanted: ItemWanted, asked: str) -> None:
    """Refuse a point that this group cannot take, with everything that is wrong at once."""
    together(
        lambda: _check_title(wanted, asked),
        lambda: _check_manner(meeting, wanted, asked),
        lambda: _check_subject(meeting, wanted, asked),
        lambda: _check_continues(meeting, wanted, asked),
    )
    _check_proposed(wanted, asked)
    _check_waiting(wanted, asked)


def _check_title(wanted: ItemWanted, asked: str) -> None:
    """Refuse a point without a title."""
    if not wanted.title.strip():
        raise Refused(asked=asked, wrong="It has no title.", remedy="Enter what is asked.", field="title")


def _check_manner(meeting: Meeting, wanted: ItemWanted, asked: str) -> None:
    """Refuse to approve anything without a decision, and a decision where the group takes none."""
    if wanted.kind in DECIDED_KINDS and not wanted.needs_decision:
        wrong = "A partner or a topic is never approved without a decision."
        raise Refused(asked=asked, wrong=wrong, remedy="Let the point need a decision.", field="needs_decision")
    if wanted.needs_decision and groups.decision_rule(meeting.group) is None:
        wrong = f"{meeting.group.name} has no rule by which it decides; only the board of a programme has."
        remedy = "Put it on the agenda of the board, or as a point that needs no decision."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="needs_decision")


def _check_subject(meeting: Meeting, wanted: ItemWanted, asked: str) -> None:
    """Refuse a point that does not name what it is about, or something of another programme."""
    scheme_id = meeting.group.scheme_id
    for kind, subject, field in (
        (AgendaItem.Kind.TOPIC, wanted.topic, "topic"),
        (AgendaItem.Kind.IDEA, wanted.idea, "idea"),
    ):
        if (wanted.kind == kind) != (subject is not None):
            wrong = f"It names no {field}." if subject is None else f"It names a {field}, and is about something else."
            raise Refused(
                asked=asked, wrong=wrong, remedy=f"Choose the {field} that it is about, or another kind.", field=field
            )
        if subject is not None and subject.scheme_id != scheme_id:
            wrong = f"The {field} belongs to another programme."
            raise Refused(asked=asked, wrong=wrong, remedy=f"Choose a {field} of this programme.", field=field)


def _check_proposed(wanted: ItemWanted, asked: str) -> None:
    """Refuse to adopt a topic that was never proposed; of an adopted one the work plan is amended."""
    topic = wanted.topic
    if wanted.kind != AgendaItem.Kind.TOPIC or topic is None:
        return
    if topic.status in (Topic.Status.PROPOSED, Topic.Status.ADOPTED):
        return
    if is_before_adoption(topic.status):
        remedy = "Consult on its text and answer the comments, then “Propose to the board” on the page of the topic."
    else:
        remedy = "Nothing is left to adopt: choose another topic, or another kind of point."
    wrong = f"{topic.code} is {TOPIC.in_words((topic.status,))}, and not proposed to the board."
    raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="topic")


def _check_waiting(wanted: ItemWanted, asked: str) -> None:
    """Refuse a topic that waits for its decision elsewhere; an idea may be looked at by several groups.

    That an application for the topic is on an agenda is no such point: the board approves the partner and adopts the topic.
    """
    if wanted.topic is None:
        return
    waiting = AgendaItem.objects.filter(kind=AgendaItem.Kind.TOPIC, topic=wanted.topic, status=AgendaItem.Status.TABLED)
    one = waiting.select_related("meeting__group").first()
    if one is not None:
        wrong = f"It is on the agenda already: point {one.number} of {one.meeting}."
        raise Refused(asked=asked, wrong=wrong, remedy="Defer it there first.", field="topic")


def _fields(wanted: ItemWanted) -> dict[str, object]:
    """The point as its row holds it."""
    return {
        "kind": wanted.kind,
        "title": wanted.title.strip(),
        "proposal": wanted.proposal.strip(),
        "topic": wanted.topic,
        "idea": wanted.idea,
        "needs_decision": wanted.needs_decision,
        "risks": wanted.risks.strip(),
        "continues": wanted.continues,
    }


def _said(item: AgendaItem) -> dict[str, object]:
    """What is said of a point, for the audit trail; of what is for the group alone the SHA-256, as others read the trail."""
    return {
        "kind": item.kind,
        "title": item.title,
        "proposal": item.proposal,
        "topic": item.topic.code if item.topic else "",
        "idea": item.idea.reference if item.idea else "",
        "needs_decision": item.needs_decision,
        "continues": item.continues_id,
        "risks_sha256": sha256(item.risks.encode()).hexdigest() if item.risks else "",
    }


def _audit(
    actor: Actor,
    action: str,
    item: AgendaItem,
    at: datetime | None,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    subject = f"{item.meeting.group.scheme.code}/meeting/{item.meeting_id}/item/{item.pk}"
    audit.record(actor, action, subject, at=at or clock.now(), before=before, after=after, reason=reason)
