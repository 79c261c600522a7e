"""Writes the text of a topic, version after version, and tells or asks the partners who have something in for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cofund.actions import audit, confirmations, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.confirmations import Spread
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.ledger.models import Confirmation
from cofund.records.programme.models import Topic, TopicVersion
from cofund.rules.lifecycle_topics import TOPIC

SECTIONS: Final = ("challenge", "scope", "impact", "deliverables", "contributions", "consortium")


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a version: the row, whom it asks to confirm, and who is only told."""

    version: TopicVersion
    asked: tuple[Confirmation, ...]
    told: tuple[Confirmation, ...] = ()


def write(
    actor: Actor,
    topic: Topic,
    title: str,
    sections: Mapping[str, str],
    reason: str,
    *,
    is_material: bool = True,
    seen: int | None = None,
    at: datetime | None = None,
) -> Written:
    """Write the next version of a topic's text. Partners with something in are asked where the change is material, else told.

    Args:
        actor: in whose name.
        topic: whose text it is.
        title: the title of the topic from now on.
        sections: the text of each of `SECTIONS`; a section that is left out is empty.
        reason: what changed, and why.
        is_material: whether a partner could change its mind about it.
        seen: number of the version that the writer began with; None where it does not matter.
        at: when it was written; now, unless given.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the topic is before the board or decided, nothing changed, or somebody else wrote a version meanwhile.
    """
    actor.require("write topic version")
    asked = f"You asked to write the text of {topic.code}."
    instant = at or clock.now()
    why = topic_checks.check_text(reason, asked, "reason", "What changed, and why,")
    with writing():
        row = topic_checks.locked_topic(topic)
        topic_checks.check_step(TOPIC, "write topic version", row.status, asked)
        last = row.versions.order_by("-number").first()
        if seen is not None and seen != (last.number if last else 0):
            raise Refused(
                asked=asked,
                wrong=f"Somebody wrote version {last.number if last else 0} since you began.",
                remedy="Look at that version in another window, bring your changes together, and send this form once more.",
                field="reason",
                last=last.number if last else 0,
            )
        made = _version(row, last, title, sections, asked)
        made.reason, made.is_material = why, is_material
        made.written_by, made.written_at = actor.name, instant
        made.save(force_insert=True)
        if row.title != made.title:
            row.title = made.title
            row.save(update_fields=["title"])
        reached = confirmations.spread(made, at=instant) if last is not None else Spread()
        after = {
            "version": made.number,
            "is_material": is_material,
            "asked": [one.reference for one in reached.asked],
            "told": [one.reference for one in reached.told],
        }
        subject = f"{row.scheme.code}/topic/{row.code}"
        audit.record(actor, "write topic version", subject, at=instant, after=after, reason=why)
        return Written(made, reached.asked, reached.told)


def _version(
    row: Topic, last: TopicVersion | None, title: str, sections: Mapping[str, str], asked: str
) -> TopicVersion:
    """The next version, not saved yet.

    Raises:
        Refused: there is no title, nothing is written at all, or nothing differs from the last version.
    """
    texts = {name: sections.get(name, "").replace("\r\n", "\n").strip() for name in SECTIONS}
    for name, text in texts.items():
        if text:
            topic_checks.check_text(text, asked, name, "This part")
    stated = topic_checks.check_text(" ".join(title.split()), asked, "title", "The title")[:400]
    if not any(texts.values()):
        raise Refused(asked=asked, wrong="Nothing is written.", remedy="Begin with the challenge.", field="challenge")
    if last is not None and last.title == stated and all(getattr(last, name) == texts[name] for name in SECTIONS):
        wrong = f"Nothing differs from version {last.number}."
        raise Refused(asked=asked, wrong=wrong, remedy="Change something, or go back.", field="challenge")
    return TopicVersion(topic=row, number=(last.number if last else 0) + 1, title=stated, **texts)
