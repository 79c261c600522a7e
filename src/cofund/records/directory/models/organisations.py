"""Organisations: legal bodies with their identifiers, the names they go by, how they hang together, and what was merged."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from cofund.records.corpus.models import PastOrganisation
from cofund.records.directory.models.facts import Certainty


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

    class Origin(models.TextChoices):
        PRIVATE = "private", "Private"
        UNION = "union", "Public, of the European Union"
        NATIONAL = "national", "Public, national or regional"
        MIXED = "mixed", "Mixed"
        UNKNOWN = "unknown", "Not known"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=300)
    short_name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=24, choices=Kind, default=Kind.UNKNOWN)
    country = models.CharField("country (ISO 3166-1 alpha-2)", max_length=2, blank=True)
    pic = models.CharField("participant identification code", max_length=9, blank=True, db_index=True)
    # The last part of a ROR address: nine characters, of which the last two are check digits.
    ror = models.CharField("identifier in the Research Organization Registry", max_length=9, blank=True, db_index=True)
    vat_number = models.CharField("VAT number with its country", max_length=20, blank=True)
    lei = models.CharField("legal entity identifier", max_length=20, blank=True)
    website = models.URLField(blank=True)
    turnover_cents = models.BigIntegerField("annual turnover in cents of euro", null=True, blank=True)
    turnover_year = models.PositiveIntegerField(null=True, blank=True)
    funding_origin = models.CharField(
        "where its money finally comes from", max_length=10, choices=Origin, default=Origin.UNKNOWN
    )
    source_url = models.URLField("where these facts come from", max_length=500, blank=True)
    # Who of the office looks after it, and what is to be done next.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="looked_after"
    )
    next_step = models.CharField(max_length=300, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    # Set while it is merged into another: it is found there, and no longer listed.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    past_organisations: models.ManyToManyField[PastOrganisation, Any] = models.ManyToManyField(
        PastOrganisation, through="CorpusLink", related_name="directory_organisations"
    )

    class Meta:
        ordering = ["name"]
        # Lists sort without regard to capitals.
        indexes = [
            models.Index(Lower("name"), "id", name="organisation_by_name"),
            models.Index(fields=["next_step_on"], name="organisation_next_step_on"),
            models.Index(fields=["next_step"], name="organisation_next_step"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class OrganisationName(models.Model):
    """Another name of an organisation: an earlier one, one in another language, or the name of what was merged into it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="other_names")
    name = models.CharField(max_length=300)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["organisation", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="organisation_name_once")]

    def __str__(self) -> str:
        return self.name


class OrganisationRelation(models.Model):
    """How one organisation stands to another, from a day, until a day or still."""

    class Kind(models.TextChoices):
        CONTROLS = "controls", "controls"
        CONSTITUENT_OF = "constituent_of", "is a constituent entity of"
        AFFILIATED_TO = "affiliated_to", "is affiliated to"
        MEMBER_CATEGORY_OF = "member_category_of", "is in a member category of"

    kind = models.CharField(max_length=20, choices=Kind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="relations")
    other = models.ForeignKey(Organisation, models.PROTECT, related_name="relations_to")
    # For a member category, as the association calls it: "Partner in Research".
    category = models.CharField(max_length=120, blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    note = models.TextField(blank=True)
    # Eligibility that was checked before this instant did not know of it and is checked again.
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation", "kind", "from_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(organisation=F("other")), name="relation_to_another"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="relation_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display()} {self.other}"


class CorpusLink(models.Model):
    """That an organisation of the directory is a past organisation of the corpus, and on what that rests."""

    class Basis(models.TextChoices):
        PIC = "pic", "Same participant identification code"
        VAT = "vat", "Same VAT number"
        ROR = "ror", "Same ROR record"
        NAME = "name", "Same name and country"
        STATED = "stated", "Stated by the office"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="corpus_links")
    past_organisation = models.ForeignKey(PastOrganisation, models.PROTECT, related_name="directory_links")
    basis = models.CharField(max_length=10, choices=Basis)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation", "past_organisation"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "past_organisation"], name="corpus_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} is {self.past_organisation}"


class Merge(models.Model):
    """That an organisation was merged into another, with every row that moved, so that it can be undone."""

    kept = models.ForeignKey(Organisation, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Organisation, models.PROTECT, related_name="merges_away")
    reason = models.TextField()
    # `[["programme.lead", 12, "organisation"], …]`: model, key and field of each row that pointed to the merged one.
    moved: models.JSONField[Any, Any] = models.JSONField(default=list)
    # Rows that were not there before, `[["directory.organisationname", 3], …]`, and what the kept one took over: `{"pic": "…"}`.
    added: models.JSONField[Any, Any] = models.JSONField(default=list)
    taken_over: models.JSONField[Any, Any] = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-merged_at", "-id"]

    def __str__(self) -> str:
        return f"{self.merged} into {self.kept}"
