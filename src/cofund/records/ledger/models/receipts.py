"""Cash that was promised: when it is due, when it was asked for, when it came, and what is done when it does not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cofund.records.ledger.models.books import Contribution, Entry


class Instalment(models.Model):
    """A part of a financial contribution with the day it is due, in the scheme's currency."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="instalments")
    number = models.PositiveIntegerField()
    due_on = models.DateField()
    amount_cents = models.BigIntegerField()
    note = models.CharField(max_length=300, blank=True)
    # The request for payment, once it was sent.
    invoice_number = models.CharField(max_length=60, blank=True)
    invoiced_on = models.DateField(null=True, blank=True)
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["contribution", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "number"], name="instalment_number"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="instalment_positive"),
            models.CheckConstraint(
                condition=Q(invoiced_on__isnull=True) | ~Q(invoice_number=""), name="instalment_invoice_has_a_number"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="instalment_due")]

    def __str__(self) -> str:
        return f"Instalment {self.number} of {self.contribution}"


class Receipt(models.Model):
    """Money that came for an instalment, and its entry in the books."""

    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="receipts")
    amount_cents = models.BigIntegerField()
    received_on = models.DateField()
    bank_reference = models.CharField(max_length=140, blank=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["instalment", "received_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="receipt_positive")]

    def __str__(self) -> str:
        return f"{self.amount_cents} for {self.instalment}"


class Notice(models.Model):
    """A written notice to a giver: of a shortfall or a default, with a period to mend it, and how it ended.

    Source: Regulation (EU) 2021/2085, Articles 11(8) and 28(6).
    """

    class Kind(models.TextChoices):
        SHORTFALL = "shortfall", "Shortfall"
        DEFAULT = "default", "Default of payment"

    class Status(models.TextChoices):
        OPEN = "open", "Given, period running"
        CURED = "cured", "Cured"
        TERMINATED = "terminated", "Contribution terminated"
        WITHDRAWN = "withdrawn", "Notice withdrawn"

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="notices")
    instalment = models.ForeignKey(Instalment, models.PROTECT, null=True, blank=True, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    amount_cents = models.BigIntegerField("what is missing, in the scheme's currency")
    reason = models.TextField()
    given_on = models.DateField()
    until_on = models.DateField("last day of the period to mend it")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    outcome = models.TextField("how it ended", blank=True)
    ended_on = models.DateField(null=True, blank=True)
    # The entry that gave the match back.
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    given_by = models.CharField(max_length=200)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["contribution", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="notice_positive"),
            models.CheckConstraint(condition=Q(until_on__gte=models.F("given_on")), name="notice_gives_a_period"),
            models.UniqueConstraint(
                fields=["contribution", "kind"],
                condition=Q(status="open", instalment__isnull=True),
                name="notice_open_once",
            ),
            models.UniqueConstraint(
                fields=["instalment", "kind"],
                condition=Q(status="open", instalment__isnull=False),
                name="notice_on_instalment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} notice on {self.contribution}"
