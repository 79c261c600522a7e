"""Topics as opportunities and projects as awards, as other sites' registers know them: with an id, and with when each changed.

An id is made from the address of the site and the code of the thing, so that it stays for as long as the two do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Max, Min

from cofund.queries import programmes, publication, schemes, topic_texts
from cofund.queries.keeping import kept
from cofund.queries.programmes import ProjectLine
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import Topic, TopicVersion
from cofund.rules.lifecycle_topics import is_before_adoption

FORECASTED: Final = "forecasted"
OPEN: Final = "open"
CLOSED: Final = "closed"
_SCOPING: Final = "scoping"
NO_TEXT: Final = "What it is about is told at its source."


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A topic to which contributions can be given, or could be."""

    id: uuid.UUID
    topic: Topic
    description: str
    status: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Award:
    """A project with its money, and the topic that it came from."""

    id: uuid.UUID
    scheme: str
    line: ProjectLine
    opportunity_id: uuid.UUID | None
    created_at: datetime
    changed_at: datetime


def id_of(*parts: str) -> uuid.UUID:
    """The id of a thing of this site."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join([settings.COFUND_SITE_URL, *parts]))


@kept(1)
def opportunities() -> tuple[Opportunity, ...]:
    """Every topic as an opportunity, what changed last first. As many queries for many as for one."""
    codes = [row.code for row in programmes.installed()]
    topics = list(Topic.objects.filter(scheme__code__in=codes).select_related("scheme", "call").order_by("code", "pk"))
    texts = topic_texts.newest_published(topics)
    told, reader = _told("topic", [(row.scheme.code, row.code) for row in topics]), publication.of_anybody(codes)
    found = [
        Opportunity(
            id_of(row.scheme.code, "topics", row.code),
            row,
            _description(row, texts.get(row.pk)) if reader.may_see("topic.text", row.pk) else NO_TEXT,
            _status(row),
            *told[row.scheme.code, row.code],
        )
        for row in topics
    ]
    return tuple(sorted(found, key=lambda one: one.changed_at, reverse=True))


@kept(1)
def awards() -> tuple[Award, ...]:
    """Every project as an award, what changed last first."""
    codes = [row.code for row in programmes.installed()]
    without = {code: publication.public(code).without_of_project for code in codes}
    lines = [(code, line) for code in codes for line in programmes.projects(code, without=without[code])]
    told = _told("project", [(code, line.project.slug) for code, line in lines])
    found = [
        Award(
            id_of(code, "projects", line.project.slug),
            code,
            line,
            id_of(code, "topics", line.project.topic.code) if line.project.topic else None,
            *told[code, line.project.slug],
        )
        for code, line in lines
    ]
    return tuple(sorted(found, key=lambda one: one.changed_at, reverse=True))


def _description(row: Topic, text: TopicVersion | None) -> str:
    """What a topic is about, as far as it is known here."""
    return row.summary or (text.challenge if text is not None else "") or row.text_note or NO_TEXT


def _status(row: Topic) -> str:
    """Where a topic stands for whoever thinks of giving: a pledge is taken from its first draft on until its adoption."""
    if row.status == _SCOPING:
        return FORECASTED
    return OPEN if is_before_adoption(row.status) else CLOSED


def _told(kind: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[datetime, datetime]]:
    """When the site first and last recorded something of some things; else the instant of its rules."""
    rows = AuditEvent.objects.filter(subject__contains=f"/{kind}/").order_by().values_list("subject")
    known = {row[0]: row[1:] for row in rows.annotate(Min("recorded_at"), Max("recorded_at"))}
    found = {}
    for scheme, code in keys:
        since = schemes.current(scheme)[1].recorded_at
        found[scheme, code] = known.get(f"{scheme}/{kind}/{code}", (since, since))
    return found
