"""How often somebody tried to sign in, so that guessing is slow in all processes of the site together."""

from __future__ import annotations

from django.db import models


class SignInAttempts(models.Model):
    """The attempts of one name from one network address within a window of time."""

    # Keyed hash of both: neither names nor addresses are kept.
    digest = models.CharField(max_length=64, unique=True)
    since_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.count} since {self.since_at}"
