"""Keeps what was read for as long as nothing at all is written to the database, as the database itself tells.

What it tells is a version: of SQLite the number of commits that others made and of rows that this connection changed, of PostgreSQL
the transactions that a reader sees now. Both cost one short question, and a row that changes anywhere makes another version.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import date
from functools import lru_cache, wraps
from itertools import count
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast

from django.db import connection

from cofund.queries import clock

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_numbers: Final = count()


class Version(NamedTuple):
    """What stays equal for one connection until something is written; connections are told apart, since each counts for itself."""

    connection: int
    seen: str


class _Own(threading.local):
    """The connection of this thread, and the number that it was given when it was met first."""

    raw: object = None
    number: int = 0


_own = _Own()


def version() -> Version | None:
    """Give the version of the database as this thread sees it; None in a transaction, whose own writes can be taken back.

    What is read after the version was asked for can be newer, never older: it is then kept under a version that never comes back.
    """
    connection.ensure_connection()
    if connection.in_atomic_block or not connection.get_autocommit():
        return None
    raw = connection.connection
    if _own.raw is not raw:
        _own.raw, _own.number = raw, next(_numbers)
    return Version(_own.number, _seen(raw))


def kept(maxsize: int) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Make a read that answers again what it answered to the same arguments, while the database and the day are the same.

    Only for reads whose answer nobody changes, and that do not ask for the time of the day. At most `maxsize` answers are kept.
    """

    def keeping(read: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @lru_cache(maxsize=maxsize)
        def of_version(now: Version, on: date, *args: Hashable, **kwargs: Hashable) -> Answer:
            return cast("Callable[..., Answer]", read)(*args, **kwargs)

        @wraps(read)
        def reading(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            now = version()
            if now is None:
                return read(*args, **kwargs)
            return cast("Callable[..., Answer]", of_version)(now, clock.today(), *args, **kwargs)

        return reading

    return keeping


def _seen(raw: Any) -> str:
    """What the database says of its own version."""
    if connection.vendor == "sqlite":
        (commits,) = raw.execute("PRAGMA data_version").fetchone()
        return f"{commits}/{raw.total_changes}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (snapshot,) = cursor.fetchone()
    return str(snapshot)
