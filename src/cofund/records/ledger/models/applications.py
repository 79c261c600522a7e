"""Applications of partners and their letters of endorsement, in versions, until the board has decided and they are in the books."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cofund.records.directory.models import Certainty, Organisation, User
from cofund.records.ledger.models.books import Contribution
from cofund.records.programme.models import AgendaItem, Decision, Lead, Project, Scheme, Topic, TopicVersion


class Application(models.Model):
    """The request of an organisation to become a partner of a scheme with what its letter of endorsement states."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        RETURNED = "returned", "Returned for completion"
        ELIGIBLE = "eligible", "Complete and eligible"
        SCHEDULED = "scheduled", "Before the board"
        APPROVED = "approved", "Approved"
        CONDITIONAL = "conditional", "Approved on conditions"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        LAPSED = "lapsed", "Lapsed: the conditions were not met"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="applications")
    reference = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="applications")
    role = models.CharField("code of the role in the scheme", max_length=40)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="applications")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="applications")
    # In a call of a single stage the partner is part of a proposal, and approval can hang on its selection.
    proposal = models.CharField("code of the proposal that it belongs to", max_length=80, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    status_since_at = models.DateTimeField()
    # Why it was returned, rejected, withdrawn or lapsed, and on which conditions it was approved.
    reason = models.TextField(blank=True)
    agenda_item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="applications")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="applications")
    # The last check: its findings with the articles they stand on, and when it was made.
    findings: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    # Why an exclusion that only warns was accepted.
    warning_accepted_because = models.TextField(blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["scheme", "-made_at", "-id"]
        indexes = [models.Index(fields=["scheme", "status"], name="application_status")]

    def __str__(self) -> str:
        return self.reference


class Letter(models.Model):
    """One version of a letter of endorsement. A submitted one is never changed; a change is the next version.

    Source: fields after Regulation (EU) 2021/2085, Articles 9 and 11(5).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        ENDORSED = "endorsed", "Endorsed by the board"
        SUPERSEDED = "superseded", "Superseded"

    application = models.ForeignKey(Application, models.PROTECT, related_name="letters")
    number = models.PositiveIntegerField("version of the letter, from 1")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    subject_matter = models.TextField(blank=True)
    activities = models.TextField(blank=True)
    from_on = models.DateField("first day of the partnership", null=True, blank=True)
    until_on = models.DateField("last day of the partnership", null=True, blank=True)
    conditions = models.TextField("what it is subject to", blank=True)
    # Statements: None means that it has not been said.
    is_no_member = models.BooleanField(
        "states that it is no member, constituent or affiliated entity", null=True, blank=True
    )
    no_other_union_funding = models.BooleanField(null=True, blank=True)
    other_union_funding = models.TextField("which other Union funds pay for it", blank=True)
    public_origin_percent = models.PositiveSmallIntegerField(
        "part that finally comes from a public budget", null=True, blank=True
    )
    conflict_statement = models.TextField("conflicts of interest, or that there is none", blank=True)
    consents_to_publication = models.BooleanField(null=True, blank=True)
    confidential_items = models.TextField("what is not to be published, and why", blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    signatory_name = models.CharField(max_length=200, blank=True)
    signatory_function = models.CharField(max_length=200, blank=True)
    signatory_authority = models.CharField("on what the right to sign rests", max_length=300, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    # The signed document: path below the site's folder of files, its name, and the SHA-256 of what was handed in.
    file = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # SHA-256 of everything that the letter states, set when it is handed in: whoever changes it afterwards is found.
    facts_digest = models.CharField(max_length=64, blank=True)
    reason = models.TextField("why this version was written", blank=True)
    # Of a next version: the point on which the board decides on it. That of the first one stands with the application.
    agenda_item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="letters")
    written_by = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="letter_number"),
            models.CheckConstraint(
                condition=Q(public_origin_percent__isnull=True) | Q(public_origin_percent__lte=100),
                name="letter_public_origin_within_100",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="letter_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"Letter {self.number} of {self.application}"


class LetterLine(models.Model):
    """One contribution of a letter: what kind, how much, where its cost arises, when, and to whom."""

    class Valuation(models.TextChoices):
        USUAL = "usual", "Usual cost accounting of the giver"
        UNIT_COST = "unit_cost", "Unit cost"
        LUMP_SUM = "lump_sum", "Lump sum"
        NONE = "none", "None: it is cash"
        UNKNOWN = "unknown", "Not said"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    # A draft may leave open what a submitted letter has to state.
    kind = models.CharField("code of the kind in the scheme", max_length=20, blank=True)
    # In the currency that the partner states; the amount in the scheme's currency only where the two differ.
    currency = models.CharField(max_length=3, blank=True)
    amount_cents = models.BigIntegerField(null=True, blank=True)
    scheme_amount_cents = models.BigIntegerField(null=True, blank=True)
    rate = models.CharField("units of the currency for one of the scheme's, as stated", max_length=40, blank=True)
    rate_on = models.DateField(null=True, blank=True)
    rate_source = models.CharField(max_length=200, blank=True)
    place = models.CharField("place of cost: eu, associated, third or unknown", max_length=12, default="unknown")
    country = models.CharField("country of the cost (ISO 3166-1 alpha-2)", max_length=2, blank=True)
    # `{"2026": 100000, …}`: whole cents by year, adding up to the amount; empty where it is not said.
    years: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    recipient = models.CharField("who gets it", max_length=300, blank=True)
    valuation = models.CharField(max_length=10, choices=Valuation, default=Valuation.UNKNOWN)
    valuation_note = models.TextField(blank=True)
    # What stands already and the line rests on; empty where it is new money.
    cites = models.CharField("reference of an existing contribution that it rests on", max_length=60, blank=True)
    # The contribution in the books that the line became.
    contribution = models.ForeignKey(Contribution, models.PROTECT, null=True, blank=True, related_name="letter_lines")

    class Meta:
        ordering = ["letter", "number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="letter_line_number"),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gt=0), name="letter_line_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.number} of {self.letter}"


class Confirmation(models.Model):
    """That a partner was told of a change of its topic's text, and asked whether what it gives still stands; and its answer.

    It is about a contribution in the books, or about an application whose letter is not booked yet.
    """

    class Answer(models.TextChoices):
        STANDS = "stands", "It stands"
        WITHDRAWS = "withdraws", "It will be withdrawn"
        TALKS = "talks", "Wants to talk first"

    contribution = models.ForeignKey(Contribution, models.PROTECT, null=True, blank=True, related_name="confirmations")
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="confirmations")
    topic_version = models.ForeignKey(TopicVersion, models.PROTECT, related_name="confirmations")
    # A change of wording, and a letter that is still being written, are only told of.
    needs_answer = models.BooleanField(default=True)
    answer_by_on = models.DateField("last day for the answer", null=True, blank=True)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answer_text = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["topic_version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "topic_version"], name="confirmation_asked_once"),
            models.UniqueConstraint(fields=["application", "topic_version"], name="confirmation_of_letter_once"),
            models.CheckConstraint(
                condition=Q(contribution__isnull=False, application__isnull=True)
                | Q(contribution__isnull=True, application__isnull=False),
                name="confirmation_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(needs_answer=True) | Q(answer="", answer_by_on__isnull=True),
                name="confirmation_told_is_not_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} on {self.topic_version}"

    @property
    def reference(self) -> str:
        """The reference of the contribution or application that it is about."""
        one = self.contribution or self.application
        assert one is not None
        return one.reference


class PartnerCheck(models.Model):
    """That who stands behind a contribution in the books was checked again: what was found, and why it may stay as it is."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="partner_checks")
    checked_at = models.DateTimeField()
    checked_by = models.CharField(max_length=200)
    # What stands against it, in sentences; empty where nothing does.
    findings: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["contribution", "checked_at", "id"]

    def __str__(self) -> str:
        return f"Check of {self.contribution}"
