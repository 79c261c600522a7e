"""Schemes as installed, their tranches, calls, topics, projects and decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cofund.records.directory.models import Organisation


class Certainty(models.TextChoices):
    """How sure a stated fact is; the words of the field report are in `docs/glossary.md`."""

    VERIFIED = "verified", "Verified in a public source"
    INFERRED = "inferred", "Inferred or computed from verified facts"
    RECALLED = "recalled", "Recalled, not verified"
    ASSUMED = "assumed", "Assumed, so that the example can be shown"
    RECORDED = "recorded", "Recorded here by the office"


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


class Call(models.Model):
    """A set of topics with a budget and deadlines."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="calls")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=300, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="call_code")]

    def __str__(self) -> str:
        return self.code


class Topic(models.Model):
    """What a call asks for; partners pledge to it before a project exists."""

    class Status(models.TextChoices):
        DRAFTING = "drafting", "Being drafted"
        ADOPTED = "adopted", "Adopted"
        GRANTED = "granted", "Granted"
        DROPPED = "dropped", "Dropped"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="topics")
    call = models.ForeignKey(Call, models.PROTECT, null=True, blank=True, related_name="topics")
    code = models.CharField(max_length=80)
    title = models.CharField(max_length=400)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFTING)
    adopted_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="topic_code")]

    def __str__(self) -> str:
        return self.code


class Project(models.Model):
    """A funded project of ours under a grant agreement (an imported one is a past project)."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="projects")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="projects")
    call = models.ForeignKey(Call, models.PROTECT, null=True, blank=True, related_name="projects")
    slug = models.SlugField(max_length=80)
    acronym = models.CharField(max_length=80)
    title = models.CharField(max_length=400, blank=True)
    grant_agreement = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    # For a project without a topic; else the topic's own day counts.
    adopted_on = models.DateField(null=True, blank=True)
    note = models.TextField("what is known and what is not", blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["scheme", "acronym"]
        constraints = [models.UniqueConstraint(fields=["scheme", "slug"], name="project_slug")]

    def __str__(self) -> str:
        return self.acronym


class Decision(models.Model):
    """A decision of the scheme's board about a partner, a topic, a grant or the money itself."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="decisions")
    number = models.CharField(max_length=80)
    decided_on = models.DateField()
    title = models.CharField(max_length=300)
    # An assumed number or date is marked so on every page (principle: nothing is invented).
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["scheme", "decided_on", "number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="decision_number")]

    def __str__(self) -> str:
        return self.number


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
