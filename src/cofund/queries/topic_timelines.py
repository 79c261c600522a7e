"""The days of a topic and its call as plain values, with the slack that is left until the board and the launch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from cofund.queries import adoptions, clock, schemes
from cofund.records.programme.models import Call, Certainty, Consultation, Project, Topic
from cofund.rules import timeline
from cofund.rules.lifecycle_topics import is_before_adoption
from cofund.rules.timeline import Dates, Duration, Milestone, Slack


@dataclass(frozen=True, slots=True)
class TopicTimeline:
    """The days of a topic: what is known and planned, how long each part takes, and what is left; `letter_by` the latest
    comfortable day for a letter of endorsement."""

    dates: Dates
    is_two_stage: bool
    milestones: tuple[Milestone, ...]
    durations: tuple[Duration, ...]
    slack: tuple[Slack, ...]
    letter_by: date | None = None
    papers_by: date | None = None
    is_papers_day_assumed: bool = False
    adopted_certainty: str = Certainty.RECORDED


def dates_of(call: Call | None, topic: Topic | None = None, project: Project | None = None) -> Dates:
    """The days of a call, a topic in it and the project that came of it."""
    return Dates(
        drafts=call.drafts_published_on if call else None,
        adopted=(topic.adopted_on or topic.adoption_planned_on) if topic else None,
        launch=call.opened_on if call else None,
        stage1=call.stage1_closed_on if call else None,
        deadline=call.closed_on if call else None,
        results=call.results_on if call else None,
        start=project.starts_on if project else None,
    )


def of_call(call: Call) -> tuple[Duration, ...]:
    """How long each part of a call took."""
    return timeline.durations(dates_of(call))


def of_topic(topic: Topic, project: Project | None = None, on: date | None = None) -> TopicTimeline:
    """Give the timeline of a topic; what its call does not say yet stands as in the usual plan."""
    dates = dates_of(topic.call, topic, project)
    two_stage = topic.call is None or topic.call.procedure != Call.Procedure.SINGLE_STAGE
    scheme, _ = schemes.current(topic.scheme.code)
    plan = adoptions.plan_of(scheme, adoptions.adoption_of_topic(topic), dates.launch)
    papers, letter = plan.papers_on, plan.letter_on
    is_open = is_before_adoption(topic.status)
    return TopicTimeline(
        dates,
        two_stage,
        # What is only usual is no news once the topic is decided.
        tuple(
            _said(one, topic) for one in timeline.milestones(dates, two_stage=two_stage) if is_open or not one.is_usual
        ),
        timeline.durations(dates),
        tuple(_slack(topic, dates, papers, letter, on or clock.today())) if is_open else (),
        letter if is_open else None,
        papers if is_open else None,
        plan.papers_are_reckoned,
        topic.adopted_certainty,
    )


def _said(one: Milestone, topic: Topic) -> Milestone:
    """A day in words: an adoption that is only planned is not told as if it had happened."""
    if one.key != "adopted" or one.is_usual or topic.adopted_on is not None:
        return one
    return replace(one, label="The board is to adopt it")


def _slack(topic: Topic, dates: Dates, papers: date | None, letter: date | None, today: date) -> list[Slack]:
    """What is left, thing by thing: consultations and letters before papers are due, the adoption before the launch."""
    found = []
    last = Consultation.objects.filter(topic=topic, is_obligatory=True).order_by("-closes_on").first()
    if papers is not None and last is not None:
        found.append(Slack("End of the consultation, before papers are due", papers, last.closes_on))
    if papers is not None:
        found.append(Slack("A letter handed in today, before papers are due", papers, today))
    if letter is not None:
        found.append(Slack("A letter handed in today, before the latest comfortable day", letter, today))
    if dates.launch is not None and dates.adopted is not None:
        found.append(Slack("Adoption, before the launch of the call", dates.launch, dates.adopted))
    return found
