"""What is worked on: calls, topics and projects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import Field

from cofund.api.shapes import giving, places, programmes
from cofund.api.shapes.common import Money, Reference, Shape, money, sure, text
from cofund.api.shapes.giving import Given, SourceOfMoney
from cofund.api.shapes.programmes import LeverageFigures
from cofund.queries.calls import CallTopic
from cofund.queries.dossiers import Dossier
from cofund.queries.programmes import ProjectLine
from cofund.queries.publication import Audience
from cofund.records.directory.models import Certainty
from cofund.records.programme.models import Call as CallRow
from cofund.records.programme.models import CallResult, TopicVersion
from cofund.records.programme.models import Topic as TopicRow
from cofund.rules.lifecycle_topics import is_before_adoption
from cofund.rules.schemes import Scheme


class Call(Shape):
    """A call. A day that no source tells is null."""

    id: str
    name: str | None
    programme: str
    procedure: str
    is_fast_track: bool
    opened_on: date | None
    short_proposals_until: date | None
    full_proposals_until: date | None
    results_on: date | None
    public_money: Money | None
    members_money: Money | None = Field(description="What members are to bring, as it was announced.")
    amounts_certainty: str
    certainty: str
    source: str | None
    href: str


class TopicOfCall(Reference):
    """A topic that was in a call, and where it stood on the day."""

    status: str | None = Field(description="Null where a later correction leaves open what it was on the day.")


class StageResult(Shape):
    """What became of the proposals of one stage of a call, counted. What no source tells is null."""

    stage: int
    submitted: int | None
    ineligible: int | None
    above_threshold: int | None
    selected: int | None
    asked_for: Money | None = Field(description="Public money that the proposals asked for.")
    recommended: Money | None = Field(description="Public money that the evaluation recommended.")
    note: str | None
    certainty: str
    source: str | None


class CallInFull(Call):
    """A call on a day with its topics."""

    as_of: date
    known_on: date | None
    topics: list[TopicOfCall]
    projects: list[Reference]
    results: list[StageResult] = Field(description="Of stages whose deadline was over, or whose results were told.")


class Topic(Shape):
    """A topic and where it stands."""

    id: str
    title: str
    programme: str
    call: str | None
    status: str
    status_certainty: str
    status_note: str | None
    is_open: bool = Field(description="Before its adoption: a pledge to it can be matched.")
    adopted_on: date | None
    summary: str | None
    source: str | None
    href: str


class TextSection(Shape):
    """A section of a topic's text."""

    section: str
    text: str


class TopicInFull(Topic):
    """A topic with the money behind it on a day, and its text where that is public."""

    as_of: date
    known_on: date | None
    projects: list[Reference]
    public_money: Money
    public_money_is_fixed: bool
    total: Money | None = Field(description="Everything, each euro once; null where no contribution is known.")
    could_still_unlock: Money | None = Field(
        description="The most that a pledge of today unlocks, by the rule that also books, without lowering the match of others."
    )
    sources: list[SourceOfMoney]
    contributions: list[Given]
    leverage: LeverageFigures
    text: list[TextSection] = Field(description="Empty where no version of it is public.")


class Project(Shape):
    """A project with its money on a day. What is not known is null; it does not mean that nothing was given."""

    id: str
    acronym: str
    title: str | None
    programme: str
    grant_agreement: str | None
    topic: str | None
    call: str | None
    starts_on: date | None
    ends_on: date | None
    partners: list[Reference] = Field(description="Those whose contribution may be read.")
    public_money: Money | None
    partners_contributed: Money | None
    members_contributed: Money | None
    others_contributed: Money | None
    match: Money | None = Field(description="Public money matched to partners' contributions.")
    total: Money | None = Field(description="Everything, each euro once.")
    not_counted: int = Field(description="How many contributions no figure here counts: their amounts are not public.")
    certainty: str
    source: str | None
    href: str


class ProjectInFull(Project):
    """A project with every source of its money."""

    as_of: date
    known_on: date | None
    sources: list[SourceOfMoney]
    contributions: list[Given]
    leverage: LeverageFigures


def call(row: CallRow, rules: Scheme) -> Call:
    """A call as an answer."""
    return Call(**_call(row, rules))


def call_in_full(
    row: CallRow,
    rules: Scheme,
    topics: Sequence[CallTopic],
    results: Sequence[CallResult],
    moment: tuple[date, date | None],
) -> CallInFull:
    """A call with what was in it, and what became of its proposals."""
    asked = [places.of_topic(one.topic, rules.code).model_dump() | {"status": text(one.topic.status)} for one in topics]
    return CallInFull(
        **_call(row, rules),
        as_of=moment[0],
        known_on=moment[1],
        topics=[TopicOfCall(**one) for one in asked],
        projects=[places.of_project(one.project, rules.code) for one in topics if one.project is not None],
        results=[_result(one, rules) for one in results],
    )


def _result(row: CallResult, rules: Scheme) -> StageResult:
    """The counts of a stage as an answer."""
    return StageResult(
        stage=row.stage,
        submitted=row.submitted_count,
        ineligible=row.ineligible_count,
        above_threshold=row.above_threshold_count,
        selected=row.selected_count,
        asked_for=money(row.asked_cents, rules.currency),
        recommended=money(row.recommended_cents, rules.currency),
        note=text(row.note),
        certainty=row.certainty,
        source=text(row.source_url),
    )


def _call(row: CallRow, rules: Scheme) -> dict[str, Any]:
    """What both forms of a call say."""
    return {
        "id": row.code,
        "name": text(row.name),
        "programme": rules.code,
        "procedure": row.procedure,
        "is_fast_track": row.is_fast_track,
        "opened_on": row.opened_on,
        "short_proposals_until": row.stage1_closed_on,
        "full_proposals_until": row.closed_on,
        "results_on": row.results_on,
        "public_money": money(row.budget_cents, rules.currency),
        "members_money": money(row.members_cents, rules.currency),
        "amounts_certainty": row.amounts_certainty,
        "certainty": row.certainty,
        "source": text(row.source_url),
        "href": places.programme(rules.code, "calls", row.code),
    }


def topic(row: TopicRow, reader: Audience) -> Topic:
    """A topic as an answer."""
    return Topic(**_topic(row, reader))


def topic_in_full(
    found: Dossier,
    reader: Audience,
    moment: tuple[date, date | None],
    version: TopicVersion | None,
    sections: list[str],
) -> TopicInFull:
    """A topic with its money as an answer. The dossier is one of a topic."""
    assert found.topic is not None
    stated = [(name, getattr(version, name)) for name in sections] if version is not None else []
    return TopicInFull(
        **_topic(found.topic, reader),
        **_money(found, reader, moment),
        projects=[places.of_project(one, found.scheme.code) for one in found.projects],
        public_money=sure(found.funding.public_cents, found.scheme.currency),
        public_money_is_fixed=found.funding.public_is_fixed,
        total=money(found.funding.total_cents if found.funding.states else None, found.scheme.currency),
        could_still_unlock=money(found.unlocks.match_cents if found.unlocks else None, found.scheme.currency),
        text=[TextSection(section=name, text=words) for name, words in stated if words],
    )


def _topic(row: TopicRow, reader: Audience) -> dict[str, Any]:
    """What both forms of a topic say."""
    return {
        "id": row.code,
        "title": row.title,
        "programme": row.scheme.code,
        "call": row.call.code if row.call else None,
        "status": row.status,
        "status_certainty": row.status_certainty,
        "status_note": text(row.status_note),
        "is_open": is_before_adoption(row.status),
        "adopted_on": row.adopted_on,
        "summary": text(row.summary) if reader.may_see("topic.text", row.pk) else None,
        "source": text(row.source_url),
        "href": places.of_topic(row, row.scheme.code).href,
    }


def project(line: ProjectLine, rules: Scheme, reader: Audience) -> Project:
    """A project as an answer."""
    return Project(**_project(line, rules, reader))


def project_in_full(
    line: ProjectLine, found: Dossier, reader: Audience, moment: tuple[date, date | None]
) -> ProjectInFull:
    """A project with every source of its money as an answer."""
    return ProjectInFull(**_project(line, found.scheme, reader), **_money(found, reader, moment))


def _money(found: Dossier, reader: Audience, moment: tuple[date, date | None]) -> dict[str, Any]:
    """The money of a topic or project in full."""
    return {
        "as_of": moment[0],
        "known_on": moment[1],
        "sources": giving.sources(found.funding),
        "contributions": [giving.given(state, found.scheme, reader) for state in found.funding.states],
        "leverage": programmes.leverage(found.funding.leverage),
    }


def _project(line: ProjectLine, rules: Scheme, reader: Audience) -> dict[str, Any]:
    """What both forms of a project say."""
    row, currency = line.project, rules.currency
    known = line.funding if line.funding is not None and line.funding.states else None
    partners = [one for one in known.states if rules.role(one.contribution.role).side == "partner"] if known else []
    named = {one.pk: one for state in partners if reader.may_read(state.contribution.pk) for one in state.organisations}
    sides = {
        f"{side}s_contributed": money((known.given_by_side(rules, side) or None) if known else None, currency)
        for side in ("partner", "member", "other")
    }
    return {
        "id": row.slug,
        "acronym": row.acronym,
        "title": text(row.title),
        "programme": rules.code,
        "grant_agreement": text(row.grant_agreement),
        "topic": row.topic.code if row.topic else None,
        "call": row.call.code if row.call else None,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "partners": [places.of_organisation(one) for one in named.values()],
        "public_money": money(line.funding.public_cents if line.funding else None, currency),
        **sides,
        "match": money(sum(state.match_cents for state in partners) if partners else None, currency),
        "total": money(known.total_cents if known else None, currency),
        "not_counted": len(line.funding.held_back) if line.funding is not None else 0,
        "certainty": row.certainty or Certainty.RECORDED,
        "source": text(row.source_url),
        "href": places.of_project(row, rules.code).href,
    }
