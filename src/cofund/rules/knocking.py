"""How often somebody may knock at the topics of a site or comment on them, and how long what is not confirmed is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `within`."""

    most: int
    within: timedelta


HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
# For one e-mail address, and for one address of the network (of IPv6 one /64 network), behind which there may be a whole office.
PER_EMAIL: Final = (Limit(3, HOUR), Limit(6, DAY))
PER_ORIGIN: Final = (Limit(5, HOUR), Limit(20, DAY))
# Comments in a consultation: a text has six sections, and one may comment on each.
COMMENTS_PER_EMAIL: Final = (Limit(6, HOUR), Limit(12, DAY))
COMMENTS_PER_ORIGIN: Final = (Limit(20, DAY),)
LONGEST_WINDOW: Final = max(limit.within for limit in (*PER_EMAIL, *PER_ORIGIN))
# The link in the e-mail holds for a week; what is not confirmed by then is erased.
CONFIRM_WITHIN: Final = timedelta(days=7)


def wait_until(made: Iterable[datetime], limits: Iterable[Limit], now: datetime) -> datetime | None:
    """Give the instant from which one more is allowed; None where it is allowed now.

    Args:
        made: the instants of those that were made before.
        limits: the limits, all of which must hold.
        now: the present instant.
    """
    latest_first = sorted(made, reverse=True)
    waits = []
    for limit in limits:
        recent = [instant for instant in latest_first if instant > now - limit.within]
        if len(recent) >= limit.most:
            # One more is allowed as soon as the oldest of the last `most` has left the window.
            waits.append(recent[limit.most - 1] + limit.within)
    return max(waits, default=None)
