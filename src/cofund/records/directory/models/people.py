"""People: those who sign in and what a partner lets them do, and the contacts of organisations."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from cofund.records.directory.models.organisations import Organisation


class User(AbstractUser):
    """A person who signs in, with one role on this site."""

    class Role(models.TextChoices):
        PARTNER = "partner", "Partner"
        DELEGATE = "delegate", "Delegate in a group"
        OFFICER = "officer", "Partnership officer"
        SCIENTIFIC_OFFICER = "scientific_officer", "Scientific officer"
        GOVERNANCE_OFFICER = "governance_officer", "Governance officer"
        FINANCE_OFFICER = "finance_officer", "Finance officer"
        AUDITOR = "auditor", "Auditor"

    role = models.CharField(max_length=20, choices=Role, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="people")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class PartnerRight(models.Model):
    """What a partner's organisation lets one of its people do, granted by another of them or by the office."""

    class Right(models.TextChoices):
        READ = "read", "Read everything of the organisation"
        APPLY = "apply", "Write applications and letters"
        SIGN = "sign", "Submit letters and confirm contributions"
        DELEGATE = "delegate", "Grant and revoke these rights"

    user = models.ForeignKey(User, models.PROTECT, related_name="partner_rights")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="partner_rights")
    right = models.CharField(max_length=10, choices=Right)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="granted_rights")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["organisation", "user", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "right"],
                condition=Q(revoked_at__isnull=True),
                name="partner_right_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} may {self.right} for {self.organisation}"


class Contact(models.Model):
    """A person at an organisation whom the office can call; not somebody who signs in, unless `user` says so."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200)
    function = models.CharField("what the person does there", max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="contacts")
    is_first = models.BooleanField("the one to call first", default=False)
    # A person who left stays in the history and is no longer offered.
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["organisation", "-is_first", "name"]

    def __str__(self) -> str:
        return self.name


class Interest(models.Model):
    """What an organisation is interested in, what it offers, or what it needs, in its own words."""

    class Kind(models.TextChoices):
        INTEREST = "interest", "Interested in"
        OFFER = "offer", "Offers"
        NEED = "need", "Needs"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=300)
    stated_on = models.DateField(null=True, blank=True)
    # An interest that no longer holds stays in the history.
    ended_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["organisation", "kind", "text"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display().lower()} {self.text}"
