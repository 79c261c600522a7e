"""Calls as they stood on a day, by what was known at an instant: their facts, their topics and what was counted.

The audit row of every change of a call keeps all that was said of it before and after. So do the rows of the steps of a topic, and
of a plan that puts it into another call. What no row tells is as it stands today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q

from cofund.queries import calls, clock, demonstration
from cofund.queries.calls import CallTopic
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Call, CallResult, Certainty, Topic

_DAYS: Final = ("drafts_published_on", "opened_on", "stage1_closed_on", "closed_on", "results_on")
# What puts a topic into a state, and the state where the row does not say it: that of bookings, and of a topic that is opened.
_STEPS: Final = (
    *("draft topic", "start consultation", "revise topic", "propose topic", "adopt topic", "reserve", "commit"),
    *("drop", "drop topic", "record no award"),
)
_UNSAID: Final = {
    "open topic": Topic.Status.DRAFTING,
    "reserve": Topic.Status.ADOPTED,
    "commit": Topic.Status.GRANTED,
}


@dataclass(slots=True)
class _Life:
    """What is recorded of one call; `codes` are all that it ever had.

    `made_at` is when it was entered, `known_from` an instant at which it was there already; None where no row tells. It
    `may_be_older` than all that is recorded where the demonstration tells of it, which is about years before it was loaded.
    """

    call: Call
    codes: set[str]
    made_at: datetime | None = None
    known_from: datetime | None = None
    may_be_older: bool = False

    def was_there(self, on: date, known_at: datetime | None) -> bool:
        """Whether it was there on a day, by what was known: from when it was entered, or from the first of its own days."""
        instant = _instant(on, known_at)
        if instant >= clock.now():
            return True
        first = min((day for name in _DAYS if (day := getattr(self.call, name)) is not None), default=None)
        if self.made_at is not None:
            if known_at is not None and self.made_at > known_at:
                return False
            return self.made_at <= instant or (first is not None and first <= on)
        if self.known_from is not None and self.known_from <= instant:
            return True
        if first is None:
            return self.may_be_older or self.known_from is None
        return first <= on and (known_at is None or clock.end_of(first) <= known_at)


def of_scheme(scheme_code: str, on: date, known_at: datetime | None = None) -> list[Call]:
    """Give the calls of a scheme that were there, the latest launch first, as they were known. At most six queries, however many.

    The rows are not to be saved.
    """
    rows = list(calls.of_scheme(scheme_code).prefetch_related("results"))
    lives = _lives(scheme_code, rows, known_at)
    found = [life.call for life in lives if life.was_there(on, known_at)]
    return sorted(found, key=lambda one: (one.opened_on is None, -(one.opened_on or date.min).toordinal(), one.code))


def of_code(scheme_code: str, code: str, on: date, known_at: datetime | None = None) -> Call | None:
    """Give the call that has this code today, as it was known; None where it was not there, or is not at all."""
    today = calls.of_code(scheme_code, code)
    return next((one for one in of_scheme(scheme_code, on, known_at) if today and one.pk == today.pk), None)


def topics_of(call: Call, on: date, known_at: datetime | None = None) -> list[CallTopic]:
    """Give the topics that were in a call, by their code, each with the state in which it stood and the first project of it.

    Which call a topic was meant for, and its state, are those after the steps that were recorded by then.
    """
    instant, scheme = _instant(on, known_at), call.scheme.code
    later = _events(scheme, instant)
    moved = [code for code, events in later.items() if any(one.action == "plan topic" for one in events)]
    rows = Topic.objects.filter(Q(call=call) | Q(scheme=call.scheme, code__in=moved))
    topics = {one.code: one for one in rows.select_related("scheme", "call")}
    codes = next(life.codes for life in _lives(scheme, [call], None))
    there = [
        topic
        for code, topic in topics.items()
        if not any(event.action == "open topic" for event in later[code]) and _call_of(topic, later[code]) in codes
    ]
    unsure = _corrected_later(there, instant)
    earlier = _last_states(scheme, [one.code for one in there if later[one.code]], instant)
    projects = calls.first_projects(there)
    found = []
    for topic in sorted(there, key=lambda one: one.code):
        state = "" if topic.pk in unsure else _state(topic, later[topic.code], earlier.get(topic.code, ""))
        project = projects.get(topic.pk)
        began = (project.signed_on or project.starts_on) if project else None
        is_granted_later = any(event.action == "commit" for event in later[topic.code])
        if state != topic.status:
            topic.status, topic.status_certainty, topic.status_note = state, Certainty.RECORDED, ""
        found.append(CallTopic(topic, None if is_granted_later or (began is not None and began > on) else project))
    return found


def results_of(call: Call, on: date) -> tuple[CallResult, ...]:
    """Give what was counted of the stages of a call whose deadline was over, and of the last one once its results were told."""
    rows = list(call.results.all())
    last = max((one.stage for one in rows), default=0)
    is_two_stage = call.procedure == Call.Procedure.TWO_STAGE
    found = []
    for one in rows:
        closed = call.stage1_closed_on if is_two_stage and one.stage == 1 else call.closed_on
        days = [day for day in (closed, call.results_on if one.stage == last else None) if day is not None]
        found += [one] if all(day <= on for day in days) else []
    return tuple(found)


def _instant(on: date, known_at: datetime | None) -> datetime:
    """The end of a day, or the instant of knowledge where that is earlier."""
    end = clock.end_of(on)
    return end if known_at is None else min(end, known_at)


def _lives(scheme_code: str, rows: Iterable[Call], known_at: datetime | None) -> list[_Life]:
    """What is recorded of some calls; each row is put back to what was said of it last by an instant."""
    lives = {row.code: _Life(row, {row.code}) for row in rows}
    found = list(lives.values())
    events = AuditEvent.objects.filter(subject__startswith=f"{scheme_code}/call/", action="edit call")
    for event in events.order_by("-pk"):
        life = lives.get((event.after or {}).get("code", ""))
        if life is None:
            continue
        if event.before is None:
            life.made_at = event.recorded_at
            continue
        before = event.before
        # A call is called by the code that it had before in all that was recorded earlier.
        lives[before["code"]] = lives.pop(event.after["code"])
        life.codes.add(before["code"])
        if known_at is not None and event.recorded_at > known_at:
            _put_back(life.call, before)
    if any(life.made_at is None for life in found):
        _tell_from_when(scheme_code, found)
    return found


def _put_back(call: Call, before: dict[str, Any]) -> None:
    """Say of a call, in memory, what was said of it before a change. Its code stays: it is its address."""
    for name, value in before.items():
        if name != "code":
            setattr(call, name, date.fromisoformat(value) if name in _DAYS and value else value)


def _tell_from_when(scheme_code: str, lives: Iterable[_Life]) -> None:
    """Say of calls that were entered without a row of their own when they were there: with a topic, or the demonstration."""
    opened = AuditEvent.objects.filter(subject__startswith=f"{scheme_code}/topic/", action="open topic")
    first: dict[str, datetime] = {}
    for at, after in opened.order_by("-pk").values_list("recorded_at", "after"):
        first[(after or {}).get("call") or ""] = at
    loaded = demonstration.loaded_at()
    for life in lives:
        told = [first[code] for code in life.codes if code in first]
        life.may_be_older = loaded is not None
        life.known_from = min([*told, *([loaded] if loaded else [])], default=None)


def _events(scheme_code: str, instant: datetime) -> defaultdict[str, list[AuditEvent]]:
    """What was recorded of topics after an instant, by their codes, oldest first."""
    prefix = f"{scheme_code}/topic/"
    rows = AuditEvent.objects.filter(
        subject__startswith=prefix, action__in=(*_STEPS, "open topic", "plan topic"), recorded_at__gt=instant
    )
    found: defaultdict[str, list[AuditEvent]] = defaultdict(list)
    for event in rows.order_by("pk"):
        found[event.subject.removeprefix(prefix)].append(event)
    return found


def _call_of(topic: Topic, later: Iterable[AuditEvent]) -> str:
    """The code of the call that a topic was in before some changes; empty where it was in none."""
    for event in later:
        if event.action == "plan topic" and "call" in (event.after or {}):
            return str(event.after["call"][0])
    return topic.call.code if topic.call else ""


def _state(topic: Topic, later: Iterable[AuditEvent], earlier: str) -> str:
    """The state of a topic before some steps; empty where nothing tells it."""
    for event in later:
        if event.action not in _STEPS:
            continue
        if (before := (event.before or {}).get("status")) is not None:
            return str(before)
        if event.action == "commit":
            return str(Topic.Status.ADOPTED)
        if event.action == "reserve":
            return earlier
    return topic.status if not any(event.action in _STEPS for event in later) else earlier


def _last_states(scheme_code: str, codes: Iterable[str], instant: datetime) -> dict[str, str]:
    """The states into which topics were put last by an instant, as far as a step tells."""
    subjects = {f"{scheme_code}/topic/{code}": code for code in codes}
    if not subjects:
        return {}
    rows = AuditEvent.objects.filter(subject__in=subjects, action__in=(*_STEPS, "open topic"), recorded_at__lte=instant)
    found: dict[str, str] = {}
    for subject, action, after in rows.order_by("pk").values_list("subject", "action", "after"):
        state = (after or {}).get("status") or _UNSAID.get(action)
        if state:
            found[subjects[subject]] = str(state)
    return found


def _corrected_later(topics: Iterable[Topic], instant: datetime) -> frozenset[int]:
    """The topics of which a booking that put them into a state was taken back after an instant: no row tells their state before."""
    kinds = (Entry.Kind.RESERVE, Entry.Kind.COMMIT, Entry.Kind.RELEASE)
    rows = Entry.objects.filter(corrects__kind__in=kinds, recorded_at__gt=instant)
    rows = rows.filter(corrects__transfers__contribution__topic__in=list(topics))
    keys = rows.order_by().values_list("corrects__transfers__contribution__topic", flat=True).distinct()
    return frozenset(key for key in keys if key is not None)
