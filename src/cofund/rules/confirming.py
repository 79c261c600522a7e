"""Who is asked, and who is only told, when the text of a topic changes; and until when an answer is due.

No text of a programme says how long a partner has. Both figures are assumed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from cofund.rules.lifecycle_applications import CHECKED

ANSWER_DAYS: Final = 14
# However near the board is, nobody is asked to answer sooner.
LEAST_DAYS: Final = 3
# Told of wording alone, a partner sees it on its desk for so long.
TOLD_DAYS: Final = 30

# A letter that was handed in and has not come to nothing stands as a pledge does; one still being written can take the change up.
HANDED_IN: Final = CHECKED
BEING_WRITTEN: Final = ("draft", "returned")


def answer_by(asked_on: date, papers_on: date | None) -> date:
    """Give the last day for an answer: two weeks, or the day on which papers of the adopting board are due where that is sooner.

    Args:
        asked_on: the day on which the partner is asked.
        papers_on: the day on which papers are due for the meeting that adopts the topic; None where it is not known.
    """
    usual = asked_on + timedelta(days=ANSWER_DAYS)
    if papers_on is None or papers_on >= usual:
        return usual
    return max(papers_on, asked_on + timedelta(days=LEAST_DAYS))
