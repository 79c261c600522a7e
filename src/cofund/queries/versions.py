"""Tells whether anything at all was written to the database: a version that is equal for as long as nothing was, for all threads.

PostgreSQL tells it itself: the transactions that a reader sees now. SQLite tells a connection only whether *others* have written
since it last asked, so one connection of the process, which itself never writes, is asked on behalf of all: the watcher.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.backends.signals import connection_created

# A commit between two questions makes a third necessary; so many in a row, and this one read is not kept.
_TRIES: Final = 4


class Version(NamedTuple):
    """What stays equal until something is written; `place` tells databases apart."""

    place: str
    seen: str


class _Watcher:
    """The connection that only watches a SQLite file; a process has one, made anew for another file and after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._raw: sqlite3.Connection | None = None
        self._of: tuple[int, str, int, int] | None = None

    def commits(self, path: str) -> Version | None:
        """Give the number of commits to the file that anybody made since the watcher was there; None where there is no file."""
        try:
            found = Path(path).stat()
        except OSError:
            return None
        of = (os.getpid(), path, found.st_dev, found.st_ino)
        with self._lock:
            if self._raw is None or self._of != of:
                self._raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
                self._of = of
            (commits,) = self._raw.execute("PRAGMA data_version").fetchone()
        return Version(f"{path}#{found.st_ino}", str(commits))


class _Seen(threading.local):
    """What the watcher and this thread's own connection said when they were last asked."""

    raw: object = None
    watched: Version | None = None
    own: tuple[int, int] = (0, 0)


_watcher: Final = _Watcher()
_last: Final = _Seen()


def version() -> Version | None:
    """Give the version of the database as this thread sees it; None where that cannot be said, so that nothing may be kept.

    That is so in a transaction, whose own writes can be taken back, and while a statement that is still being read holds on to an
    older state. What is read after the version was asked for can be newer, never older: it is then kept under a version that never
    comes back.
    """
    connection.ensure_connection()
    if connection.in_atomic_block or not connection.get_autocommit():
        return None
    if connection.vendor == "sqlite":
        return _of_sqlite(connection.connection, str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (snapshot,) = cursor.fetchone()
    where = connection.settings_dict
    return Version(f"{where['HOST']}:{where['PORT']}/{where['NAME']}", str(snapshot))


def _of_sqlite(raw: Any, path: str) -> Version | None:
    """Ask the watcher, and see that the thread's own connection is as far as it.

    A connection whose statement is still being read does not see what others have committed since: the watcher has moved on and the
    connection has not. A commit in between would look the same later, so both must stand still while they are asked.
    """
    own = _own(raw)
    for _ in range(_TRIES):
        before, watched, own = own, _watcher.commits(path), _own(raw)
        if watched is None:
            return None
        if before == own:
            break
    else:
        _last.raw = None
        return None
    if _last.raw is not raw:
        # Met here and not when it was made: whether it holds on to something is not known yet.
        _last.raw, _last.watched, _last.own = raw, watched, own
        return None
    if watched != _last.watched and own == _last.own:
        return None
    _last.watched, _last.own = watched, own
    return watched


def _own(raw: Any) -> tuple[int, int]:
    """What a connection says itself: the commits of others that it has seen, and the rows that it changed."""
    (commits,) = raw.execute("PRAGMA data_version").fetchone()
    return commits, raw.total_changes


def _meet(**told: Any) -> None:
    """Ask once as soon as a connection is made, when it cannot hold on to anything yet."""
    made = told["connection"]
    if made.alias == connection.alias and made.vendor == "sqlite":
        _last.raw = None
        _of_sqlite(made.connection, str(made.settings_dict["NAME"]))


connection_created.connect(_meet, dispatch_uid="cofund.queries.versions")
