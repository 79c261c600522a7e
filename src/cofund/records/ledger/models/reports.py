"""The yearly round: what was reported, in which lines, on what evidence, who certified it, and what was accepted of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cofund.records.directory.models import Organisation
from cofund.records.ledger.models.activities import Activity
from cofund.records.ledger.models.books import Contribution, Entry
from cofund.records.programme.models import Scheme


class Report(models.Model):
    """What an organisation says that it gave in a period. One that was handed in is never changed; a return asks for the next."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Handed in"
        RETURNED = "returned", "Returned"
        CERTIFIED = "certified", "Certified"
        VALIDATED = "validated", "Checked by the office"

    class Source(models.TextChoices):
        GIVER = "giver", "Report of the giver"
        GRANT = "grant", "Periodic report of the grant"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="reports")
    reference = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField("year that it is about")
    number = models.PositiveIntegerField("version of the report of this year, from 1")
    source = models.CharField(max_length=8, choices=Source, default=Source.GIVER)
    from_on = models.DateField("first day of the period")
    until_on = models.DateField("last day of the period")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    due_on = models.DateField("the day it was due, from the scheme's calendar", null=True, blank=True)
    # The giver's own declaration that the figures follow its usual accounts.
    declared_by = models.CharField("who declares it, with function", max_length=300, blank=True)
    reason = models.TextField("why it was returned", blank=True)
    written_by = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    # The day that it reached the office, which decides whether it is late; it may have come on paper before it was recorded.
    submitted_on = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.CharField(max_length=200, blank=True)
    validated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["scheme", "organisation", "-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organisation", "year", "source", "number"], name="report_number"
            ),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="report_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["scheme", "year", "status"], name="report_status")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_late(self) -> bool:
        """Whether it came after the day it was due."""
        return self.due_on is not None and self.submitted_on is not None and self.submitted_on > self.due_on


class ReportLine(models.Model):
    """What was given through one contribution or activity, and what became of it: validated ≤ certified ≤ reported.

    Amounts are cents of the scheme's currency. None: not certified, or not checked yet.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    contribution = models.ForeignKey(Contribution, models.PROTECT, null=True, blank=True, related_name="report_lines")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="report_lines")
    reported_cents = models.BigIntegerField(default=0)
    certified_cents = models.BigIntegerField(null=True, blank=True)
    validated_cents = models.BigIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    # Where its steps stand in the books; none for an activity of the programme.
    reported_entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    certified_entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    validated_entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_line_number"),
            models.CheckConstraint(
                condition=Q(activity__isnull=True, contribution__isnull=False)
                | Q(activity__isnull=False, contribution__isnull=True),
                name="report_line_is_about_one_thing",
            ),
            models.CheckConstraint(condition=Q(reported_cents__gte=0), name="report_line_not_negative"),
            models.CheckConstraint(
                condition=Q(certified_cents__isnull=True)
                | Q(certified_cents__gte=0, certified_cents__lte=F("reported_cents")),
                name="report_line_certified_within_reported",
            ),
            models.CheckConstraint(
                condition=Q(validated_cents__isnull=True)
                | Q(validated_cents__gte=0, validated_cents__lte=F("reported_cents"))
                & (Q(certified_cents__isnull=True) | Q(validated_cents__lte=F("certified_cents"))),
                name="report_line_validated_within_certified",
            ),
        ]
        indexes = [
            models.Index(fields=["contribution"], name="report_line_contribution"),
            models.Index(fields=["activity"], name="report_line_activity"),
        ]

    def __str__(self) -> str:
        return f"Line {self.number} of {self.report}"


class Refusal(models.Model):
    """An amount of a report's line that the auditor does not certify or the office does not accept, and why."""

    class Stage(models.TextChoices):
        CERTIFICATE = "certificate", "Not certified by the auditor"
        CHECK = "check", "Not accepted by the office"

    line = models.ForeignKey(ReportLine, models.PROTECT, related_name="refusals")
    stage = models.CharField(max_length=11, choices=Stage, default=Stage.CHECK)
    amount_cents = models.BigIntegerField("in the scheme's currency")
    reason = models.TextField()
    legal_basis = models.CharField("article or rule that it rests on", max_length=300, blank=True)
    refused_by = models.CharField(max_length=200)
    refused_at = models.DateTimeField()

    class Meta:
        ordering = ["line", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refusal_positive")]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.line} refused"


class InKindLine(models.Model):
    """What an in-kind amount consists of: so many units at such a rate, where and when, valued how."""

    class Category(models.TextChoices):
        PERSONNEL = "personnel", "Personnel"
        MATERIALS = "materials", "Materials and reagents"
        EQUIPMENT = "equipment", "Equipment and its use"
        DATA = "data", "Data and samples"
        SERVICES = "services", "Services and licences"
        TRAVEL = "travel", "Travel"
        INDIRECT = "indirect", "Indirect costs"
        OTHER = "other", "Other"

    class Valuation(models.TextChoices):
        USUAL = "usual", "Usual cost accounting of the giver"
        UNIT_COST = "unit_cost", "Unit cost"
        LUMP_SUM = "lump_sum", "Lump sum"

    report_line = models.ForeignKey(ReportLine, models.PROTECT, related_name="in_kind")
    number = models.PositiveIntegerField()
    category = models.CharField(max_length=10, choices=Category)
    description = models.CharField(max_length=300)
    unit = models.CharField("what is counted, e.g. hour", max_length=40)
    quantity = models.DecimalField(max_digits=16, decimal_places=4)
    # In the currency of the line; the amount is quantity times rate, rounded half to even to the cent.
    currency = models.CharField(max_length=3)
    rate_cents = models.BigIntegerField("price of one unit")
    amount_cents = models.BigIntegerField()
    # The same in the scheme's currency, with the exchange rate that was used; nothing is computed back.
    scheme_amount_cents = models.BigIntegerField()
    exchange_rate = models.CharField("units of the currency for one of the scheme's", max_length=40, blank=True)
    exchange_on = models.CharField("day or period of the exchange rate", max_length=60, blank=True)
    exchange_source = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    until_on = models.DateField()
    place = models.CharField("place of cost: eu, associated, third or unknown", max_length=12, default="unknown")
    country = models.CharField("country of the cost (ISO 3166-1 alpha-2)", max_length=2, blank=True)
    valuation = models.CharField(max_length=10, choices=Valuation)
    valuation_basis = models.TextField("what the valuation rests on")

    class Meta:
        ordering = ["report_line", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report_line", "number"], name="in_kind_line_number"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="in_kind_line_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, rate_cents__gt=0, amount_cents__gte=0, scheme_amount_cents__gte=0),
                name="in_kind_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"In-kind line {self.number} of {self.report_line}"


class Certificate(models.Model):
    """What an independent auditor, appointed by the giver, certifies of a report. Source: Regulation (EU) 2021/2085, Article 11."""

    class Opinion(models.TextChoices):
        UNQUALIFIED = "unqualified", "Unqualified"
        QUALIFIED = "qualified", "Qualified"
        ADVERSE = "adverse", "Adverse"
        DISCLAIMER = "disclaimer", "Disclaimer: no opinion"

    report = models.OneToOneField(Report, models.PROTECT, related_name="certificate")
    auditor = models.CharField("name of the audit body", max_length=300)
    is_independent = models.BooleanField("states that the auditor is independent of the giver")
    scope = models.TextField("what was audited, by which standard")
    opinion = models.CharField(max_length=12, choices=Opinion)
    qualification = models.TextField("what the opinion is subject to", blank=True)
    amount_cents = models.BigIntegerField("certified in all, in the scheme's currency")
    signed_on = models.DateField()
    file = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["report"]
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gte=0), name="certificate_not_negative")]

    def __str__(self) -> str:
        return f"Certificate of {self.auditor} on {self.report}"


class Evidence(models.Model):
    """A file that proves a line of a report; kept below the site's folder of files under its SHA-256, never on the web."""

    report_line = models.ForeignKey(ReportLine, models.PROTECT, related_name="evidence")
    in_kind_line = models.ForeignKey(InKindLine, models.PROTECT, null=True, blank=True, related_name="evidence")
    title = models.CharField(max_length=300)
    file = models.CharField(max_length=300)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["report_line", "id"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.title
