"""Starts a long task in a process of its own, one at a time, and ends it: done, failed or cancelled, each with its audit row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import background, clock
from cofund.queries.held import is_held
from cofund.records.directory.models import BackgroundTask
from cofund.rules.lifecycle_tasks import TASK

GONE: Final = (
    "Its process ended without a word: it was killed, or the machine was started again. What it imported before stays; "
    "start it again."
)
_UNDER_WAY: Final = "Another task is under way."


def start(actor: Actor, kind: str, *, file: Path | None = None, at: datetime | None = None) -> BackgroundTask:
    """Record a task, and start its process once the record stands. One whose process is gone is closed first, as failed.

    Raises:
        NotAllowed: the role does not include it.
        Refused: another one is under way, or the file is not there.
    """
    actor.require("build index")
    instant, asked = at or clock.now(), f"You asked to: {BackgroundTask.Kind(kind).label.lower()}."
    if kind == BackgroundTask.Kind.FILE and (file is None or not file.is_file()):
        raise Refused(asked=asked, wrong=f"There is no file {file}.", remedy="Name the zip file that CORDIS gave you.")
    try:
        with writing():
            _close_dead(actor, asked, instant)
            row = BackgroundTask.objects.create(
                kind=kind, file=str(file.resolve()) if file else "", asked_at=instant, asked_by=actor.name,
                asked_by_role=actor.role, user_id=actor.user_id,
            )  # fmt: skip
            after = {"kind": kind, "file": row.file}
            audit.record(actor, "build index", f"task/{row.pk}", at=instant, after=after)
            transaction.on_commit(lambda: _spawn(row))
    except IntegrityError as error:
        raise Refused(asked=asked, wrong=_UNDER_WAY, remedy="Wait for it, or cancel it.") from error
    return row


def cancel(actor: Actor, wanted: BackgroundTask, *, at: datetime | None = None) -> BackgroundTask:
    """Ask a task to end at the next place where it can; one whose process is gone is closed at once.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has ended already.
    """
    actor.require("cancel task")
    instant = at or clock.now()
    with writing():
        row = BackgroundTask.objects.select_for_update().get(pk=wanted.pk)
        if not TASK.allows("cancel task", row.status):
            wrong = f"It stands at “{TASK.states[row.status]}”."
            raise Refused(asked="You asked to cancel the task.", wrong=wrong, remedy="Nothing is left to cancel.")
        row.cancel_asked_at = instant
        row.save(update_fields=["cancel_asked_at"])
        audit.record(actor, "cancel task", f"task/{row.pk}", at=instant, after={"cancel_asked": True})
        if background.is_alive(row, instant):
            transaction.on_commit(lambda: _tell(row.pk))
        else:
            end(actor, row, BackgroundTask.Status.CANCELLED, at=instant)
        return row


def end(actor: Actor, row: BackgroundTask, status: str, wrong: str = "", *, at: datetime | None = None) -> None:
    """Write how a task ended."""
    instant = at or clock.now()
    with writing():
        row.status, row.ended_at, row.wrong = status, instant, wrong
        row.save(update_fields=["status", "ended_at", "wrong", "results", "step", "done", "total"])
        after = {"status": status, "results": row.results, "wrong": wrong}
        audit.record(actor, "end task", f"task/{row.pk}", at=instant, before={"status": "open"}, after=after)


def _close_dead(actor: Actor, asked: str, instant: datetime) -> None:
    """Close a task whose process is gone. Raises: Refused where it lives."""
    row = background.open_task()
    if row is None:
        return
    if background.is_alive(row, instant):
        raise Refused(asked=asked, wrong=_UNDER_WAY, remedy="Wait for it, or cancel it.")
    status = background.standing(row, instant)
    is_cancelled = status == BackgroundTask.Status.CANCELLED
    end(actor, row, status if is_cancelled else BackgroundTask.Status.FAILED, "" if is_cancelled else GONE, at=instant)


def _spawn(row: BackgroundTask) -> None:
    """Start the process of a task: in a session of its own, so that it outlives the process that serves pages."""
    background.folder().mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "COFUND_HOME": str(settings.COFUND_HOME),
        "COFUND_CORDIS_URL": settings.COFUND_CORDIS_URL,
    }
    command = [sys.executable, "-m", "cofund.commands.main", "task", str(row.pk)]
    try:
        with background.log_of(row.pk).open("wb") as log:
            process = subprocess.Popen(  # our own program with our own number
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=environment,
            )  # fmt: skip
    except OSError as error:
        wrong = f"Its process could not be started: {error.strerror or error}."
        end(Actor(row.asked_by, row.asked_by_role, row.user_id), row, BackgroundTask.Status.FAILED, wrong)
        return
    # Whoever started a process has to take note of its end; nothing waits for that here.
    threading.Thread(target=process.wait, name=f"task {row.pk}", daemon=True).start()


def _tell(key: int) -> None:
    """Tell the process of a task to end; only one that holds the lock, so that no other program is ever told."""
    lock = background.lock_of(key)
    with suppress(OSError, ValueError):
        number = int(lock.read_text())
        if is_held(lock):
            os.kill(number, signal.SIGTERM)
