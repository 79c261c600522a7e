"""How the states of topics, ideas and consultations look, the same on every page: badges and the line of steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from cofund.records.programme.models import Idea, Project, Topic
from cofund.rules.lifecycle_topics import CONSULTATION, IDEA, TOPIC, WAY
from cofund.web import components as c

TOPIC_TONES = {
    "scoping": c.Tone.NEUTRAL,
    "drafting": c.Tone.WAITING,
    "consultation": c.Tone.WAITING,
    "revised": c.Tone.WAITING,
    "proposed": c.Tone.ACTIVE,
    "adopted": c.Tone.ACTIVE,
    "granted": c.Tone.GOOD,
    "no_award": c.Tone.CLOSED,
    "dropped": c.Tone.CLOSED,
}
IDEA_TONES = {
    "submitted": c.Tone.WAITING,
    "in_review": c.Tone.ACTIVE,
    "accepted": c.Tone.GOOD,
    "merged": c.Tone.CLOSED,
    "parked": c.Tone.NEUTRAL,
    "declined": c.Tone.CLOSED,
}
CONSULTATION_TONES = {
    "planned": c.Tone.NEUTRAL,
    "open": c.Tone.ACTIVE,
    "closed": c.Tone.WARNING,
    "answered": c.Tone.GOOD,
}
_CONSULTATION_WORDS = {**CONSULTATION.states, "closed": "Closed, answers missing"}


def topic_status(topic: Topic) -> c.Status:
    """Where a topic stands."""
    return c.Status(TOPIC.states[topic.status], TOPIC_TONES[topic.status])


def idea_status(idea: Idea) -> c.Status:
    """Where an idea stands."""
    return c.Status(IDEA.states[idea.status], IDEA_TONES[idea.status])


def consultation_status(state: str) -> c.Status:
    """Where a consultation stands."""
    return c.Status(_CONSULTATION_WORDS[state], CONSULTATION_TONES[state])


def steps(topic: Topic, projects: Sequence[Project], href: str = "", *, was_consulted: bool = True) -> list[c.Step]:
    """The way of a topic to its project; `href` is the page of the project. What was left out on the way is shown as such."""
    started = min((one.starts_on for one in projects if one.starts_on), default=None)
    days: dict[str, date | None] = {"adopted": topic.adopted_on, "granted": started}
    labels = {**TOPIC.states, "granted": "Project under way"}
    if topic.status not in WAY:
        # Without an award the adoption stands; what was dropped went before it.
        passed = WAY[: WAY.index("adopted") + 1] if topic.status == "no_award" else ("scoping", "drafting")
        done = [c.Step(labels[state], "done", days.get(state)) for state in passed]
        return [*done, c.Step(labels[topic.status], "current")]
    place = WAY.index(topic.status)
    found = []
    for number, state in enumerate(WAY):
        stands: Literal["done", "current", "todo", "skipped"]
        stands = "done" if number < place else "current" if number == place else "todo"
        if stands == "done" and state in ("consultation", "revised", "proposed") and not was_consulted:
            continue
        found.append(c.Step(labels[state], stands, days.get(state), href if state == "granted" else ""))
    return found
