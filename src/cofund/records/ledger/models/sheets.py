"""Sheets of the grant system that were taken over: what each would change, what it changed, and whether it was undone."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Project, Scheme


class SheetImport(models.Model):
    """One file of grants or participants: read and compared first, taken over by a second decision, undone by a third.

    It changes what is known of projects and books nothing.
    """

    class Kind(models.TextChoices):
        GRANTS = "grants", "Grants"
        PARTICIPANTS = "participants", "Participants of grants"

    class Status(models.TextChoices):
        READ = "read", "Read, nothing changed yet"
        APPLIED = "applied", "Taken over"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Discarded"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="sheet_imports")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="sheet_imports")
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.READ)
    file = models.CharField(max_length=300)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    # Every row as it was read, `{"sheet", "row", "values"}`; once it is taken over, with what it changed, so that it can be undone.
    rows: models.JSONField[Any, Any] = models.JSONField(default=list)
    # What of the file itself cannot be taken: `{"sheet", "row", "column", "heading", "value", "wrong"}`.
    problems: models.JSONField[Any, Any] = models.JSONField(default=list)
    # How it was read: `{"are_others", "columns": {key: letters}, "notes"}`.
    reading: models.JSONField[Any, Any] = models.JSONField(default=dict)
    read_by = models.CharField(max_length=200)
    read_at = models.DateTimeField()
    applied_by = models.CharField(max_length=200, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-read_at", "-id"]
        indexes = [models.Index(fields=["scheme", "digest"], name="sheet_import_digest")]

    def __str__(self) -> str:
        return self.file_name


class GrantParticipant(models.Model):
    """What a grant says of one of its participants: cost, public money, and the part that it bears itself.

    Amounts are cents of the scheme's currency. The rows of the newest sheet that is taken over hold; the older ones stay. Those of
    a sheet that is undone go; the sheet itself keeps what it said.
    """

    class Kind(models.TextChoices):
        BENEFICIARY = "beneficiary", "Beneficiary"
        AFFILIATED = "affiliated", "Affiliated entity"
        ASSOCIATED = "associated", "Associated partner without public money"
        CONTRIBUTING = "contributing", "Contributing entity"

    sheet = models.ForeignKey(SheetImport, models.PROTECT, related_name="participants")
    project = models.ForeignKey(Project, models.PROTECT, related_name="grant_participants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grant_participants")
    # An affiliated entity has the number of its beneficiary; one that is affiliated to two stands twice.
    number = models.PositiveIntegerField("place in the grant, from 1")
    kind = models.CharField(max_length=12, choices=Kind)
    role = models.CharField("code of the role in the scheme", max_length=40, blank=True)
    country = models.CharField("ISO 3166-1 alpha-2", max_length=2, blank=True)
    # NULL where the sheet has no figure: of those who take part without public money a grant often says none.
    eligible_cost_cents = models.BigIntegerField(null=True, blank=True)
    public_money_cents = models.BigIntegerField(null=True, blank=True)
    in_kind_cents = models.BigIntegerField("own cost that nobody pays back", null=True, blank=True)
    cash_cents = models.BigIntegerField("financial contribution", null=True, blank=True)
    holds = models.BooleanField("whether it is of the sheet that holds now", default=True)

    class Meta:
        ordering = ["project", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "project", "organisation", "kind", "number"], name="grant_participant_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    eligible_cost_cents__gte=0, public_money_cents__gte=0, in_kind_cents__gte=0, cash_cents__gte=0
                ),
                name="grant_participant_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["project", "holds"], name="grant_participant_holds")]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.project}"
