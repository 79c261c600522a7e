"""What stands against a topic from its partners, as every page shows it on which the topic is proposed, decided or reserved."""

from __future__ import annotations

from cofund.queries import objections
from cofund.records.programme.models import Topic
from cofund.rules.lifecycle_topics import BEFORE_ADOPTION
from cofund.web import components as c


def callouts(topic: Topic) -> tuple[c.Callout, ...]:
    """One notice with a line for each partner; nothing where all stand by the text, or the topic is past its adoption."""
    if topic.status not in (*BEFORE_ADOPTION, Topic.Status.ADOPTED):
        return ()
    found = objections.of_topic(topic)
    points = tuple(objections.words(found))
    if any(one.kind != objections.OPEN for one in found):
        return (c.Callout(objections.HEADING, points=points, kind="warning"),)
    return (c.Callout("Partners are still asked about the text", points=points),) if found else ()
