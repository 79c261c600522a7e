"""Days of a call and its topics: how long each part takes, the usual plan, and how much slack is left (formula F16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from cofund.rules.timing import BOARD_BEFORE_LAUNCH, PAPERS_BEFORE_MEETING, slack_days

# Days before and after the launch T of a call, in the usual plan. Source: durations measured on nine published calls of IMI2
# and IHI (inferred); the parts of a plan of an office are its own to change.
USUAL_PLAN: Final = {
    "drafts": -90,
    "adopted": -BOARD_BEFORE_LAUNCH.days,
    "launch": 0,
    "stage1": 90,
    "deadline": 280,
    "start": 480,
}
# A consultation that a topic waits for lasts at least from the publication of the drafts, T−90, to the day on which papers are
# due for the adoption at T−35, that is T−56 (assumed: no text states a minimum).
CONSULTATION_DAYS: Final = USUAL_PLAN["adopted"] - PAPERS_BEFORE_MEETING.days - USUAL_PLAN["drafts"]

LABELS: Final = {
    "drafts": "Drafts published",
    "adopted": "Adopted by the board",
    "launch": "Call launched",
    "stage1": "Deadline of short proposals",
    "deadline": "Deadline of full proposals",
    "results": "Results",
    "start": "Start of the project",
}
# A call of one stage has no short proposals.
SINGLE_STAGE_DEADLINE: Final = "Deadline"


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a call and of a topic as far as they are known; `stage1` only with two stages."""

    drafts: date | None = None
    adopted: date | None = None
    launch: date | None = None
    stage1: date | None = None
    deadline: date | None = None
    results: date | None = None
    start: date | None = None

    def of(self, key: str) -> date | None:
        """The day with a key of `LABELS`."""
        day: date | None = getattr(self, key)
        return day


@dataclass(frozen=True, slots=True)
class Duration:
    """How many days lie between two days of a call, with their keys."""

    start: str
    end: str
    days: int


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day of the plan: as it is known, or as the usual plan has it (`is_usual`); `from_launch`: days from it, if known."""

    key: str
    label: str
    on: date
    is_usual: bool
    from_launch: int | None


@dataclass(frozen=True, slots=True)
class Slack:
    """What is needed by which day, when it is planned or was done, and what is left: required minus planned (F16)."""

    label: str
    required_on: date
    planned_on: date

    @property
    def days(self) -> int:
        """Days left; below zero it comes too late."""
        return slack_days(self.required_on, self.planned_on)


def durations(dates: Dates) -> tuple[Duration, ...]:
    """How long each part took or will take, in days, as far as both of its ends are known.

    The last one is the whole: from the launch to the start of the project.
    """
    applied = "stage1" if dates.stage1 is not None else "deadline"
    pairs = [("drafts", "launch"), ("launch", applied)]
    if dates.stage1 is not None:
        pairs.append(("stage1", "deadline"))
    pairs += [("deadline", "results"), ("deadline", "start"), ("launch", "start")]
    found = []
    for start, end in pairs:
        first, last = dates.of(start), dates.of(end)
        if first is not None and last is not None:
            found.append(Duration(start, end, (last - first).days))
    return tuple(found)


def usual_plan(launch: date, *, two_stage: bool = True) -> dict[str, date]:
    """The days that a call launched on a day usually has; without short proposals where it has one stage."""
    return {key: launch + timedelta(days=days) for key, days in USUAL_PLAN.items() if two_stage or key != "stage1"}


def milestones(dates: Dates, *, two_stage: bool = True) -> tuple[Milestone, ...]:
    """The plan of a topic: known days as they are, the others as usual; only the known ones while the launch is not known."""
    launch = dates.launch
    usual = usual_plan(launch, two_stage=two_stage) if launch is not None else {}
    found = []
    for key, label in LABELS.items():
        known = dates.of(key)
        on = known or usual.get(key)
        if on is None:
            continue
        said = SINGLE_STAGE_DEADLINE if key == "deadline" and not two_stage else label
        found.append(Milestone(key, said, on, known is None, (on - launch).days if launch is not None else None))
    return tuple(sorted(found, key=lambda one: one.on))


def shortest_end(opens_on: date) -> date:
    """The first day on which a consultation that a topic waits for may end without a decision that shortens it."""
    return opens_on + timedelta(days=CONSULTATION_DAYS)


def wrong_order(dates: Dates) -> tuple[str, str] | None:
    """The first two days that stand in the wrong order, by their keys; None where the days can be true."""
    known = [(key, dates.of(key)) for key in ("drafts", "launch", "stage1", "deadline", "results")]
    days = [(key, day) for key, day in known if day is not None]
    for (first, earlier), (second, later) in pairwise(days):
        if earlier > later:
            return first, second
    return None


def early_start(starts_on: date | None, signed_on: date, *, is_fast_track: bool, is_flagged: bool) -> str:
    """Why a project may not start on a day; empty where it may.

    Before its grant is signed a project starts only on the fast track, and only where the decision says so (scenario S12).
    """
    if starts_on is None or starts_on >= signed_on:
        return ""
    if not is_fast_track:
        return "A project starts before its grant is signed only in a call on the fast track."
    return "" if is_flagged else "The start lies before the signature, and nothing says that the decision allows it."
