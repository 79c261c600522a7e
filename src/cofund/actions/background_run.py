"""The process of a long task: it does its work, tells its row how far it is, and writes how it ended."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

from cofund.actions.actors import Actor
from cofund.actions.background import end
from cofund.actions.errors import Refused
from cofund.queries import background, clock
from cofund.records.directory.models import BackgroundTask

logger = logging.getLogger(__name__)
_EVERY: Final = 1.0  # seconds between two times that the row is told how far it is

# Told of what is done now, how far it is and how far it goes.
Tell = Callable[[str, int, int], None]
# What a task does; it adds what came of it to the results of the row, in sentences.
Work = Callable[[BackgroundTask, Tell], None]


class _Stopped(BaseException):
    """The process was told to end."""


def run(key: int, work: Work, expected: tuple[type[Exception], ...] = ()) -> BackgroundTask:
    """Do a task to its end, in this process, and give its row as it then is.

    The words of a refusal, and of errors that are `expected`, say what went wrong; any other is a mistake of the program.

    Raises: Refused where there is no such task, or it has ended.
    """
    with _lock(key):
        row = background.find(key)
        if row is None or row.status != BackgroundTask.Status.OPEN:
            raise Refused(
                asked=f"Run the task {key}.", wrong="There is none of this number that is open.", remedy="Start one."
            )
        BackgroundTask.objects.filter(pk=key).update(started_at=clock.now())
        _run(row, work, expected)
        return row


def _run(row: BackgroundTask, work: Work, expected: tuple[type[Exception], ...]) -> None:
    """Do it, and write how it ended."""
    actor = Actor(row.asked_by, row.asked_by_role, row.user_id)
    known: tuple[type[Exception], ...] = (Refused, *expected)
    try:
        with _stopping():
            work(row, _Telling(row))
    except _Stopped:
        row.cancel_asked_at = BackgroundTask.objects.values_list("cancel_asked_at", flat=True).get(pk=row.pk)
        if row.cancel_asked_at:
            end(actor, row, BackgroundTask.Status.CANCELLED)
        else:
            end(actor, row, BackgroundTask.Status.FAILED, "Its process was told to end from outside. Start it again.")
    except known as error:
        end(actor, row, BackgroundTask.Status.FAILED, str(error))
    except Exception as error:
        logger.exception("The task %s failed.", row.pk)
        wrong = f"Something went wrong that nobody foresaw: {type(error).__name__}: {error}."
        wrong += f" The whole of it is in {background.log_of(row.pk)}."
        end(actor, row, BackgroundTask.Status.FAILED, wrong)
    else:
        end(actor, row, BackgroundTask.Status.DONE)


class _Telling:
    """Tells a row how far its task is, not more often than once a second."""

    def __init__(self, row: BackgroundTask) -> None:
        self._row, self._last = row, 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tell it."""
        row, now = self._row, time.monotonic()
        if step == row.step and now - self._last < _EVERY and done < total:
            return
        self._last = now
        row.step, row.done, row.total, row.told_at = step, done, total, clock.now()
        BackgroundTask.objects.filter(pk=row.pk).update(step=step, done=done, total=total, told_at=row.told_at)


@contextmanager
def _lock(key: int) -> Iterator[None]:
    """Hold the lock that tells that this process lives, with its number in the file."""
    background.folder().mkdir(parents=True, exist_ok=True)
    lock = os.open(background.lock_of(key), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        # Whoever looks whether it is held holds it for an instant.
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)


@contextmanager
def _stopping() -> Iterator[None]:
    """Turn the signal to end into an exception, so that transactions are rolled back and the end is written."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise _Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
