"""Brings what the public search finds in step with what anybody may read now, before somebody searches.

An entry says nothing of its own, so nothing of it is audited: what it shows was, when it was written.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection, connections

from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.queries.search import entries
from cofund.queries.search.standing import Difference, difference
from cofund.queries.stories import lists as stories
from cofund.queries.versions import Version, version
from cofund.records.programme.models import SearchEntry

logger = logging.getLogger(__name__)
# A write by somebody else between two looks makes a third necessary; what was seen by then is true enough for a search that runs
# at the same time as the write.
_TRIES: Final = 3
_PART: Final = 1000
# So many things are added in one transaction: nobody who writes waits for an index of tens of thousands.
_AT_A_TIME: Final = 4000
# So many new things a visitor adds before it searches, in a fraction of a second; more are left to a thread.
AT_ONCE: Final = 1000
# Names the lock of PostgreSQL that lets one process write entries at a time.
_LOCK: Final = 7_236_112


class _Step(NamedTuple):
    """When the entries were looked at: the version of the database, the day and the instant, and the next story after it.

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


class _Seen(NamedTuple):
    """What was another when the entries were looked at."""

    step: _Step
    found: Difference


class _Checked:
    """What this process has seen of the entries, for all of its threads; and whether one of them is adding what is new."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: _Seen | None = None
        self.adding = threading.Lock()


_checked: Final = _Checked()


def bring_in_step() -> int:
    """Make the entries equal to what anybody may read now; give how many were another. Nothing is read where nothing was
    written since, on the same day, and no story came out.

    What was recorded before this is called, by whomever, is found as it is now, and what is public no longer is not found.
    """
    gone = added = 0
    for _ in range(_TRIES):
        if _looked() is None:
            break
        is_all = False
        while not is_all:
            written = _apply()
            gone, added = gone + len(written.gone), added + len(written.added)
            is_all = len(written.added) < _AT_A_TIME
    return max(gone, added)


def bring_nearly_in_step() -> bool:
    """The same for a visitor who waits: tell whether everything is found.

    What is public no longer is not found, whatever else is. Where more things are new than `AT_ONCE`, as after many were loaded,
    they are left to a thread of this process, and found a few seconds later.
    """
    found = _looked()
    # In a transaction no other thread could see what is to be added.
    if found is None or len(found.added) <= AT_ONCE or connection.in_atomic_block:
        bring_in_step()
        return True
    if found.gone:
        _apply(most_added=0)
    _add_beside()
    return False


def add_what_is_new() -> None:
    """The same beside the pages, in one process of a machine at a time: two would do the work twice, and slow down all pages."""
    with _alone() as is_free:
        if is_free:
            bring_in_step()


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the file of whoever adds what is new, and tell whether it was free."""
    held = os.open(Path(settings.COFUND_HOME) / "search.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_free = True
        except BlockingIOError:
            is_free = False
        yield is_free
    finally:
        os.close(held)


def _looked() -> Difference | None:
    """What is another; None where nothing is. One thread finds it out for all of its process, until something is written."""
    known, seen = version(), _checked.seen
    if known is None or seen is None or not seen.step.holds(known):
        with _checked.lock:
            known, seen = version(), _checked.seen
            if known is None:
                found = difference()
                return found if found.is_any else None
            if seen is None or not seen.step.holds(known):
                # Told before the entries are looked at: what comes out meanwhile is then looked at once more.
                step = _Step(known, clock.today(), clock.now(), stories.next_out())
                seen = _checked.seen = _Seen(step, difference())
    return seen.found if seen.found.is_any else None


def _add_beside() -> None:
    """Let a thread add what is new, where none does."""
    if _checked.adding.acquire(blocking=False):
        threading.Thread(target=_add_all, name="search index", daemon=True).start()


def _add_all() -> None:
    """What the thread does. Where it fails, the next visitor begins another."""
    try:
        add_what_is_new()
    except Exception:
        logger.exception("Not everything could be added to the search; it is tried again with the next one.")
    finally:
        connections.close_all()
        _checked.adding.release()


def _apply(most_added: int = _AT_A_TIME) -> Difference:
    """Write the difference under a lock, as much of it as is given back; it is found once more there, since another process may
    have written it meanwhile."""
    with writing():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = difference()
        part = Difference(found.gone, found.added[:most_added])
        _write(part)
    return part


def _write(found: Difference) -> None:
    """Take away what is another or not public any more, and add what is."""
    for at in range(0, len(found.gone), _PART):
        SearchEntry.objects.filter(pk__in=found.gone[at : at + _PART]).delete()
    SearchEntry.objects.bulk_create([entries.entry_of(one) for one in found.added], batch_size=_PART)
