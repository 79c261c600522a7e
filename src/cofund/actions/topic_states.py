"""The one way in which a topic gets into another state: what was said of the state before it is said of it no more."""

from __future__ import annotations

from cofund.records.programme.models import Certainty, Topic

FIELDS = ("status", "status_certainty", "status_note")


def enter(topic: Topic, status: str, certainty: str = Certainty.RECORDED) -> tuple[str, ...]:
    """Put a topic, in memory, into a state of this certainty; tell which fields its caller is to save."""
    topic.status, topic.status_certainty, topic.status_note = status, certainty, ""
    return FIELDS
