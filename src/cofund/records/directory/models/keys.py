"""Keys by which programs read and write in the name of a person, and what each of their writing requests was answered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from cofund.records.directory.models.organisations import Organisation


class ApiKey(models.Model):
    """A key of the API. It does what its scopes name, as long as its owner may do that too; the key itself is not kept."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_keys")
    # Of a partner's person: the organisation whose desk it opens. It ends where the person changes sides.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="api_keys", db_index=False
    )
    name = models.CharField("what it is for", max_length=100)
    prefix = models.CharField("the first characters, by which people know it", max_length=16, unique=True)
    digest = models.CharField("SHA-256 of the key, hexadecimal", max_length=64, unique=True)
    scopes: models.JSONField[Any, Any] = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_on = models.DateField("the last day on which it opens anything", null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class AnsweredRequest(models.Model):
    """A writing request of a program, kept in the transaction of what it did: sent again, it gets the same answer."""

    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="answered", db_index=False)
    token = models.CharField("what the program calls the request", max_length=120)
    digest = models.CharField("SHA-256 of what was asked", max_length=64)
    content: models.JSONField[Any, Any] = models.JSONField("what was answered", default=dict)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["key", "token"], name="answered_request_once")]

    def __str__(self) -> str:
        return f"{self.token} of {self.key}"
