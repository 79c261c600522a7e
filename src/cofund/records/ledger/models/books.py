"""The books: contributions, the accounts money can stand in, and the sealed rows that move it.

An account is a stage that money can stand in. A transfer moves whole cents from one account to another; transfers that
stand or fall together share an entry. Nothing here is changed or deleted: the database itself refuses it
(`migrations/0002_seal.py`), and every transfer carries the hash of the one before (`cofund.rules.chain`).

The database checks a foreign key for every row of every booking, while others wait. Keys marked `db_constraint=False` go without:
nothing they name can be deleted (the seal or another key sees to it), and `verify-books` finds a row that names nothing.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Certainty, Decision, Project, Scheme, SchemeVersion, Topic, Tranche
from cofund.rules import accounts, chain


class Book(models.Model):
    """The book of one scheme. Its row is the lock that every booking of the scheme takes, and tells where the chain ends.

    The end is kept so that a booking need not look for it; the rows say the same, and `verify-books` compares.
    """

    scheme = models.OneToOneField(Scheme, models.PROTECT, related_name="book")
    version = models.ForeignKey(SchemeVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    last_entry = models.PositiveBigIntegerField(default=0)
    last_number = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default=chain.GENESIS)
    last_recorded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Book of {self.scheme.code}"


class TrancheRoom(models.Model):
    """What a tranche has open after everything booked, and the latest day anything in it is about.

    The database refuses less than nothing, whoever writes. The transfers say the same, and `verify-books` compares.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="rooms")
    tranche = models.OneToOneField(Tranche, models.PROTECT, related_name="room")
    open_cents = models.BigIntegerField(default=0)
    latest_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(open_cents__gte=0), name="tranche_never_overdrawn")]

    def __str__(self) -> str:
        return f"{self.tranche}: {self.open_cents} open"


class Contribution(models.Model):
    """What an organisation, or several jointly, gives to a topic or project; the stable thing behind its versions."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="contributions", db_index=False, db_constraint=False)
    reference = models.CharField(max_length=60)
    role = models.CharField("code of the contributing role in the scheme", max_length=40)
    kind = models.CharField("code of the kind in the scheme", max_length=20)
    tranche = models.ForeignKey(
        Tranche, models.PROTECT, null=True, blank=True, related_name="contributions", db_index=False
    )
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="contributions")
    # Set when the topic's grant is signed; a contribution to a topic has no project before.
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="contributions", db_index=False
    )
    parties: models.ManyToManyField[Organisation, Any] = models.ManyToManyField(
        Organisation, through="ContributionParty", related_name="contributions"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="contribution_reference"),
            models.CheckConstraint(
                condition=Q(topic__isnull=False) | Q(project__isnull=False), name="contribution_has_a_target"
            ),
        ]
        indexes = [
            models.Index(fields=["project"], name="contribution_project", condition=Q(project__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def group(self) -> str:
        """The group of accounts that it stands in: the code of its tranche, or that of what no tranche matches."""
        return self.tranche.code if self.tranche is not None else accounts.UNMATCHED

    @property
    def target_name(self) -> str:
        """What it is for, as people say it: the project's acronym, or the topic's code before there is a project."""
        return self.project.acronym if self.project is not None else self.topic.code if self.topic is not None else ""


class ContributionParty(models.Model):
    """One organisation behind a contribution. Several stand together where the split between them is not known."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="party_rows", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="party_rows")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["contribution", "organisation"], name="contribution_party_once")]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.contribution}"


class Account(models.Model):
    """A stage that money can stand in: of a tranche, of the contributions it matches, of a project's grant, or outside."""

    class Holder(models.TextChoices):
        OUTSIDE = "outside", "Outside the book"
        TRANCHE = "tranche", "Tranche"
        CONTRIBUTION = "contribution", "Contributions"
        GRANT = "grant", "Public money of a topic or project"

    book = models.ForeignKey(Book, models.PROTECT, related_name="accounts")
    code = models.CharField("readable name, e.g. `tranche:B:open`", max_length=120)
    holder = models.CharField(max_length=12, choices=Holder)
    stage = models.CharField(max_length=12)
    tranche = models.ForeignKey(Tranche, models.PROTECT, null=True, blank=True, related_name="accounts")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["book", "code"], name="account_code")]

    def __str__(self) -> str:
        return self.code


class Entry(models.Model):
    """Transfers that stand or fall together, with who, why, on what evidence, and by which rule."""

    class Kind(models.TextChoices):
        PLEDGE = "pledge", "Pledged"
        ENDORSE = "endorse", "Endorsed"
        RESERVE = "reserve", "Reserved at adoption"
        COMMIT = "commit", "Committed with the grant"
        DELIVER = "deliver", "Delivered and validated"
        REPORT = "report", "Reported"
        CERTIFY = "certify", "Certified"
        VALIDATE = "validate", "Checked and validated"
        RETURN = "return", "Report returned"
        RELEASE = "release", "Released"
        WITHDRAW = "withdraw", "Withdrawn"
        REDUCE = "reduce", "Reduced"
        AMEND = "amend", "Amended"
        CORRECT = "correct", "Corrected"
        TOP_UP = "top_up", "Tranche topped up"
        CUT = "cut", "Tranche cut"
        AWARD = "award", "Public money awarded"

    book = models.ForeignKey(Book, models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveBigIntegerField("position in the book, from 1")
    kind = models.CharField(max_length=12, choices=Kind)
    effective_on = models.DateField("the day it is about")
    recorded_at = models.DateTimeField("the instant it was recorded")
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    reason = models.TextField()
    evidence = models.CharField("document or address that proves it", max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    assumption = models.CharField("what in this entry is assumed, in words", max_length=300, blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="entries", db_index=False
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False
    )
    scheme_version = models.ForeignKey(
        SchemeVersion, models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
    explanation: models.JSONField[Any, Any] = models.JSONField("rule, figures and bound of each match", default=dict)
    # None: booked before entries sealed what other rows say of them. It is in the hash, so that nobody can empty it.
    sealed: models.JSONField[Any, Any] = models.JSONField(
        "who acted, the digest of the audit row, the decision", null=True, blank=True
    )

    class Meta:
        ordering = ["book", "number"]
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="entry_number")]
        indexes = [
            models.Index(fields=["book", "recorded_at"], name="entry_recorded"),
            models.Index(fields=["decision"], name="entry_decision", condition=Q(decision__isnull=False)),
            models.Index(fields=["corrects"], name="entry_corrects", condition=Q(corrects__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.book.scheme.code} entry {self.number}: {self.kind}"

    @property
    def day_certainty(self) -> str:
        """How sure its day is: assumed where something of it is, though its amount be published."""
        return Certainty.ASSUMED if self.assumption else self.certainty


class Transfer(models.Model):
    """Positive whole cents from one account to another. Sealed: UPDATE and DELETE are refused by the database."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="transfers", db_index=False, db_constraint=False)
    number = models.PositiveBigIntegerField("position in the book's chain, from 1")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="transfers", db_constraint=False)
    from_account = models.ForeignKey(Account, models.PROTECT, related_name="transfers_out", db_index=False)
    to_account = models.ForeignKey(Account, models.PROTECT, related_name="transfers_in", db_index=False)
    amount_cents = models.BigIntegerField()
    effective_on = models.DateField("the day it is about, as on its entry")
    # Whose match or money this is; a tranche's money is always moved for one contribution, or for none (top up, cut).
    contribution = models.ForeignKey(
        Contribution, models.PROTECT, null=True, blank=True, related_name="transfers", db_index=False
    )
    tranche = models.ForeignKey(
        Tranche,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        db_index=False,
        db_constraint=False,
    )
    # What the tranche has open after this row, on the latest day. The database refuses a row that would overdraw it.
    open_after_cents = models.BigIntegerField(null=True, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["book", "number"]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="transfer_number"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(
                condition=Q(open_after_cents__isnull=True) | Q(open_after_cents__gte=0),
                name="transfer_ceiling_holds",
            ),
            models.CheckConstraint(condition=~Q(from_account=F("to_account")), name="transfer_moves"),
            models.CheckConstraint(
                condition=Q(tranche__isnull=True, open_after_cents__isnull=True)
                | Q(tranche__isnull=False, open_after_cents__isnull=False),
                name="transfer_of_a_tranche_states_what_is_open",
            ),
        ]
        indexes = [
            # The statement as of any day reads this index alone, one range a pair of accounts.
            models.Index(
                fields=["from_account", "to_account", "effective_on", "number", "amount_cents"],
                name="transfer_statement",
            ),
            models.Index(fields=["contribution", "number"], name="transfer_contribution"),
            # A booking asks whether the tranche has anything on a later day.
            models.Index(fields=["tranche", "effective_on"], name="transfer_day", condition=Q(tranche__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.from_account} to {self.to_account}: {self.amount_cents}"


class ContributionVersion(models.Model):
    """What a contribution was said to be, from one entry on: amount, statements, currency, reason."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="contribution_versions", db_constraint=False)
    effective_on = models.DateField()
    amount_cents = models.BigIntegerField("in the scheme's currency")
    # Original currency, rate, its day and source are kept as stated; nothing is computed back.
    original_currency = models.CharField(max_length=3, blank=True)
    original_amount_cents = models.BigIntegerField(null=True, blank=True)
    rate = models.CharField(
        "original currency units for one unit of the scheme's, as stated", max_length=40, blank=True
    )
    rate_on = models.DateField(null=True, blank=True)
    rate_source = models.CharField(max_length=200, blank=True)
    # None: the partner has not said. National public money is allowed, other Union money is not matched.
    no_other_union_funding = models.BooleanField(null=True, blank=True)
    public_origin_cents = models.BigIntegerField("part that finally comes from a public budget", default=0)
    place = models.CharField("place of cost: eu, associated, third or unknown", max_length=12, default="unknown")
    reason = models.TextField()
    source_url = models.CharField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["contribution", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "number"], name="contribution_version_number"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="contribution_version_not_negative"),
            models.CheckConstraint(
                condition=Q(public_origin_cents__gte=0, public_origin_cents__lte=F("amount_cents")),
                name="contribution_public_origin_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution.reference} version {self.number}"


class Submission(models.Model):
    """A form that was booked: its token is unique, so that a form that is sent twice cannot book twice."""

    token = models.CharField(max_length=64, unique=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="submissions")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Form of {self.entry}"
