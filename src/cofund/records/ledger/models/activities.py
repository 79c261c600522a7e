"""Additional activities of members beside the projects, and the plan that says for each year what they will be worth.

An additional activity gets no public money and unlocks none, so it never stands in the books as a match; it counts for what the
members promised to the programme. Source: Regulation (EU) 2021/2085, Articles 2(10), 119(2) and 120.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cofund.records.directory.models import Certainty, Organisation
from cofund.records.ledger.models.books import Contribution
from cofund.records.programme.models import Decision, Project, Scheme


class Activity(models.Model):
    """One additional activity of a member: of a project, or of the programme as a whole."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="activities")
    reference = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activities")
    role = models.CharField("code of the giver's role in the scheme", max_length=40)
    kind = models.CharField("code of the kind in the scheme", max_length=20)
    title = models.CharField(max_length=300)
    description = models.TextField("what is done, and what it adds for the Union", blank=True)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="activities")
    # The contribution of this kind in the books, where it was promised for a project.
    contribution = models.OneToOneField(Contribution, models.PROTECT, null=True, blank=True, related_name="activity")
    place = models.CharField("place of cost: eu, associated, third or unknown", max_length=12, default="unknown")
    country = models.CharField("country of the cost (ISO 3166-1 alpha-2)", max_length=2, blank=True)
    from_on = models.DateField("first day of its cost", null=True, blank=True)
    until_on = models.DateField("last day of its cost", null=True, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["scheme", "organisation", "id"]
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="activity_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Plan(models.Model):
    """What an organisation plans for a year, in versions: one that was handed in is never changed, an amendment is the next."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Handed in"
        APPROVED = "approved", "Approved by the board"
        RETURNED = "returned", "Returned"
        SUPERSEDED = "superseded", "Superseded by an amendment"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="plans")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField("version of the plan, from 1")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    due_on = models.DateField("the day it was due, from the scheme's calendar", null=True, blank=True)
    reason = models.TextField("why it was amended or returned", blank=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="plans")
    written_by = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["scheme", "organisation", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "organisation", "year", "number"], name="plan_number"),
            # One amendment at a time: the next begins when this one is decided.
            models.UniqueConstraint(
                fields=["scheme", "organisation", "year"],
                condition=Q(status__in=["draft", "submitted"]),
                name="plan_amended_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["scheme", "year", "status"], name="plan_status")]

    def __str__(self) -> str:
        return f"Plan {self.number} of {self.organisation} for {self.year}"


class PlanLine(models.Model):
    """What one activity or contribution is planned to be worth in the year of its plan, in the scheme's currency."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="plan_lines")
    contribution = models.ForeignKey(Contribution, models.PROTECT, null=True, blank=True, related_name="plan_lines")
    amount_cents = models.BigIntegerField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_line_number"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="plan_line_not_negative"),
            models.CheckConstraint(
                condition=Q(activity__isnull=True, contribution__isnull=False)
                | Q(activity__isnull=False, contribution__isnull=True),
                name="plan_line_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.number} of {self.plan}"
