"""Calls of a scheme with how long each part took and what became of their proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet

from cofund.queries import clock, topic_timelines
from cofund.records.programme.models import Call, CallResult, Project, Topic
from cofund.rules.timeline import Duration


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call with its durations in days and its counted results by stage."""

    call: Call
    topics_count: int
    durations: tuple[Duration, ...]
    results: tuple[CallResult, ...]


@dataclass(frozen=True, slots=True)
class CallTopic:
    """A topic of a call with the first project that came of it."""

    topic: Topic
    project: Project | None


def of_scheme(scheme_code: str) -> QuerySet[Call]:
    """The calls of a scheme, the latest launch first; those without a known day last."""
    rows = Call.objects.filter(scheme__code=scheme_code).annotate(topics_count=Count("topics"))
    return rows.order_by(F("opened_on").desc(nulls_last=True), "code")


def lines(rows: QuerySet[Call]) -> list[CallLine]:
    """Calls as lines; two queries, however many."""
    return [line_of(call, tuple(call.results.all())) for call in rows.prefetch_related("results")]


def line_of(call: Call, results: tuple[CallResult, ...]) -> CallLine:
    """One call as a line, with some of its results."""
    return CallLine(call, getattr(call, "topics_count", 0), topic_timelines.of_call(call), results)


def find(scheme_code: str, key: int) -> Call | None:
    """Give one call of a scheme, or None."""
    return Call.objects.select_related("scheme").filter(scheme__code=scheme_code, pk=key).first()


def of_code(scheme_code: str, code: str) -> Call | None:
    """Give one call of a scheme by its code, with its results; or None."""
    rows = Call.objects.filter(scheme__code=scheme_code, code=code).select_related("scheme")
    return rows.prefetch_related("results").first()


def topics_of(call: Call) -> list[CallTopic]:
    """Give the topics of a call by their code, each with the first project that came of it. Two queries, however many."""
    topics = list(Topic.objects.filter(call=call).select_related("scheme").order_by("code"))
    projects = first_projects(topics)
    return [CallTopic(topic, projects.get(topic.pk)) for topic in topics]


def first_projects(topics: Sequence[Topic]) -> dict[int, Project]:
    """The first project that came of each of some topics, by the key of the topic."""
    rows = Project.objects.filter(topic__in=topics).order_by("-acronym")
    return {one.topic_id: one for one in rows if one.topic_id is not None}


def next_deadline(call: Call | None) -> tuple[str, date] | None:
    """The next deadline of a call that is still to come, by its name; None where none is known."""
    if call is None:
        return None
    today = clock.today()
    days = (
        ("Call opens", call.opened_on),
        ("Short proposals until", call.stage1_closed_on),
        ("Full proposals until", call.closed_on),
    )
    return next(((label, on) for label, on in days if on is not None and on >= today), None)
