"""Calls, topics and projects."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router

from cofund.api import callers, problems
from cofund.api.asking import At, Paged, Text, part_of
from cofund.api.shapes import work as shapes
from cofund.api.shapes.common import Dated, Listed
from cofund.api.shapes.work import Call, CallInFull, Project, ProjectInFull, Topic, TopicInFull
from cofund.queries import dossiers, past_calls, programmes, schemes, topic_lists, topic_texts
from cofund.queries.consultations import SECTIONS
from cofund.records.programme.models import Topic as TopicRow

router = Router(tags=["Calls, topics and projects"])


@router.get("/programmes/{programme}/calls", response=Dated[Call], summary="List the calls of a programme")
def list_calls(request: HttpRequest, programme: str, paging: Paged, moment: At) -> object:
    """The calls that were there on a day, as they were known, the latest launch first; those without a known day last."""
    rules, _ = schemes.current(programme)
    found = part_of(request, past_calls.of_scheme(programme, moment.on, moment.known_at), paging)
    items = [shapes.call(row, rules) for row in found.rows]
    return Dated[Call](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)


@router.get("/programmes/{programme}/calls/{path:call}", response=CallInFull, summary="Get a call with its topics")
def get_call(request: HttpRequest, programme: str, call: str, moment: At) -> object:
    """One call on a day with the topics that were in it, the projects that came of them, and what became of its proposals."""
    rules, _ = schemes.current(programme)
    row = past_calls.of_code(programme, call, moment.on, moment.known_at)
    if row is None:
        raise problems.not_found("call of that day")
    topics = past_calls.topics_of(row, moment.on, moment.known_at)
    return shapes.call_in_full(row, rules, topics, past_calls.results_of(row, moment.on), moment.said)


@router.get("/topics", response=Listed[Topic], summary="List the open topics of all programmes")
def list_open_topics(request: HttpRequest, paging: Paged, programme: Text = "") -> object:
    """Topics before their adoption, of all programmes or of one: a pledge to them can be matched."""
    rows = programmes.open_topics(programme or None).order_by("scheme__code", "code", "pk")
    return _topics(request, rows, paging)


@router.get("/programmes/{programme}/topics", response=Listed[Topic], summary="List the topics of a programme")
def list_topics(request: HttpRequest, programme: str, paging: Paged, status: Text = "", words: Text = "") -> object:
    """Every topic of a programme in the order of its life; `status` and `words` (of code or title) narrow them down."""
    schemes.current(programme)
    rows = topic_lists.selected(programme, "", words)
    return _topics(request, rows.filter(status=status) if status else rows, paging)


def _topics(request: HttpRequest, rows: QuerySet[TopicRow], paging: Any) -> object:
    """A page of topics as an answer."""
    found, reader = part_of(request, rows, paging), callers.of(request).reader()
    return Listed[Topic](items=[shapes.topic(row, reader) for row in found.rows], **found.fields())


@router.get("/programmes/{programme}/topics/{topic}", response=TopicInFull, summary="Get a topic with its money")
def get_topic(request: HttpRequest, programme: str, topic: str, moment: At) -> object:
    """One topic: what stands behind it, what a pledge could still unlock, and its text where that is public."""
    schemes.current(programme)
    reader = callers.of(request).reader(programme)
    found = dossiers.of_topic(programme, topic, as_of=moment.on, known_at=moment.known_at, reader=reader)
    if found is None or found.topic is None:
        raise problems.not_found("topic")
    versions = topic_texts.published(found.topic) if reader.may_see("topic.text", found.topic.pk) else []
    newest = versions[0] if versions else None
    return shapes.topic_in_full(found, reader, moment.said, newest, list(SECTIONS))


@router.get("/programmes/{programme}/projects", response=Dated[Project], summary="List the projects of a programme")
def list_projects(request: HttpRequest, programme: str, paging: Paged, moment: At, words: Text = "") -> object:
    """Every project of a programme with its money on a day, by acronym; `words` are of its acronym or title."""
    rules, _ = schemes.current(programme)
    reader = callers.of(request).reader(programme)
    lines = programmes.projects(programme, as_of=moment.on, known_at=moment.known_at, without=reader.without_of_project)
    wanted = words.casefold()
    lines = [one for one in lines if wanted in f"{one.project.acronym} {one.project.title}".casefold()]
    found = part_of(request, sorted(lines, key=lambda one: (one.project.acronym.casefold(), one.project.slug)), paging)
    items = [shapes.project(line, rules, reader) for line in found.rows]
    return Dated[Project](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)


@router.get("/programmes/{programme}/projects/{project}", response=ProjectInFull, summary="Get a project in full")
def get_project(request: HttpRequest, programme: str, project: str, moment: At) -> object:
    """One project with every source of its money, each euro once."""
    schemes.current(programme)
    reader = callers.of(request).reader(programme)
    without = reader.without_of_project
    found = dossiers.of_project(programme, project, as_of=moment.on, known_at=moment.known_at, without=without)
    lines = programmes.projects(programme, as_of=moment.on, known_at=moment.known_at, without=without)
    line = next((one for one in lines if one.project.slug == project), None)
    if found is None or line is None:
        raise problems.not_found("project")
    return shapes.project_in_full(line, found, reader, moment.said)
