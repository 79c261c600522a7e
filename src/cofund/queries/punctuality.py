"""Who is in time for a topic: its adoption, the board's meetings, and every lead and application that aims at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Min, Q
from django.utils import timezone

from cofund.queries import adoptions, clock, schemes
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import Group, Lead, Meeting, Topic
from cofund.rules import timing
from cofund.rules.timing import Plan, Verdict

# A lead that became an application is judged by it; one that is lost aims at nothing.
_LEADS = ("new", "contacted", "exploring", "fit_found", "applying")
_OVER = (Application.Status.REJECTED, Application.Status.WITHDRAWN, Application.Status.LAPSED)


@dataclass(frozen=True, slots=True)
class Aiming:
    """A lead or an application that aims at the topic. `says` tells what its planned day rests on."""

    reference: str
    name: str
    is_application: bool
    state: str
    says: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class InTime:
    """Everything about time that a topic has."""

    topic: Topic
    plan: Plan
    is_adopted: bool
    adopting: Meeting | None
    meetings: tuple[Meeting, ...]
    aiming: tuple[Aiming, ...]


def find(scheme_code: str, code: str) -> Topic | None:
    """Give a topic by its code, or None."""
    return Topic.objects.select_related("call", "scheme").filter(scheme__code=scheme_code, code=code).first()


def of_topic(topic: Topic) -> InTime:
    """Tell who is in time for a topic. Six queries, however many aim at it."""
    scheme, _ = schemes.current(topic.scheme.code)
    adoption = adoptions.adoption_of_topic(topic)
    meetings = tuple(
        Meeting.objects.filter(group__scheme=topic.scheme_id, group__kind=Group.Kind.BOARD)
        .select_related("group")
        .order_by("held_on", "pk")
    )
    plan = adoptions.plan_of(scheme, adoption, topic.call.opened_on if topic.call else None)
    aiming = (*_applications(topic, plan), *_leads(topic, plan))
    return InTime(topic, plan, adoption.is_done, adoption.meeting, meetings, aiming)


def _applications(topic: Topic, plan: Plan) -> list[Aiming]:
    """Applications to the topic, with the day on which their letter came or can come, and on which the board decides."""
    submitted = Min("letters__submitted_at", filter=~Q(letters__status=Letter.Status.DRAFT))
    rows = (
        Application.objects.filter(topic=topic)
        .exclude(status__in=_OVER)
        .select_related("organisation", "agenda_item__meeting", "decision")
        .annotate(submitted=submitted)
        .order_by("made_at", "pk")
    )
    found = []
    for row in rows:
        meeting = row.agenda_item.meeting.held_on if row.agenda_item else None
        decided = row.decision.decided_on if row.decision else meeting
        came = timezone.localdate(row.submitted) if row.submitted else None
        says = (
            "the board decided on this day"
            if row.decision
            else "the board is to decide on this day"
            if meeting
            else "the letter came on this day"
            if came
            else "no letter yet: today at the earliest"
        )
        verdict = timing.judge(plan, planned_on=came or clock.today(), decided_on=decided)
        found.append(Aiming(row.reference, str(row.organisation), True, row.get_status_display(), says, verdict))
    return found


def _leads(topic: Topic, plan: Plan) -> list[Aiming]:
    """Open leads to the topic without an application: a letter can come with the next step, today at the earliest."""
    rows = Lead.objects.filter(topic=topic, stage__in=_LEADS, applications=None).select_related("organisation")
    found = []
    for row in rows.order_by("opened_on", "pk"):
        planned, says = _earliest(row.next_step_on)
        verdict = timing.judge(plan, planned_on=planned)
        found.append(Aiming(row.reference, str(row.organisation), False, row.get_stage_display(), says, verdict))
    return found


def _earliest(next_step_on: date | None) -> tuple[date, str]:
    """The day on which a letter can come, and what that rests on."""
    today = clock.today()
    if next_step_on is not None and next_step_on > today:
        return next_step_on, "the day of its next step, at the earliest"
    return today, "no letter yet: today at the earliest"
