"""Brings what the public search finds in step with what anybody may read now, before somebody searches.

An entry says nothing of its own, so nothing of it is audited: what it shows was, when it was written.
"""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import connection

from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.queries.search import entries
from cofund.queries.search.standing import Difference, difference
from cofund.queries.stories import lists as stories
from cofund.queries.versions import Version, version
from cofund.records.programme.models import SearchEntry

# A write by somebody else between two looks makes a third necessary; what was seen by then is true enough for a search that runs
# at the same time as the write.
_TRIES: Final = 3
_PART: Final = 1000
# Names the lock of PostgreSQL that lets one process write entries at a time.
_LOCK: Final = 7_236_112


class _Step(NamedTuple):
    """When every entry was seen to be right: the version of the database, the day and the instant, and the next story after it.

    The day, since an embargo ends at midnight without anything being written; the story, since it comes out by the clock.
    """

    version: Version
    day: date
    at: datetime
    next_story: datetime | None

    def holds(self, version: Version) -> bool:
        """Whether nothing was written since, on the same day, and no story came out. Asks the database nothing."""
        now = clock.now()
        out = self.next_story is not None and self.next_story <= now
        return version == self.version and clock.today() == self.day and self.at <= now and not out


class _Checked:
    """What this process has seen of the entries, for all of its threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.step: _Step | None = None


_checked: Final = _Checked()


def bring_in_step() -> int:
    """Make the entries equal to what anybody may read now; give how many were another. Nothing is read where nothing was
    written since, on the same day, and no story came out.

    What was recorded before this is called, by whomever, is found as it is now, and what is public no longer is not found.
    """
    changed = 0
    with _checked.lock:
        for _ in range(_TRIES):
            known = version()
            if known is not None and _checked.step is not None and _checked.step.holds(known):
                break
            # Told before the entries are looked at: what comes out meanwhile is then looked at once more.
            step = _Step(known, clock.today(), clock.now(), stories.next_out()) if known is not None else None
            if not difference().is_any:
                _checked.step = step
                break
            changed += _apply()
    return changed


def _apply() -> int:
    """Write the difference under a lock; it is found once more there, since another process may have written it meanwhile."""
    with writing():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = difference()
        _write(found)
    return found.size


def _write(found: Difference) -> None:
    """Take away what is another or not public any more, and add what is."""
    for at in range(0, len(found.gone), _PART):
        SearchEntry.objects.filter(pk__in=found.gone[at : at + _PART]).delete()
    rows = [_copy(entries.entry_of(one)) for one in found.added]
    SearchEntry.objects.bulk_create(rows, batch_size=_PART)


def _copy(row: SearchEntry) -> SearchEntry:
    """A row to be written; the one that is kept gets no key."""
    names = [field.attname for field in SearchEntry._meta.concrete_fields if not field.primary_key]
    return SearchEntry(**{name: getattr(row, name) for name in names})
