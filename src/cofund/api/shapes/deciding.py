"""What was suggested and decided: ideas and decisions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Reference, Shape, text
from cofund.queries import decisions, ideas
from cofund.queries.consent import Titles
from cofund.records.programme.models import Decision as DecisionRow
from cofund.records.programme.models import Idea as IdeaRow


class Decision(Shape):
    """A published decision."""

    id: str
    number: str = Field(description="As people read it; of one whose number no source tells, that it is not known.")
    programme: str
    title: str
    names_partner: bool = Field(description="False where a partner in the title may not be named yet.")
    decided_on: date
    decided_by: str | None = Field(description="The group that took it.")
    topic: Reference | None
    text: str | None = Field(description="What was decided, in public words; null where they could name a partner.")
    result: str = Field(description="`adopted` or `rejected`.")
    yes_share: str | None = Field(
        description="Of the votes, as a fraction; null for a consensus, or where it is not recorded."
    )
    is_taken_elsewhere: bool = Field(description="How it was reached is not recorded here.")
    published_at: datetime | None
    certainty: str
    source: str | None
    href: str


class DecisionOfDay(Decision):
    """A published decision on a day on which it was there."""

    as_of: date
    known_on: date | None


class Idea(Shape):
    """An idea that may be read by everybody."""

    id: str
    title: str | None = Field(description="Null where none is published.")
    programme: str
    challenge: str | None
    proposed_by: str
    group: str | None
    status: str
    outcome: str | None
    topic: Reference | None
    handed_in_on: date | None
    certainty: str
    source: str | None
    href: str


def decision(row: DecisionRow, titles: Titles) -> Decision:
    """A decision by what may be read of it."""
    return Decision(**_decision(row, titles))


def decision_of_day(row: DecisionRow, titles: Titles, moment: tuple[date, date | None]) -> DecisionOfDay:
    """A decision by what may be read of it, with the day it was asked for."""
    return DecisionOfDay(**_decision(row, titles), as_of=moment[0], known_on=moment[1])


def _decision(row: DecisionRow, titles: Titles) -> dict[str, Any]:
    """What both forms of a decision say."""
    item = getattr(row, "agenda_item", None)
    title = titles.of_decision(row)
    return {
        "id": row.number,
        "number": row.number_said,
        "programme": row.scheme.code,
        "title": title,
        "names_partner": row.pk not in titles.decisions,
        "decided_on": row.decided_on,
        "decided_by": row.group.name if row.group else None,
        "topic": places.of_topic(item.topic, row.scheme.code) if item is not None and item.topic is not None else None,
        "text": None if row.pk in titles.decisions else text(row.text),
        "result": row.result,
        "yes_share": text(decisions.yes_share(row)),
        "is_taken_elsewhere": row.is_taken_elsewhere,
        "published_at": row.published_at,
        "certainty": row.certainty,
        "source": text(row.source_url),
        "href": places.of_decision(row, title).href,
    }


def idea(row: IdeaRow, held: Collection[int]) -> Idea:
    """An idea as an answer; `held` are the organisations that are not named."""
    topic = row.topic or (row.merged_into.topic if row.merged_into else None)
    return Idea(
        id=row.reference,
        title=row.title if row.is_title_known else None,
        programme=row.scheme.code,
        challenge=text(row.challenge),
        proposed_by=ideas.proposer(row, held=held),
        group=row.group.name if row.group else row.seat.group.name if row.seat and row.wants_credit else None,
        status=row.status,
        outcome=text(row.outcome),
        topic=places.of_topic(topic, row.scheme.code) if topic else None,
        handed_in_on=row.submitted_on,
        certainty=row.certainty,
        source=text(row.source_url),
        href=places.of_idea(row).href,
    )
