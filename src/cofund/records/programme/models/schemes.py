"""Schemes as installed, their tranches, and who holds a role in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cofund.records.directory.models import Certainty, Organisation


class Scheme(models.Model):
    """A programme that matches partners' contributions. What it says stands in its newest version."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    # True while the record is known to be incomplete: every use that is shown is then a lower bound.
    is_lower_bound = models.BooleanField(default=False)
    coverage_note = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class SchemeVersion(models.Model):
    """One version of a scheme's configuration, word for word as it was installed."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField("version as the file states it", max_length=40)
    digest = models.CharField("SHA-256 of the file, hexadecimal", max_length=64)
    content = models.TextField("the TOML file")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["scheme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_number"),
            models.UniqueConstraint(fields=["scheme", "digest"], name="scheme_version_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.code} version {self.label}"


class Tranche(models.Model):
    """A part of a scheme's public money with its own match condition; its row is what a booking locks."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="tranches")
    code = models.SlugField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="tranche_code")]

    def __str__(self) -> str:
        return f"{self.scheme.code} {self.code}"


class RoleHolding(models.Model):
    """An organisation in a role of a scheme, from a day, until a day or still."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="role_holdings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="role_holdings")
    role = models.CharField("code of a role that the scheme defines", max_length=40)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    note = models.TextField(blank=True)
    # When the site learnt of it: a check that was made before did not know. Older rows have the instant of the migration.
    recorded_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["scheme", "organisation", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="role_holding_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} as {self.role} in {self.scheme.code}"
