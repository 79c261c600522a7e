"""Until when a partner's letter comes in comfortable time for a topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

# Rule of thumb of the field: draft T-90, approval by the board T-35, launch T; a letter is comfortable until about T-60.
LETTER_BEFORE_LAUNCH: Final = timedelta(days=60)
ADOPTION_BEFORE_LAUNCH: Final = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class LetterTime:
    """The last comfortable day for a letter, and on which day that rests: the launch of the call, or the adoption."""

    latest_on: date
    rests_on: str
    launch_on: date

    def is_late(self, today: date) -> bool:
        """Whether the day is over."""
        return today > self.latest_on


def latest_letter(launch_on: date | None, adoption_on: date | None) -> LetterTime | None:
    """Give the last comfortable day for a letter of endorsement; None where neither day is known.

    Args:
        launch_on: the day on which the call opens (T).
        adoption_on: the day on which the topic is, or is meant to be, adopted; the launch is then taken as 35 days later.

    Source: durations measured on published calls, field report 2.5: about T-60, an inference and no rule of any scheme.
    """
    if launch_on is not None:
        return LetterTime(launch_on - LETTER_BEFORE_LAUNCH, "the launch of the call", launch_on)
    if adoption_on is not None:
        launch = adoption_on + ADOPTION_BEFORE_LAUNCH
        return LetterTime(launch - LETTER_BEFORE_LAUNCH, "the adoption of the topic", launch)
    return None
