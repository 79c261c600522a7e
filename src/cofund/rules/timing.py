"""Whether a meeting of the board comes in time for a topic: days of slack, and the day by which a letter has to be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting of the board: its day, and the day by which papers have to be there where it states one."""

    held_on: date
    papers_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Chance:
    """What a meeting means for a letter that is there on a day. Days may be negative: so many too late.

    `days_for_papers` None: nobody says when papers are due. `slack_days` None: nobody knows when the topic is adopted.
    """

    papers_due_on: date | None
    days_for_papers: int | None
    slack_days: int | None

    @property
    def takes_papers(self) -> bool:
        """Whether the letter reaches the meeting."""
        return self.days_for_papers is None or self.days_for_papers >= 0

    @property
    def is_before_adoption(self) -> bool:
        """Whether the board meets on or before the day of the adoption."""
        return self.slack_days is None or self.slack_days >= 0

    @property
    def is_in_time(self) -> bool:
        """Whether an approval there can still be matched with the topic."""
        return self.takes_papers and self.is_before_adoption


def slack_days(required: date, planned: date) -> int:
    """Give the days between a planned day and the day by which something is required; negative where it comes too late."""
    return (required - planned).days


def papers_due_on(sitting: Sitting, papers_days: int | None) -> date | None:
    """Give the day by which papers of a meeting are due: as it states, else so many days before it, else not known."""
    if sitting.papers_due_on is not None or papers_days is None:
        return sitting.papers_due_on
    return sitting.held_on - timedelta(days=papers_days)


def chance(sitting: Sitting, *, ready_on: date, adopted_on: date | None, papers_days: int | None) -> Chance:
    """Tell what a meeting means for a letter that is ready on a day, with the topic's day of adoption, past or planned."""
    due = papers_due_on(sitting, papers_days)
    last = due if due is not None else sitting.held_on
    return Chance(
        due,
        None if due is None and sitting.held_on >= ready_on else slack_days(last, ready_on),
        None if adopted_on is None else slack_days(adopted_on, sitting.held_on),
    )
