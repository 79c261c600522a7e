"""Decides about ideas: to a group for review, into a topic, together with another, later, or not at all, and tells the proposer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from cofund.actions import audit, messages, topic_checks, topic_states, topics
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.topics import NewTopic
from cofund.queries import clock, languages, pending_ideas
from cofund.records.programme.models import Credit, Group, Idea, Topic
from cofund.rules.lifecycle_topics import IDEA, is_before_adoption


def review(actor: Actor, idea: Idea, group: Group, reason: str = "", *, at: datetime | None = None) -> Idea:
    """Give an idea to the group that reviews it.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the idea is decided already, or the group is of another programme.
    """

    def change(row: Idea, asked: str) -> None:
        if group.scheme_id != row.scheme_id:
            wrong = f"{group} belongs to another programme."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose a group of this one.", field="group")
        row.group, row.outcome = group, reason.strip()

    return _step(actor, "review idea", idea, change, reason, at, {"group": group.name})


def accept(actor: Actor, idea: Idea, into: Topic | NewTopic, reason: str, *, at: datetime | None = None) -> Idea:
    """Take an idea forward into a topic: one that is before its adoption, or a new one, which begins by being scoped.

    Raises:
        NotAllowed: the role does not include it, or not to open a topic.
        Refused: the idea is not in review, or the topic cannot take it.
    """
    asked = f"You asked to take {idea.reference} forward."
    why = topic_checks.check_text(reason, asked, "reason", "The reason")
    named = into.code if isinstance(into, Topic) else into.code.strip()

    def change(row: Idea, asked: str) -> None:
        row.topic = _topic(actor, row, into, asked, at)
        row.outcome = why
        Credit.objects.create(
            idea=row,
            part=Credit.Part.DECIDED,
            name=row.group.name if row.group else actor.name,
            on=topic_checks.day_of(at or clock.now()),
            note=f"Taken forward into {row.topic.code}",
        )

    return _step(actor, "accept idea", idea, change, why, at, {"topic": named})


def merge(actor: Actor, idea: Idea, other: Idea, reason: str, *, at: datetime | None = None) -> Idea:
    """Merge an idea into another of the same programme; its proposer stays credited, and its chain goes through the other.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is decided already, or the other one cannot take it.
    """
    asked = f"You asked to merge {idea.reference} into {other.reference}."
    why = topic_checks.check_text(reason, asked, "reason", "The reason")

    def change(row: Idea, asked: str) -> None:
        target = Idea.objects.get(pk=other.pk)
        is_usable = target.pk != row.pk and target.scheme_id == row.scheme_id
        if not is_usable or target.status in (Idea.Status.MERGED, Idea.Status.DECLINED):
            wrong = "That idea is this one, of another programme, merged away itself, or declined."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose an idea that stands.", field="other")
        row.merged_into, row.topic, row.outcome = target, target.topic, why

    return _step(actor, "merge idea", idea, change, why, at, {"merged_into": other.reference})


def separate(actor: Actor, idea: Idea, reason: str, *, at: datetime | None = None) -> Idea:
    """Undo the merge of an idea: it is an idea of its own again, and waits for a review. What was merged into it stays with it.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not merged, or no reason is given.
    """
    why = topic_checks.check_text(reason, f"You asked to undo the merge of {idea.reference}.", "reason", "The reason")
    was = idea.merged_into.reference if idea.merged_into else ""

    def change(row: Idea, asked: str) -> None:
        if row.topic_id is not None:
            # What came with the other one goes with it, for those that were merged into this one too.
            row.merged.filter(topic=row.topic_id).update(topic=None)
        row.merged_into, row.topic, row.outcome = None, None, ""

    return _step(actor, "separate idea", idea, change, why, at, {"merged_into": was})


def park(actor: Actor, idea: Idea, reason: str, *, at: datetime | None = None) -> Idea:
    """Keep an idea for later, and say why. Raises NotAllowed; Refused where it is decided already or no reason is given."""
    return _ended(actor, "park idea", idea, reason, at)


def decline(actor: Actor, idea: Idea, reason: str, *, at: datetime | None = None) -> Idea:
    """Decline an idea, and say why. Raises NotAllowed; Refused where it is decided already or no reason is given."""
    return _ended(actor, "decline idea", idea, reason, at)


def _ended(actor: Actor, action: str, idea: Idea, reason: str, at: datetime | None) -> Idea:
    """Bring an idea into a state that needs nothing but a reason."""
    why = topic_checks.check_text(reason, f"You asked to {action}.", "reason", "The reason")

    def change(row: Idea, asked: str) -> None:
        row.outcome = why

    return _step(actor, action, idea, change, why, at, {})


def _step(
    actor: Actor,
    action: str,
    idea: Idea,
    change: Callable[[Idea, str], None],
    reason: str,
    at: datetime | None,
    after: dict[str, object],
) -> Idea:
    """Do one step of the life of an idea under its lock, with its audit row and a word to the proposer."""
    actor.require(action)
    asked = f"You asked to {action.removesuffix(' idea')} {idea.reference}."
    instant = at or clock.now()
    with writing():
        row = Idea.objects.select_for_update(of=("self",)).select_related("scheme", "group").get(pk=idea.pk)
        topic_checks.check_step(IDEA, action, row.status, asked)
        before = row.status
        row.status = IDEA.step(action).to
        change(row, asked)
        row.save()
        _pass_on(row)
        subject = f"{row.scheme.code}/idea/{row.reference}"
        stated = {**after, "status": row.status}
        audit.record(actor, action, subject, at=instant, before={"status": before}, after=stated, reason=reason)
        if row.status != Idea.Status.IN_REVIEW:
            _tell(row, instant)
        return row


def _pass_on(row: Idea) -> None:
    """What was merged into an idea goes where it goes."""
    if row.topic_id:
        row.merged.filter(topic=None).update(topic=row.topic)


def _topic(actor: Actor, row: Idea, into: Topic | NewTopic, asked: str, at: datetime | None) -> Topic:
    """The topic that an idea goes into."""
    if isinstance(into, NewTopic):
        made = topics.open_topic(actor, into, at=at)
        made.save(update_fields=topic_states.enter(made, Topic.Status.SCOPING))
        return made
    found = topic_checks.locked_topic(into)
    if found.scheme_id != row.scheme_id or not is_before_adoption(found.status):
        wrong = f"{found.code} is adopted or dropped already, or belongs to another programme."
        raise Refused(
            asked=asked, wrong=wrong, remedy="Choose a topic before its adoption, or a new one.", field="topic"
        )
    return found


def _tell(row: Idea, at: datetime) -> None:
    """Tell the proposer what became of the idea, by e-mail, where an address is known."""
    # Nobody writes to an address that anybody may have typed.
    if not row.proposer_email or pending_ideas.is_unconfirmed(row):
        return
    with languages.speaking(row.language):
        said = _(IDEA.states[row.status]).lower()
        about = _("Your idea “{title}” ({reference}) for {programme} is now: {state}.").format(
            title=row.title_said, reference=row.reference, programme=row.scheme.name, state=said
        )
        why = [_("Why: {reason}").format(reason=row.outcome)] if row.outcome else []
        text = "\n\n".join((about, *why, _("Thank you for it."))) + "\n"
        subject = _("Your idea {reference}: {state}").format(reference=row.reference, state=said)
    key = f"idea/{row.reference}/{row.status}/{at.isoformat()}"
    messages.write("idea decided", row.proposer_email, subject, text, key=key, at=at)
