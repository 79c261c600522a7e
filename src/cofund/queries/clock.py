"""The one place that reads the clock, so that every action can be given another instant."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

# Beyond these days a time zone can lead out of the calendar; nothing was known before the first, and all is before the last.
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(9000, 1, 1)


def now() -> datetime:
    """The present instant, aware."""
    return timezone.now()


def today() -> date:
    """Today in the site's time zone."""
    return timezone.localdate()


def end_of(day: date) -> datetime:
    """The last instant of a day in the site's time zone: what was known on a day is what was recorded up to then."""
    return timezone.make_aware(datetime.combine(min(max(day, _EARLIEST), _LATEST), time.max))
