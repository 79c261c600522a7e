"""Which days an entry can be about: a year that lost a digit or gained a nine is a slip, not a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.utils import timezone

from cofund.actions.errors import Refused
from cofund.records.ledger.models import Entry
from cofund.rules.schemes import Scheme

# How many years before the start of a scheme, and after the day of recording, an entry can be about.
YEARS: Final = 10
# The first day of the books of a scheme that states no start.
FIRST_DAY: Final = date(1950, 1, 1)


def check_day(scheme: Scheme, kind: str, on: date, at: datetime) -> None:
    """Refuse a day far before the scheme or far in the future. A correction is about the day of what it corrects.

    Before its start nothing of a scheme is recorded, so that the later of the two days counts.

    Raises:
        Refused: with `field` effective_on.
    """
    if kind == Entry.Kind.CORRECT:
        return
    start, latest = scheme.starts_on, max(at.date(), scheme.starts_on or at.date())
    if start is None and on < FIRST_DAY:
        wrong = f"That is before {FIRST_DAY.isoformat()}."
    elif start is not None and _parts(on) < _parts(start, -YEARS):
        wrong = f"That is more than {YEARS} years before the start of {scheme.name}, {start.isoformat()}."
    elif _parts(on) > _parts(latest, YEARS):
        wrong = f"That is more than {YEARS} years after {latest.isoformat()}."
    else:
        return
    raise Refused(
        asked=f"You asked to book for {on.isoformat()}.",
        wrong=wrong,
        remedy="Check the year of the day that it is about.",
        field="effective_on",
    )


def _parts(on: date, years: int = 0) -> tuple[int, int, int]:
    """Year, month and day some years on; compared so, the 29 February needs no care."""
    return on.year + years, on.month, on.day


def refuse_tomorrow(on: date, at: datetime) -> None:
    """Refuse a pledge that is about a day to come: it would hold money today and be missing from today's statements.

    Raises:
        Refused: with `field` effective_on.
    """
    today = timezone.localdate(at)
    if on > today:
        raise Refused(
            asked=f"You asked to pledge as of {on.isoformat()}.",
            wrong=f"That day is still to come; today is {today.isoformat()}.",
            remedy="Record it as of today, or on that day.",
            field="effective_on",
        )
