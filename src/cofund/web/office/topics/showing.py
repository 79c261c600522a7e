"""What the pages about ideas and topics show alike: credits, conflicts, days, and words for what is not sure."""

from __future__ import annotations

from collections.abc import Sequence

from cofund.queries.chains import ConflictNote
from cofund.queries.topic_timelines import TopicTimeline
from cofund.records.programme.models import Credit, Topic
from cofund.rules import timeline, timing
from cofund.web import components as c
from cofund.web.formatting import money
from cofund.web.topic_states import day_mark, mark


def credits_table(rows: Sequence[Credit], name: str = "credits") -> c.Table:
    """Who is credited for what, from which seat, and when."""
    return c.Table(
        name,
        "Who is credited",
        (c.Column("Part"), c.Column("Who"), c.Column("From the seat"), c.Column("When"), c.Column("Note")),
        tuple(
            c.Row.of(
                c.Cell(one.get_part_display(), certainty=mark(one.certainty)),
                str(one.organisation or one.name),
                one.seat.group.name if one.seat else "–",
                one.on,
                one.note or "–",
            )
            for one in rows
        ),
        noun=("credit", "credits"),
        empty=c.EmptyState("Nobody is credited yet."),
    )


def conflict(note: ConflictNote, topic: Topic) -> c.Callout:
    """A conflict that the books and the credits show by themselves."""
    currency = topic.scheme.currency
    given = ", ".join(f"{state.contribution.reference} ({money(state.live_cents, currency)})" for state in note.states)
    return c.Callout(
        f"Conflict to note: {note.organisation} shaped {topic.code} and gives to it",
        f"It {_and(note.parts)} this topic, and its own contribution depends on it: "
        f"{given}. This is derived from the credits and the books, and published with the provenance.",
        "warning",
    )


def timeline_table(found: TopicTimeline) -> c.Table:
    """The days of a topic, in order, with how far each is from the launch."""
    rows = []
    for one in found.milestones:
        days = one.from_launch
        ago = "–" if days is None else f"T{days:+d}".replace("-", "−") if days else "the launch"
        mark_ = day_mark(found, one)
        note = "as in the usual plan, not decided" if one.is_usual else ""
        rows.append(c.Row.of(c.Cell(one.label, note=note), c.Cell(one.on, certainty=mark_), ago))
    if found.letter_by is not None:
        cell = c.Cell("Latest comfortable day for a letter", note=timing.LETTER_RULE)
        launch = found.dates.launch
        before = f"T−{(launch - found.letter_by).days}" if launch else "–"
        rows.append(c.Row.of(cell, c.Cell(found.letter_by, certainty=c.Certainty.INFERRED), before))
    if found.papers_by is not None:
        note = timing.PAPERS_RULE if found.is_papers_day_assumed else "as the agenda has it"
        certainty = c.Certainty.ASSUMED if found.is_papers_day_assumed else None
        rows.append(
            c.Row.of(
                c.Cell("Papers for the board are due", note=note), c.Cell(found.papers_by, certainty=certainty), "–"
            )
        )
    return c.Table(
        "days",
        "Days",
        (
            c.Column("What"),
            c.Column("Day"),
            c.Column("From the launch", hint="T is the launch of the call; T−60 is 60 days before it."),
        ),
        tuple(rows),
        noun=("day", "days"),
        empty=c.EmptyState(
            "No day is known yet.", "The days of a topic are those of its call, and the planned adoption."
        ),
        counted=False,
    )


def durations_table(found: TopicTimeline) -> c.Table:
    """How long each part takes."""
    two = found.is_two_stage
    names = dict(timeline.LABELS) if two else {**timeline.LABELS, "deadline": timeline.SINGLE_STAGE_DEADLINE}
    return c.Table(
        "durations",
        "How long each part takes",
        (c.Column("From"), c.Column("To"), c.Column("Days", numeric=True)),
        tuple(
            c.Row.of(
                names[one.start],
                names[one.end],
                one.days,
                kind="total" if (one.start, one.end) == ("launch", "start") else "",
            )
            for one in found.durations
        ),
        empty=c.EmptyState("No two days are known."),
        counted=False,
    )


def slack_table(found: TopicTimeline) -> c.Table | None:
    """What is left; None where nothing is planned."""
    if not found.slack:
        return None
    return c.Table(
        "slack",
        "Slack",
        (
            c.Column("What"),
            c.Column("Needed by"),
            c.Column("Planned"),
            c.Column("Days left", numeric=True),
            c.Column("In words"),
        ),
        tuple(
            c.Row.of(one.label, one.required_on, one.planned_on, one.days, _slack_said(one.days)) for one in found.slack
        ),
        note="Needed by minus planned: below zero it comes too late.",
        counted=False,
    )


def _slack_said(days: int) -> c.Status:
    """Slack in a word, so that no colour is needed."""
    if days < 0:
        return c.Status("Too late", c.Tone.BAD)
    return c.Status("Tight", c.Tone.WARNING) if days < 14 else c.Status("In time", c.Tone.GOOD)


def _and(words: Sequence[str]) -> str:
    """Words in a row, the last with “and”."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
