"""One writer at a time: the lock that a booking holds from its first read to its commit."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction


@contextmanager
def writing() -> Iterator[bool]:
    """Hold one transaction, and tell whether it is the whole one, not a part of another.

    On SQLite also hold a queue in front of the database's own lock. SQLite lets one writer in and has the others poll: with eight
    of them single waits reach seconds. A lock on a file beside the database makes them queue, in all processes, at the same rate
    and with waits of milliseconds. PostgreSQL queues on the row of the book, so nothing is done here.
    """
    is_whole = not connection.in_atomic_block
    if connection.vendor != "sqlite" or not is_whole:
        with transaction.atomic():
            yield is_whole
        return
    queue = os.open(_queue_file(str(connection.settings_dict["NAME"])), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(queue, fcntl.LOCK_EX)
        with transaction.atomic():
            # What is done after the commit, such as sending an e-mail, holds up nobody.
            transaction.on_commit(lambda: fcntl.flock(queue, fcntl.LOCK_UN))
            yield is_whole
    finally:
        os.close(queue)


@lru_cache(maxsize=8)
def _queue_file(name: str) -> str:
    """The file that writers queue on: beside the database, or in the home folder for one in memory."""
    path = Path(name) if Path(name).is_absolute() else Path(settings.COFUND_HOME) / "memory"
    return str(path.with_name(f"{path.name}.writers"))
