"""Days that decide whether a partner is in time: slack (formula F16), papers of a meeting, and the latest day for a letter.

Source: section 2.5 of the field report. The board approves about 35 days before a topic is launched, and a letter is comfortable
until about 60 days before; both are inferred from published calls and no rule of any scheme. How many days before a meeting papers
are due is a figure of each scheme.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LETTER_BEFORE_LAUNCH: Final = timedelta(days=60)
BOARD_BEFORE_LAUNCH: Final = timedelta(days=35)
# Of the usual plan of a call alone: a meeting states its own day, or its scheme the days (assumed).
PAPERS_BEFORE_MEETING: Final = timedelta(days=21)

# On what the comfortable day rests where the papers are due before it.
PAPERS_OF_THE_MEETING: Final = "the day on which papers for the adopting meeting are due"

# How the two days are reckoned, as pages say it.
LETTER_RULE: Final = f"about {LETTER_BEFORE_LAUNCH.days} days before the launch, and not after the papers are due"
PAPERS_RULE: Final = "so many days before the board meets as the programme says"

IN_TIME: Final = "in_time"
TIGHT: Final = "tight"
LATE: Final = "late"
UNKNOWN: Final = "unknown"
VERDICTS: Final = {IN_TIME: "In time", TIGHT: "Tight", LATE: "Too late", UNKNOWN: "Not known"}


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


@dataclass(frozen=True, slots=True)
class LetterTime:
    """The last comfortable day for a letter, and on which day that rests: the launch of the call, the adoption, or the papers."""

    latest_on: date
    rests_on: str
    launch_on: date

    def is_late(self, today: date) -> bool:
        """Whether the day is over."""
        return today > self.latest_on


def latest_letter(launch_on: date | None, adoption_on: date | None, papers_on: date | None = None) -> LetterTime | None:
    """Give the last comfortable day for a letter of endorsement; None where neither day is known.

    Args:
        launch_on: the day on which the call opens (T).
        adoption_on: the day on which the topic is, or is meant to be, adopted; the launch is then taken as 35 days later.
        papers_on: the day on which papers for the adopting meeting are due: a letter is never comfortable after it.
    """
    if launch_on is not None:
        launch, rests_on = launch_on, "the launch of the call"
    elif adoption_on is not None:
        launch, rests_on = adoption_on + BOARD_BEFORE_LAUNCH, "the adoption of the topic"
    else:
        return None
    latest = launch - LETTER_BEFORE_LAUNCH
    if papers_on is not None and papers_on < latest:
        return LetterTime(papers_on, PAPERS_OF_THE_MEETING, launch)
    return LetterTime(latest, rests_on, launch)


@dataclass(frozen=True, slots=True)
class Plan:
    """When a topic is adopted, and until when things have to be there. None where it is not known.

    `letter_on` is the comfortable day, `papers_on` the last one, which is reckoned and not stated where the flag says so.
    """

    adoption_on: date | None
    letter_on: date | None
    papers_on: date | None
    papers_are_reckoned: bool


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


def plan(
    adoption_on: date | None,
    *,
    launch_on: date | None = None,
    papers_stated_on: date | None = None,
    papers_days: int | None = None,
) -> Plan:
    """Give the latest days for a topic.

    Args:
        adoption_on: the day on which the board adopts it, done or planned.
        launch_on: the day on which its call opens, where it is known.
        papers_stated_on: the day that the adopting meeting sets for papers.
        papers_days: how many days before a meeting papers are due where it sets none, as the scheme says.
    """
    papers = papers_due_on(Sitting(adoption_on, papers_stated_on), papers_days) if adoption_on is not None else None
    letter = latest_letter(launch_on, adoption_on, papers)
    return Plan(
        adoption_on, letter.latest_on if letter else None, papers, papers is not None and papers_stated_on is None
    )


def judge(found: Plan, *, planned_on: date | None, decided_on: date | None = None) -> Verdict:
    """Tell whether a letter is in time (formula F16).

    A decision that is taken, or planned, counts before anything else: on the day of the adoption or before it is in time, after it
    the match is refused. Without one, the letter has to be there by the day of the papers; after the comfortable day it is tight.

    Args:
        found: the topic's latest days.
        planned_on: the day on which the letter was, or is to be, submitted.
        decided_on: the day on which the board decides on the partner, where it is known.
    """
    if found.adoption_on is None or found.letter_on is None:
        return Verdict(UNKNOWN, None, decided_on or planned_on, None)
    if decided_on is not None:
        slack = slack_days(found.adoption_on, decided_on)
        return Verdict(IN_TIME if slack >= 0 else LATE, found.adoption_on, decided_on, slack)
    if planned_on is None or found.papers_on is None:
        return Verdict(UNKNOWN, found.papers_on, planned_on, None)
    slack = slack_days(found.papers_on, planned_on)
    if slack < 0:
        return Verdict(LATE, found.papers_on, planned_on, slack)
    return Verdict(IN_TIME if planned_on <= found.letter_on else TIGHT, found.papers_on, planned_on, slack)
