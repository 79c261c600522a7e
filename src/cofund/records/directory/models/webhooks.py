"""Webhooks: whom the site tells of what happens, and each time that it told them or tried to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class Webhook(models.Model):
    """An address that is told of events, and from which row of the audit trail on."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="webhooks")
    url = models.CharField("address that is told", max_length=500)
    events: models.JSONField[Any, Any] = models.JSONField(default=list)
    # The secret that signs is made from this and the key of the site: whoever reads the database alone cannot sign.
    nonce = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Audit rows up to the first were there before it; up to the second it has been told of all.
    after_row = models.BigIntegerField()
    told_row = models.BigIntegerField()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event for one address. Tried again until it is taken, or too often."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits"
        TAKEN = "taken", "Taken"
        GIVEN_UP = "given_up", "Given up"

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    key = models.CharField("which event it is, so that it is told once", max_length=200)
    event = models.CharField(max_length=40)
    programme = models.CharField(max_length=40)
    href = models.CharField("where what changed can be read", max_length=300)
    occurred_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    # Set ahead, and committed, before each attempt: a program that is killed meanwhile leaves it to be tried then.
    next_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField("what the address said last", max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "key"], name="webhook_told_once")]
        indexes = [models.Index(fields=["status", "next_at"], name="webhook_waiting")]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"
