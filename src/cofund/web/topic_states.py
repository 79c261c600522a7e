"""How the states of topics, ideas and consultations look, the same on every page: badges and the line of steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from django.utils.translation import gettext_noop as marked

from cofund.queries import clock, points
from cofund.queries.topic_timelines import TopicTimeline
from cofund.records.programme.models import AgendaItem, Idea, Project, Topic
from cofund.rules.lifecycle_topics import CONSULTATION, IDEA, TOPIC, WAY, is_before_adoption
from cofund.rules.timeline import Milestone
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.languages import gettext as _
from cofund.web.vocabulary import spoken

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
    "unknown": c.Tone.NEUTRAL,
}
CONSULTATION_TONES = {
    "planned": c.Tone.NEUTRAL,
    "open": c.Tone.ACTIVE,
    "closed": c.Tone.WARNING,
    "answered": c.Tone.GOOD,
}
_CONSULTATION_WORDS = {**CONSULTATION.states, "closed": marked("Closed, answers missing")}


def mark(stated: str) -> c.Certainty | None:
    """The mark that a reader should see; None for what is recorded here or verified."""
    return None if stated in ("recorded", "verified") else c.Certainty(stated)


def topic_status(topic: Topic) -> c.Status:
    """Where a topic stands."""
    return c.Status(spoken(TOPIC.states[topic.status]), TOPIC_TONES[topic.status])


def topic_cell(topic: Topic) -> c.Cell:
    """Where a topic stands in a list, with how sure that is and why; not known where no step tells it of a past day."""
    if not topic.status:
        return c.Cell(None)
    return c.Cell(topic_status(topic), note=topic.status_note, certainty=mark(topic.status_certainty))


def doubt(topic: Topic) -> c.Callout | None:
    """What the page of a topic says first where its state is not sure; None where it is."""
    certainty = mark(topic.status_certainty)
    if certainty is None:
        return None
    title = _("“{states}” is {value}").format(states=spoken(TOPIC.states[topic.status]), value=_(certainty.value))
    return c.Callout(title, topic.status_note, "warning" if certainty == c.Certainty.ASSUMED else "info")


def decided(topic: Topic) -> c.Callout | None:
    """What the board decided on a topic that the programme has not recorded with it yet; None before the decision is published."""
    if not is_before_adoption(topic.status):
        return None
    item = points.published_adoption(topic)
    if item is None or item.decision is None:
        return None
    is_adopted = item.status == AgendaItem.Status.ADOPTED
    title = _("The board adopted this topic") if is_adopted else _("The board did not adopt this topic")
    next_step = _(" Its public money is fixed once the programme office has recorded it.") if is_adopted else ""
    return c.Callout(
        title,
        _("Decision {number_said}, {day}.{next_step}").format(
            number_said=item.decision.number_said, day=day(item.decision.decided_on), next_step=next_step
        ),
        "info",
    )


def day_mark(found: TopicTimeline, one: Milestone) -> c.Certainty | None:
    """How sure a day of a topic is: one of the usual plan is assumed, that of the adoption is as sure as it was recorded."""
    if one.is_usual:
        return c.Certainty.ASSUMED
    return mark(found.adopted_certainty) if one.key == "adopted" else None


def idea_title(row: Idea) -> str:
    """The title of an idea, or that none is published."""
    return row.title if row.is_title_known else spoken(row.title_said)


def idea_status(idea: Idea) -> c.Status:
    """Where an idea stands."""
    return c.Status(spoken(IDEA.states[idea.status]), IDEA_TONES[idea.status])


def consultation_status(state: str) -> c.Status:
    """Where a consultation stands."""
    return c.Status(_(_CONSULTATION_WORDS[state]), CONSULTATION_TONES[state])


def steps(topic: Topic, projects: Sequence[Project], href: str = "", *, was_consulted: bool = True) -> list[c.Step]:
    """The way of a topic to its project; `href` is the page of the project. What was left out on the way is shown as such."""
    started = min((one.starts_on for one in projects if one.starts_on), default=None)
    days: dict[str, date | None] = {"adopted": topic.adopted_on, "granted": started}
    ended = [one.ends_on for one in projects if one.ends_on is not None and one.ends_on < clock.today()]
    is_over = bool(projects) and len(ended) == len(projects)
    labels = {
        **{state: spoken(words) for state, words in TOPIC.states.items()},
        "granted": _("Project, ended") if is_over else _("Project under way"),
    }
    sure = {"adopted": mark(topic.adopted_certainty)}
    if topic.status not in WAY:
        # Without an award the adoption stands; what was dropped went before it.
        passed = WAY[: WAY.index("adopted") + 1] if topic.status == "no_award" else ("scoping", "drafting")
        done = [c.Step(labels[state], "done", days.get(state), certainty=sure.get(state)) for state in passed]
        return [*done, c.Step(labels[topic.status], "current")]
    place = WAY.index(topic.status)
    found = []
    for number, state in enumerate(WAY):
        stands: Literal["done", "current", "todo", "skipped"]
        stands = "done" if number < place else "current" if number == place else "todo"
        if stands == "done" and state in ("consultation", "revised", "proposed") and not was_consulted:
            continue
        link = href if state == "granted" else ""
        found.append(c.Step(labels[state], stands, days.get(state), link, sure.get(state)))
    return found
