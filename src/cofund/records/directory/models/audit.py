"""The audit trail of every write."""

from __future__ import annotations

from typing import Any

from django.db import models

from cofund.records.directory.models.people import User


class AuditEvent(models.Model):
    """Who did what to which object, when and why. Appended, never changed (sealed in the database)."""

    recorded_at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60)
    subject = models.CharField("what it was done to, e.g. `imi2/contribution/imi2-0007`", max_length=200, db_index=True)
    before: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    after: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    evidence = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
