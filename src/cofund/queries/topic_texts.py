"""Texts of topics in their versions: which are public, what each section says, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cofund.queries.consultations import SECTIONS
from cofund.records.programme.models import Consultation, Topic, TopicVersion
from cofund.rules.differences import Difference, difference


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a version, with what changed in it since another version where one is compared."""

    key: str
    label: str
    text: str
    change: Difference | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One version as it is read: its sections, the other versions, and the one that it is compared with."""

    version: TopicVersion
    sections: tuple[Section, ...]
    versions: tuple[TopicVersion, ...]
    before: TopicVersion | None = None

    @property
    def written_on(self) -> date:
        """The day on which the version was written, in the site's time zone."""
        return timezone.localdate(self.version.written_at)

    @property
    def added(self) -> int:
        """How many words came."""
        return sum(section.change.added for section in self.sections if section.change)

    @property
    def removed(self) -> int:
        """How many words went."""
        return sum(section.change.removed for section in self.sections if section.change)


def versions(topic: Topic) -> list[TopicVersion]:
    """Every version of a topic's text, newest first."""
    return list(topic.versions.order_by("-number"))


def published(topic: Topic) -> list[TopicVersion]:
    """The versions that anybody may read, newest first: the one that was first consulted on, or adopted, and every later one."""
    rows = versions(topic)
    first = topic.consultations.order_by("opens_on").values_list("opens_on", flat=True).first()
    since = min((day for day in (first, topic.adopted_on) if day is not None), default=None)
    if since is None:
        return []
    earlier = [row.number for row in rows if timezone.localdate(row.written_at) <= since]
    start = max(earlier, default=1)
    return [row for row in rows if row.number >= start]


def newest_published(topics: Sequence[Topic]) -> dict[int, TopicVersion]:
    """The newest version of each topic that anybody may read, by the key of the topic. Two queries.

    Where a version is public, every later one is, so that the newest is public as soon as any is.
    """
    keys = [topic.pk for topic in topics]
    consulted = Consultation.objects.filter(topic__in=keys).order_by().values_list("topic_id", flat=True)
    begun = {*consulted, *(topic.pk for topic in topics if topic.adopted_on is not None)}
    rows = TopicVersion.objects.filter(topic__in=begun).order_by("number")
    return {row.topic_id: row for row in rows}


def read(rows: Sequence[TopicVersion], number: str = "", compared_with: str = "") -> Reading | None:
    """One of some versions, the newest unless another is asked for; compared with an earlier one where that is asked for."""
    if not rows:
        return None
    by_number = {str(row.number): row for row in rows}
    version = by_number.get(number, rows[0])
    before = by_number.get(compared_with)
    if before is not None and before.pk == version.pk:
        before = None
    sections = []
    for key, label in SECTIONS.items():
        text = getattr(version, key)
        change = difference(getattr(before, key), text) if before is not None else None
        if text or (change is not None and change.is_change):
            sections.append(Section(key, label, text, change))
    return Reading(version, tuple(sections), tuple(rows), before)
