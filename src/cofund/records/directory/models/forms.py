"""Forms that were sent: a form that is sent twice does once what it asks for."""

from __future__ import annotations

from django.db import models


class SentForm(models.Model):
    """The token of a form, written in the transaction of what it did, and where that can be seen."""

    token = models.CharField(max_length=64, unique=True)
    href = models.CharField("page that shows what was done", max_length=500)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.href
