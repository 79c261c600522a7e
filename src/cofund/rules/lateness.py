"""Whether a partner is in time for a topic: formula F16, slack = required day - planned day.

Source: section 2.5 of the field report. The board approves about 35 days before a topic is launched, and a letter is comfortable
until about 60 days before; papers are assumed to be due three weeks before the board meets, where the meeting does not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LETTER_BEFORE_LAUNCH: Final = timedelta(days=60)
BOARD_BEFORE_LAUNCH: Final = timedelta(days=35)
PAPERS_BEFORE_MEETING: Final = timedelta(days=21)

IN_TIME: Final = "in_time"
TIGHT: Final = "tight"
LATE: Final = "late"
UNKNOWN: Final = "unknown"
VERDICTS: Final = {IN_TIME: "In time", TIGHT: "Tight", LATE: "Too late", UNKNOWN: "Not known"}


@dataclass(frozen=True, slots=True)
class Plan:
    """When a topic is adopted, and until when things have to be there. None where no day of adoption is known.

    `letter_on` is the comfortable day, `papers_on` the last one; each is assumed where the flag says so.
    """

    adoption_on: date | None
    letter_on: date | None
    letter_is_assumed: bool
    papers_on: date | None
    papers_are_assumed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one partner is in time, with the days that decided. `slack_days` below zero are days too late."""

    verdict: str
    required_on: date | None
    planned_on: date | None
    slack_days: int | None

    @property
    def words(self) -> str:
        """The verdict as people say it."""
        return VERDICTS[self.verdict]


def plan(adoption_on: date | None, *, launch_on: date | None = None, papers_due_on: date | None = None) -> Plan:
    """Give the latest days for a topic.

    Args:
        adoption_on: the day on which the board adopts it, done or planned.
        launch_on: the day on which its call opens, where it is known.
        papers_due_on: the day that the adopting meeting sets for papers.
    """
    if adoption_on is None:
        return Plan(None, None, True, None, True)
    launch = launch_on or adoption_on + BOARD_BEFORE_LAUNCH
    # A launch that is known but close leaves no more time than the papers do.
    papers = papers_due_on or adoption_on - PAPERS_BEFORE_MEETING
    return Plan(adoption_on, min(launch - LETTER_BEFORE_LAUNCH, papers), True, papers, papers_due_on is None)


def judge(found: Plan, *, planned_on: date | None, decided_on: date | None = None) -> Verdict:
    """Tell whether a letter is in time (formula F16).

    A decision that is taken, or planned, counts before anything else: on the day of the adoption or before it is in time, after it
    the match is refused. Without one, the letter has to be there by the day of the papers; after the comfortable day it is tight.

    Args:
        found: the topic's latest days.
        planned_on: the day on which the letter was, or is to be, submitted.
        decided_on: the day on which the board decides on the partner, where it is known.
    """
    if found.adoption_on is None or found.papers_on is None or found.letter_on is None:
        return Verdict(UNKNOWN, None, decided_on or planned_on, None)
    if decided_on is not None:
        slack = (found.adoption_on - decided_on).days
        return Verdict(IN_TIME if slack >= 0 else LATE, found.adoption_on, decided_on, slack)
    if planned_on is None:
        return Verdict(UNKNOWN, found.papers_on, None, None)
    slack = (found.papers_on - planned_on).days
    if slack < 0:
        return Verdict(LATE, found.papers_on, planned_on, slack)
    return Verdict(IN_TIME if planned_on <= found.letter_on else TIGHT, found.papers_on, planned_on, slack)
