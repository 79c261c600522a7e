"""Long tasks that run in a process of their own beside the site, one at a time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


class BackgroundTask(models.Model):
    """One long task: what was asked for, how far it is, and how it ended.

    Whether its process lives is told by a lock that it holds (`queries.tasks_beside`), not by this row: a process that was
    killed leaves the row open.
    """

    class Kind(models.TextChoices):
        FETCH = "fetch", "Fetch Horizon Europe, import it, build the index"
        FILE = "file", "Import a file, build the index"
        INDEX = "index", "Build the index"

    class Status(models.TextChoices):
        OPEN = "open", "Under way"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=8, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    file = models.TextField("path of the file that is imported", blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_by_role = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    # What it does now, and how far that is; `total` is 0 where nobody knows.
    step = models.CharField(max_length=200, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    told_at = models.DateTimeField("when it last told how far it is", null=True, blank=True)
    # What it did, in sentences; where it failed, why and what to do.
    results: models.JSONField[Any, Any] = models.JSONField(default=list)
    wrong = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="open"), name="background_task_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"
