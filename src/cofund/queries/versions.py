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
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
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
        self._place = ""
        self._of: tuple[int, str, int] | None = None

    def look_at(self, path: str) -> None:
        """Watch this file, which may be another one than before under the same name."""
        of = (os.getpid(), path, Path(path).stat().st_ino)
        with self._lock:
            if self._of != of:
                self._raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
                self._of, self._place = of, ":".join(str(each) for each in of)

    def commits(self) -> Version | None:
        """Give the number of commits to the file that anybody made since the watcher was there; None where it watches nothing."""
        with self._lock:
            if self._raw is None:
                return None
            (commits,) = self._raw.execute("PRAGMA data_version").fetchone()
            return Version(self._place, str(commits))


class _Seen(NamedTuple):
    """What the watcher and a connection said when they were last asked; `raw` tells one connection of a wrapper from its next."""

    raw: object
    watched: Version | None
    own: tuple[int, int]


_watcher: Final = _Watcher()
# By Django's wrapper, which only its own thread uses. A thread can have two: code inside an event loop gets one of
# its own from Django.
_seen: Final[WeakKeyDictionary[BaseDatabaseWrapper, _Seen]] = WeakKeyDictionary()


def version() -> Version | None:
    """Give the version of the database as this thread sees it; None where that cannot be said, so that nothing may be kept.

    That is so in a transaction, whose own writes can be taken back, and while a statement that is still being read holds on to an
    older state. What is read after the version was asked for can be newer, never older: it is then kept under a version that never
    comes back.
    """
    own = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    if own.in_atomic_block or not own.autocommit:
        return None
    if own.vendor == "sqlite":
        return _of_sqlite(own)
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (snapshot,) = cursor.fetchone()
    where = own.settings_dict
    return Version(f"{where['HOST']}:{where['PORT']}/{where['NAME']}", str(snapshot))


def _of_sqlite(connection: BaseDatabaseWrapper) -> Version | None:
    """Ask the watcher, and see that the connection is as far as it.

    A connection whose statement is still being read does not see what others have committed since: the watcher has moved on and the
    connection has not. A commit in between would look the same later, so both must stand still while they are asked.
    """
    raw, last = connection.connection, _seen.get(connection)
    if last is None or last.raw is not raw:
        # One that was made before anybody listened: whether it holds on to something is not known.
        return None
    watched, own = _both(raw)
    if watched is None or (watched != last.watched and own == last.own):
        return None
    _seen[connection] = _Seen(raw, watched, own)
    return watched


def _both(raw: Any) -> tuple[Version | None, tuple[int, int]]:
    """What the watcher and a connection say at one moment; of the watcher None where it never stood still."""
    own = _own(raw)
    for _ in range(_TRIES):
        before, watched, own = own, _watcher.commits(), _own(raw)
        if before == own:
            return watched, own
    return None, own


def _own(raw: Any) -> tuple[int, int]:
    """What a connection says itself: the commits of others that it has seen, and the rows that it changed."""
    (commits,) = raw.execute("PRAGMA data_version").fetchone()
    return commits, raw.total_changes


def _meet(connection: BaseDatabaseWrapper, **told: object) -> None:
    """Ask once as soon as a connection is made, when it cannot hold on to anything yet."""
    path = str(connection.settings_dict["NAME"])
    if connection.alias == DEFAULT_DB_ALIAS and connection.vendor == "sqlite" and Path(path).is_file():
        raw = connection.connection
        _watcher.look_at(path)
        _seen[connection] = _Seen(raw, *_both(raw))


connection_created.connect(_meet, dispatch_uid="cofund.queries.versions")
