"""When a topic is adopted, until when a letter has to be there for it, and which meetings of the board still come in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cofund.queries import applications
from cofund.records.ledger.models import Application
from cofund.records.programme.models import AgendaItem, Group, Meeting, Topic
from cofund.rules import timing
from cofund.rules.schemes import Scheme
from cofund.rules.timing import Chance, Plan, Sitting


@dataclass(frozen=True, slots=True)
class Adoption:
    """When the money of a target is decided: `on` None is not known; `is_done` tells a fact from a plan."""

    on: date | None
    is_done: bool = False
    meeting: Meeting | None = None


@dataclass(frozen=True, slots=True)
class Possibility:
    """A meeting of the board, and what it means for a letter that is ready on a day."""

    meeting: Meeting
    chance: Chance


def planned(scheme_id: int) -> QuerySet[Meeting]:
    """Give the planned meetings of a scheme's boards, next first."""
    return (
        Meeting.objects.filter(group__scheme=scheme_id, group__kind=Group.Kind.BOARD, status=Meeting.Status.PLANNED)
        .select_related("group")
        .order_by("held_on", "pk")
    )


def adoption_of(application: Application) -> Adoption:
    """Tell when the topic or project of an application is adopted: as it was, else as its agenda or its plan says."""
    target = applications.target_of(application)
    if target is None:
        return Adoption(None)
    topic = target.topic or (target.project.topic if target.project else None)
    if target.adopted_on is not None and (topic is None or topic.adopted_on is None):
        return Adoption(target.adopted_on, True)
    return adoption_of_topic(topic) if topic is not None else Adoption(None)


def adoption_of_topic(topic: Topic) -> Adoption:
    """Tell when a topic is adopted: as it was, else as the agenda that it stands on or its plan says."""
    if topic.adopted_on is not None:
        return Adoption(topic.adopted_on, True, _board_on(topic, topic.adopted_on))
    item = (
        AgendaItem.objects.filter(topic=topic, kind=AgendaItem.Kind.TOPIC, meeting__status=Meeting.Status.PLANNED)
        .exclude(status__in=(AgendaItem.Status.DEFERRED, AgendaItem.Status.REJECTED))
        .select_related("meeting")
        .order_by("meeting__held_on")
        .first()
    )
    if item is not None:
        return Adoption(item.meeting.held_on, False, item.meeting)
    planned_on = topic.adoption_planned_on
    return Adoption(planned_on, False, _board_on(topic, planned_on) if planned_on else None)


def _board_on(topic: Topic, on: date) -> Meeting | None:
    """The meeting of the board on a day, which sets the day for papers where nothing else does."""
    boards = Meeting.objects.filter(group__scheme=topic.scheme_id, group__kind=Group.Kind.BOARD)
    boards = boards.exclude(status=Meeting.Status.CANCELLED)
    return boards.filter(held_on=on).select_related("group").order_by("pk").first()


def chance_of(scheme: Scheme, meeting: Meeting, adoption: Adoption, ready_on: date) -> Chance:
    """Tell what one meeting means for a letter that is ready on a day."""
    return timing.chance(
        Sitting(meeting.held_on, meeting.papers_due_on),
        ready_on=ready_on,
        adopted_on=adoption.on,
        papers_days=scheme.application.papers_days,
    )


def possibilities(scheme: Scheme, application: Application, ready_on: date) -> list[Possibility]:
    """Tell of every planned meeting of the board whether an approval there is still in time. Three queries, however many."""
    adoption = adoption_of(application)
    rows = planned(application.scheme_id).filter(held_on__gte=ready_on)
    return [Possibility(meeting, chance_of(scheme, meeting, adoption, ready_on)) for meeting in rows]


def needed_by(scheme: Scheme, adoption: Adoption) -> date | None:
    """Give the day by which a letter has to be there, so that it is decided with the topic; None where nobody can know.

    It is the day on which papers are due for the meeting that adopts the topic.
    """
    return plan_of(scheme, adoption).papers_on


def plan_of(scheme: Scheme, adoption: Adoption, launch_on: date | None = None) -> Plan:
    """Give the latest days for a letter to what is adopted then; every page that tells of them asks here."""
    return timing.plan(
        adoption.on,
        launch_on=launch_on,
        papers_stated_on=adoption.meeting.papers_due_on if adoption.meeting else None,
        papers_days=scheme.application.papers_days,
    )
