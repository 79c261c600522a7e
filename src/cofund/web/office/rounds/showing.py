"""What the pages of the yearly round share: states, lateness, where a due day comes from, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from cofund.queries import clock
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Plan, Report
from cofund.rules.lifecycle_round import PLAN, REPORT
from cofund.rules.rounds import planned_kinds, reported_kinds
from cofund.rules.schemes import Scheme
from cofund.web import components as c

TONES = {
    "draft": c.Tone.NEUTRAL,
    "submitted": c.Tone.WAITING,
    "certified": c.Tone.ACTIVE,
    "approved": c.Tone.GOOD,
    "validated": c.Tone.GOOD,
    "returned": c.Tone.WARNING,
    "superseded": c.Tone.CLOSED,
}
DONE = {
    "write plan": "Plan written",
    "submit plan": "Plan handed in",
    "approve plan": "Plan approved",
    "return plan": "Plan returned",
    "amend plan": "Amendment begun",
    "write report": "Report written",
    "submit report": "Report handed in",
    "record certificate": "Certificate recorded",
    "validate report": "Report checked",
    "return report": "Report returned",
}
LATE = c.Status("Late", c.Tone.BAD)
OVERDUE = c.Status("Overdue", c.Tone.BAD)


def plan_status(plan: Plan) -> c.Status:
    """The badge of a plan's state."""
    return c.Status(PLAN.states[plan.status], TONES[plan.status])


def report_status(report: Report) -> c.Status:
    """The badge of a report's state."""
    return c.Status(REPORT.states[report.status], TONES[report.status])


def is_late(plan: Plan) -> bool:
    """Whether a plan was handed in after the day it was due; an amendment is not late."""
    if plan.due_on is None or plan.submitted_at is None or plan.number > 1:
        return False
    return timezone.localdate(plan.submitted_at) > plan.due_on


def missing(due_on: date | None) -> c.Status:
    """The badge of something that is not handed in: overdue, or still to come."""
    if due_on is not None and due_on < clock.today():
        return OVERDUE
    return c.Status("Not handed in", c.Tone.NEUTRAL)


def due_source(rules: Scheme, what: str) -> str:
    """Where the due day comes from: the rule of the scheme, and the source that it names."""
    kinds = planned_kinds(rules) if what == "plan" else reported_kinds(rules)
    for rule in kinds:
        figure = rules.figure(f"kinds.{rule.code}.{what}")
        stated = rule.plan if what == "plan" else rule.report
        return f"{stated}{': ' + figure.source if figure else ''}"
    return "the programme states no day"


def history(events: Sequence[AuditEvent], *, names: bool) -> c.Timeline:
    """What was done; only the office reads who did it."""
    found = []
    for event in events:
        after = event.after or {}
        facts = [
            event.reason,
            f"Line {after['line']}" if after.get("line") else "",
            f"Decision {after['decision']}" if after.get("decision") else "",
            after.get("decision_taken", ""),
        ]
        facts.append(f"By {event.actor_name}" if names else "")
        detail = ". ".join(part.rstrip(".") for part in facts if part)
        found.append(
            c.Event(
                timezone.localdate(event.recorded_at),
                DONE.get(event.action, event.action),
                detail=f"{detail}." if detail else "",
            )
        )
    return c.Timeline("history", "What was done with it, oldest first", tuple(found))
