"""Long tasks beside the site: which one is under way, whether its process lives, and where it leaves its lock and its log."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from cofund.queries import clock
from cofund.queries.held import is_held
from cofund.records.directory.models import BackgroundTask

# A process that was just started may not have made its lock yet.
_GRACE: Final = timedelta(seconds=20)
DEAD: Final = "dead"
_SHOWN: Final = 10


def folder() -> Path:
    """Where tasks leave their locks and logs."""
    return Path(settings.COFUND_HOME) / "tasks"


def lock_of(key: int) -> Path:
    """The file whose lock the process of a task holds; it has the number of that process."""
    return folder() / f"{key}.lock"


def log_of(key: int) -> Path:
    """What the process of a task printed."""
    return folder() / f"{key}.log"


def open_task() -> BackgroundTask | None:
    """The task that is under way by its row, whether or not its process lives."""
    return BackgroundTask.objects.filter(status=BackgroundTask.Status.OPEN).first()


def find(key: int) -> BackgroundTask | None:
    """Give a task, or None."""
    return BackgroundTask.objects.filter(pk=key).first()


def latest() -> list[BackgroundTask]:
    """The latest tasks, the newest first."""
    return list(BackgroundTask.objects.order_by("-pk")[:_SHOWN])


def is_alive(task: BackgroundTask, now: datetime | None = None) -> bool:
    """Whether the process of a task lives, or is only being started."""
    if task.status != BackgroundTask.Status.OPEN:
        return False
    lock = lock_of(task.pk)
    is_new = not lock.exists() and (now or clock.now()) - task.asked_at < _GRACE
    return is_new or is_held(lock)


def standing(task: BackgroundTask, now: datetime | None = None) -> str:
    """How a task stands: its status, or `DEAD` where its row is open and its process is gone without having been cancelled."""
    if task.status == BackgroundTask.Status.OPEN and not is_alive(task, now):
        return BackgroundTask.Status.CANCELLED if task.cancel_asked_at else DEAD
    return task.status
