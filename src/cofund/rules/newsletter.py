"""What the newsletter tells of, how often, and what is kept of those who get it for how long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from cofund.rules.knocking import DAY, HOUR, Limit

# What is new, by theme, in the order of an issue.
THEMES: Final[dict[str, str]] = {
    "stories": "Stories",
    "topics": "Topics",
    "ideas": "Ideas",
    "contributions": "Contributions",
    "decisions": "Decisions",
}
# For one e-mail address, whether it is known here or not; for one address of the network, behind which there may be a whole office.
SIGN_UPS_PER_EMAIL: Final = (Limit(3, HOUR), Limit(6, DAY))
SIGN_UPS_PER_ORIGIN: Final = (Limit(20, HOUR), Limit(60, DAY))
LONGEST_WINDOW: Final = DAY
# Mail that does not arrive for passing reasons, so often since the last change, is taken for an address that is gone.
MOST_SOFT_BOUNCES: Final = 5
# Who got which message is kept so long after it was sent, or was tried for the last time.
KEEP_SENT: Final = timedelta(days=90)


def period_before(frequency: str, today: date) -> tuple[date, date]:
    """Give the first and the last day of the last whole week (from Monday) or month before a day.

    Raises:
        KeyError: there is no such frequency.
    """
    if frequency == "weekly":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if frequency == "monthly":
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    raise KeyError(frequency)
