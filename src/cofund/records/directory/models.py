"""Organisations, the people who sign in, and the audit trail of every write."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models


class Organisation(models.Model):
    """A legal body. It becomes a partner only by holding a role in a scheme."""

    class Kind(models.TextChoices):
        FOUNDATION = "foundation", "Foundation or philanthropy"
        PATIENT_ORGANISATION = "patient_organisation", "Patient organisation"
        FUNDING_BODY = "funding_body", "Funding body"
        COMPANY = "company", "Company"
        SMALL_COMPANY = "small_company", "Small biotech or other small company"
        PUBLIC_RESEARCH = "public_research", "Public research organisation"
        PRODUCT_PARTNERSHIP = "product_partnership", "Product development partnership"
        ASSOCIATION = "association", "Industry association"
        STATE = "state", "State or region"
        INTERNATIONAL = "international", "International organisation"
        UNKNOWN = "unknown", "Not known"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=300)
    short_name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=24, choices=Kind, default=Kind.UNKNOWN)
    country = models.CharField("country (ISO 3166-1 alpha-2)", max_length=2, blank=True)
    pic = models.CharField("participant identification code", max_length=9, blank=True, db_index=True)
    website = models.URLField(blank=True)
    source_url = models.URLField("where these facts come from", max_length=500, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.short_name or self.name


class User(AbstractUser):
    """A person who signs in, with one role on this site."""

    class Role(models.TextChoices):
        PARTNER = "partner", "Partner"
        OFFICER = "officer", "Partnership officer"
        FINANCE_OFFICER = "finance_officer", "Finance officer"
        AUDITOR = "auditor", "Auditor"

    role = models.CharField(max_length=20, choices=Role, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="people")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


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
