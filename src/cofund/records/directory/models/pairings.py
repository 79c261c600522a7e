"""Pairings: what a past organisation may be, a record of ROR or an organisation here, why, and what the office decided."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cofund.records.corpus.models import PastOrganisation, RorRecord
from cofund.records.directory.models.organisations import CorpusLink, Organisation


class Pairing(models.Model):
    """That a past organisation may be a record of ROR, may be an organisation of the directory, or may belong to a group."""

    class Kind(models.TextChoices):
        RECORD = "record", "is the ROR record"
        ORGANISATION = "organisation", "is the organisation"
        GROUP = "group", "belongs to the group of"

    class Status(models.TextChoices):
        OPEN = "open", "To be looked at"
        LATER = "later", "Later"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"

    kind = models.CharField(max_length=12, choices=Kind)
    past_organisation = models.ForeignKey(PastOrganisation, models.PROTECT, related_name="pairings")
    # Exactly one of the two: the record (of a group: that of its head), or the organisation.
    record = models.ForeignKey(RorRecord, models.PROTECT, null=True, blank=True, related_name="pairings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="pairings")
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    basis = models.CharField("what it rests on first", max_length=12)
    percent = models.PositiveSmallIntegerField("how sure it is, 100 at most")
    is_certain = models.BooleanField("whether it can be accepted together with others")
    # In words, the strongest first: `["same website heartfund.example", "name 93 % alike, same country"]`.
    reasons: models.JSONField[Any, Any] = models.JSONField(default=list)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decision_reason = models.TextField(blank=True)
    # What the acceptance wrote, so that it can be taken back.
    link = models.ForeignKey(CorpusLink, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-percent", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "past_organisation", "record"],
                condition=Q(record__isnull=False),
                name="pairing_to_record",
            ),
            models.UniqueConstraint(
                fields=["past_organisation", "organisation"],
                condition=Q(organisation__isnull=False),
                name="pairing_to_organisation",
            ),
            models.UniqueConstraint(
                fields=["kind", "past_organisation"],
                condition=Q(status="accepted", record__isnull=False),
                name="pairing_accepted_once",
            ),
            models.CheckConstraint(
                condition=Q(record__isnull=True, organisation__isnull=False)
                | Q(record__isnull=False, organisation__isnull=True),
                name="pairing_to_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["status", "-percent", "id"], name="pairing_to_review")]

    def __str__(self) -> str:
        return f"{self.past_organisation} {self.get_kind_display()} {self.other}"

    @property
    def other(self) -> RorRecord | Organisation:
        """What the past organisation may be, or the head of its group."""
        found = self.record or self.organisation
        assert found is not None  # the database holds it
        return found
