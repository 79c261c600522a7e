"""Records comments that came to the office by letter, by e-mail or in a meeting, so that each of them gets an answer, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from cofund.actions import audit, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, all_of
from cofund.actions.locks import writing
from cofund.actions.topic_texts import SECTIONS
from cofund.queries import clock, consultations
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Comment, Consultation, Topic
from cofund.rules.lifecycle_topics import CONSULTATION, TOPIC


@dataclass(frozen=True, slots=True)
class ReceivedComment:
    """What somebody said of a part of the text, on which day, and how it came to the office."""

    text: str
    author_name: str
    received_on: date
    received_as: str
    section: str = ""
    organisation: Organisation | None = None


def record(actor: Actor, consultation: Consultation, wanted: ReceivedComment, *, at: datetime | None = None) -> Comment:
    """Record a comment that came otherwise than through a page, within the days of its consultation.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the consultation has not begun, the topic is before the board or decided, something is not said, or the
            comment came on a day on which none were taken.
    """
    actor.require("record comment")
    asked = f"You asked to record a comment on {consultation.topic.code}."
    instant = at or clock.now()
    with writing():
        row = consultations.find(consultation.pk, lock=True)
        assert row is not None
        topic = topic_checks.locked_topic(row.topic)
        today = topic_checks.day_of(instant)
        topic_checks.check_step(CONSULTATION, "record comment", consultations.state_of(row, today), asked)
        if topic.status not in (Topic.Status.CONSULTATION, Topic.Status.REVISED):
            wrong = f"{topic.code} stands at “{TOPIC.states[topic.status].lower()}”: its comments are fixed."
            raise Refused(asked=asked, wrong=wrong, remedy="Take the topic back for revision first.")
        faults = _faults(row, wanted, today)
        if faults:
            raise all_of(asked, faults)
        made = Comment.objects.create(
            consultation=row,
            section=wanted.section if wanted.section in SECTIONS else "",
            text=topic_checks.check_text(wanted.text, asked, "text", "The comment"),
            author_name=" ".join(wanted.author_name.split())[:200],
            organisation=wanted.organisation,
            # Nobody knows the hour: noon of the day on which it came.
            made_at=timezone.make_aware(datetime.combine(wanted.received_on, time(12))),
            received_as=wanted.received_as.strip()[:200],
            recorded_by=actor.name,
        )
        after = {"comment": made.pk, "on": wanted.received_on.isoformat(), "received as": made.received_as}
        audit.record(actor, "record comment", f"{topic.scheme.code}/topic/{topic.code}", at=instant, after=after)
        return made


def _faults(row: Consultation, wanted: ReceivedComment, today: date) -> dict[str, str]:
    """Everything that is wrong with what is recorded, by the field of the form."""
    found = {}
    if not wanted.text.strip():
        found["text"] = "The comment is missing. Write it as it was made."
    if not wanted.author_name.strip():
        found["author_name"] = "Nobody is named. Enter who made it."
    if not wanted.received_as.strip():
        found["received_as"] = "It is not said how it came. Write for example “By e-mail”."
    last = min(row.closes_on, today)
    if not row.opens_on <= wanted.received_on <= last:
        found["received_on"] = (
            f"Comments were taken from {row.opens_on.isoformat()} until {last.isoformat()}. Enter a day between them."
        )
    return found
