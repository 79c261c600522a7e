"""One writer at a time: the lock that a booking holds from its first read to its commit."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction


@contextmanager
def writing() -> Iterator[None]:
    """Hold one transaction; on SQLite also a queue in front of the database's own lock.

    SQLite lets one writer in and has the others poll: with eight of them single waits reach seconds. A lock on a file beside
    the database makes them queue, in all processes, at the same rate and with waits of milliseconds. PostgreSQL queues on the
    row of the book (`select_for_update`), so nothing is done here.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _queue_file().open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with transaction.atomic():
            # What is done after the commit, such as sending an e-mail, holds up nobody.
            transaction.on_commit(lambda: fcntl.flock(file, fcntl.LOCK_UN))
            yield


@contextmanager
def sending() -> Iterator[None]:
    """Let one sender at a time take a message out of the outbox; a slow mail server holds up no writer.

    PostgreSQL holds the row of the message (`select_for_update`). On SQLite a transaction would hold the whole database, so senders
    queue on a file of their own.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    with _queue_file("senders").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _queue_file(whose: str = "writers") -> Path:
    """The file that writers or senders queue on: beside the database, or in the home folder for one in memory."""
    name = str(connection.settings_dict["NAME"])
    path = Path(name) if Path(name).is_absolute() else Path(settings.COFUND_HOME) / "memory"
    return path.with_name(f"{path.name}.{whose}")
