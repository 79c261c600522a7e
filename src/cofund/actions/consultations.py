"""Opens and closes consultations on the text of a topic, takes comments, and answers each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings

from cofund.actions import audit, decided, messages, provenance, topic_checks, topic_states
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.decided import Stated
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.locks import writing
from cofund.actions.topic_texts import SECTIONS
from cofund.queries import clock, consultations, points, seats
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.programme.models import Comment, Consultation, Decision, Group, Topic
from cofund.rules import timeline
from cofund.rules.lifecycle_topics import CONSULTATION, TOPIC

# Most comments that one address may make within a day without signing in.
MOST_A_DAY: Final = 20


@dataclass(frozen=True, slots=True)
class NewConsultation:
    """Who is consulted (no group: the public), from when until when, and the decision that makes it shorter than usual."""

    opens_on: date
    closes_on: date
    group: Group | None = None
    is_obligatory: bool = True
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewComment:
    """What somebody says about a part of the text; `origin` is the address that a public form came from."""

    text: str
    section: str = ""
    author_name: str = ""
    origin: str = ""


def start(actor: Actor, topic: Topic, wanted: NewConsultation, *, at: datetime | None = None) -> Consultation:
    """Start a consultation, and write to those who sit in the group.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no text yet, the days are wrong, it is too short, or the same body is being consulted.
    """
    actor.require("start consultation")
    asked = f"You asked to start a consultation on {topic.code}."
    instant = at or clock.now()
    with writing():
        row = topic_checks.locked_topic(topic)
        topic_checks.check_step(TOPIC, "start consultation", row.status, asked)
        if not row.versions.exists():
            raise Refused(asked=asked, wrong="There is no text to comment on.", remedy="Write the first version.")
        _check_days(row, wanted, asked)
        decision = _shortening(actor, row, wanted, wanted.closes_on, asked, instant)
        made = Consultation.objects.create(
            topic=row,
            group=wanted.group,
            opens_on=wanted.opens_on,
            closes_on=wanted.closes_on,
            is_obligatory=wanted.is_obligatory,
            shortened_by=decision,
        )
        before = row.status
        row.save(update_fields=topic_states.enter(row, TOPIC.step("start consultation").to))
        after = {
            "status": row.status,
            "group": wanted.group.name if wanted.group else "public",
            "days": [wanted.opens_on.isoformat(), wanted.closes_on.isoformat()],
        }
        subject = f"{row.scheme.code}/topic/{row.code}"
        audit.record(actor, "start consultation", subject, at=instant, before={"status": before}, after=after)
        _invite(made, instant)
        return made


def close(
    actor: Actor,
    consultation: Consultation,
    *,
    decision: str = "",
    decided_on: date | None = None,
    at: datetime | None = None,
) -> Consultation:
    """Close an open consultation today: early only where nothing waits for it, or by a decision on the fast track.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not open, or may not end yet.
    """
    actor.require("close consultation")
    asked = f"You asked to close the consultation on {consultation.topic.code}."
    instant = at or clock.now()
    today = topic_checks.day_of(instant)
    with writing():
        row = consultations.find(consultation.pk, lock=True)
        assert row is not None
        topic_checks.check_step(CONSULTATION, "close consultation", consultations.state_of(row, today), asked)
        group = row.group
        wanted = NewConsultation(row.opens_on, row.closes_on, group, row.is_obligatory, decision, decided_on)
        found = _shortening(actor, row.topic, wanted, today, asked, instant)
        before = row.closes_on
        row.closes_on, row.shortened_by = today, found or row.shortened_by
        row.save(update_fields=["closes_on", "shortened_by"])
        audit.record(
            actor,
            "close consultation",
            f"{row.topic.scheme.code}/topic/{row.topic.code}",
            at=instant,
            before={"closes_on": before.isoformat()},
            after={"closes_on": today.isoformat(), "group": str(group or "public")},
        )
        return row


def comment(actor: Actor, consultation: Consultation, wanted: NewComment, *, at: datetime | None = None) -> Comment:
    """Take a comment: from anybody in a public consultation, else from who sits in the consulted group.

    Raises:
        NotAllowed: the role does not include it, or the person has no seat in the group.
        Refused: it is not open, nothing is said, or too many came from one address within a day.
    """
    actor.require("comment on topic")
    asked = f"You asked to comment on {consultation.topic.code}."
    instant = at or clock.now()
    with writing():
        row = consultations.find(consultation.pk, lock=True)
        assert row is not None
        state = consultations.state_of(row, topic_checks.day_of(instant))
        topic_checks.check_step(CONSULTATION, "comment on topic", state, asked)
        user = topic_checks.person(actor)
        _check_seat(row, user, actor, asked)
        origin = topic_checks.origin_of(wanted.origin) if user is None else ""
        topic_checks.check_flood(Comment.objects, "made_at", origin, most=MOST_A_DAY, asked=asked, at=instant)
        made = Comment.objects.create(
            consultation=row,
            section=wanted.section if wanted.section in SECTIONS else "",
            text=topic_checks.check_text(wanted.text, asked, "text", "The comment"),
            author_name=str(user)
            if user
            else topic_checks.check_text(wanted.author_name, asked, "author_name", "Your name")[:200],
            organisation=user.organisation if user else None,
            user=user,
            made_at=instant,
            origin_digest=origin,
        )
        subject = f"{row.topic.scheme.code}/topic/{row.topic.code}"
        audit.record(actor, "comment on topic", subject, at=instant, after={"comment": made.pk})
        return made


def answer(
    actor: Actor, made: Comment, given: str, text: str, *, seen: str = "", at: datetime | None = None
) -> Comment:
    """Answer a comment; whoever changed the text by it is credited. An answer can be changed until the topic is before the board.

    `seen` is the mark of what the writer was shown of `answered`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: no answer is chosen, nothing is said, or the topic is before the board or decided, or the
            consultation has not begun, or somebody else answered meanwhile.
    """
    actor.require("answer comment")
    asked = "You asked to answer a comment."
    instant = at or clock.now()
    with writing():
        row = Comment.objects.select_for_update(of=("self",)).select_related("consultation__group").get(pk=made.pk)
        topic = topic_checks.locked_topic(row.consultation.topic)
        if topic.status not in (Topic.Status.CONSULTATION, Topic.Status.REVISED):
            wrong = f"{topic.code} stands at “{TOPIC.states[topic.status].lower()}”: its answers are fixed."
            raise Refused(asked=asked, wrong=wrong, remedy="Take the topic back for revision first.", field="answer")
        consultation = consultations.find(row.consultation_id)
        assert consultation is not None
        state = consultations.state_of(consultation, topic_checks.day_of(instant))
        topic_checks.check_step(CONSULTATION, "answer comment", state, asked)
        if given not in Comment.Answer.values:
            raise Refused(asked=asked, wrong="No answer is chosen.", remedy="Choose one of the four.", field="answer")
        before, shown = {"answer": row.answer, "text": row.answer_text}, answered(row)
        row.answer = given
        row.answer_text = topic_checks.check_text(text, asked, "answer_text", "The answer in words")
        unseen.check(asked, seen, shown, answered(row))
        row.answered_by, row.answered_at = actor.name, instant
        row.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])
        if given in (Comment.Answer.ACCEPTED, Comment.Answer.PARTLY):
            seat = seats.of_person(row.user).filter(group=row.consultation.group).first() if row.user else None
            provenance.credit_comment(topic, row.organisation, row.author_name, seat, instant)
        after = {"comment": row.pk, "answer": given, "text": row.answer_text}
        audit.record(
            actor, "answer comment", f"{topic.scheme.code}/topic/{topic.code}", at=instant, before=before, after=after
        )
        return row


def answered(made: Comment) -> dict[str, str]:
    """Give the answer to a comment as it stands, for whoever changes it."""
    return {"answer": made.get_answer_display(), "in words": made.answer_text}


def _check_days(row: Topic, wanted: NewConsultation, asked: str) -> None:
    """Refuse days in the wrong order, a group of another programme, and a second consultation of the same body at one time."""
    if wanted.closes_on < wanted.opens_on:
        wrong = "It would close before it opens."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter a later last day.", field="closes_on")
    if wanted.group is not None and wanted.group.scheme_id != row.scheme_id:
        wrong = f"{wanted.group} belongs to another programme."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose a group of this one.", field="group")
    same = row.consultations.filter(group=wanted.group, closes_on__gte=wanted.opens_on, opens_on__lte=wanted.closes_on)
    if same.exists():
        wrong = "The same body is consulted on it in these days already."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose other days or another body.", field="group")


def _shortening(
    actor: Actor, row: Topic, wanted: NewConsultation, ends_on: date, asked: str, at: datetime
) -> Decision | None:
    """The decision that lets a consultation end earlier than usual; None where it needs none.

    Raises:
        Refused: the topic waits for it, and the call is on no fast track or no decision is named.
    """
    shortest = timeline.shortest_end(wanted.opens_on)
    if not wanted.is_obligatory or ends_on >= shortest:
        return None
    if row.call is None or not row.call.is_fast_track:
        raise Refused(
            asked=asked,
            wrong=f"A consultation that the topic waits for lasts at least {timeline.CONSULTATION_DAYS} days.",
            remedy=f"Let it end on {shortest.isoformat()} or later; only a call on the fast track can be shorter.",
            field="closes_on",
        )
    title = f"Shorter consultation on {row.code}"
    stated, about = Stated(wanted.decision, wanted.decided_on, title), points.of_target(Target(topic=row))
    return decided.take(actor, row.scheme, stated, about, asked, at=at)


def _check_seat(row: Consultation, user: User | None, actor: Actor, asked: str) -> None:
    """Refuse who does not sit in the group that is consulted; the public is everybody."""
    if consultations.may_comment(user, row):
        return
    raise NotAllowed(
        asked=asked,
        wrong=f"Only who sits in {row.group} comments here.",
        remedy="Comment in the public consultation, or ask the programme office.",
        action="comment on topic",
        role=actor.role,
    )


def _invite(made: Consultation, at: datetime) -> None:
    """Write to those who sit in the consulted group."""
    if made.group is None:
        return
    topic = made.topic
    text = (
        f"{made.group} is consulted on {topic.code} ({topic.title}).\n"
        f"Comments are taken until {made.closes_on.isoformat()}, and each of them is answered.\n\n"
        f"{settings.COFUND_SITE_URL}/office/consultations/{made.pk}/\n"
    )
    for address in consultations.addresses(made.group):
        key = f"consultation/{made.pk}/{address}"
        messages.write("consultation opens", address, f"Consultation on {topic.code}", text, key=key, at=at)
