"""Leads: possible contributions on their way from first contact to an application, and what was said on the way."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cofund.records.directory.models import Certainty, Organisation, User
from cofund.records.programme.models.groups import Seat
from cofund.records.programme.models.ideas import Idea
from cofund.records.programme.models.schemes import Scheme
from cofund.records.programme.models.topics import Topic


class Lead(models.Model):
    """A possible contribution of an organisation, with the route on which it came and the stage that it has reached."""

    class Route(models.TextChoices):
        INVITED = "invited", "Invited by the office"
        SEATED = "seated", "Holds a seat in a group"
        KNOCKS = "knocks", "Came by itself"
        BROKERAGE = "brokerage", "Met at a brokerage event"
        PROPOSAL = "proposal", "In the consortium of a proposal"

    class Stage(models.TextChoices):
        NEW = "new", "New"
        CONTACTED = "contacted", "Contacted"
        EXPLORING = "exploring", "Exploring"
        FIT_FOUND = "fit_found", "Topic found"
        APPLYING = "applying", "Applying"
        CONVERTED = "converted", "Converted"
        LOST = "lost", "Lost"
        DORMANT = "dormant", "Dormant"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="leads")
    reference = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="leads")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="leads")
    idea = models.ForeignKey(Idea, models.PROTECT, null=True, blank=True, related_name="leads")
    route = models.CharField(max_length=10, choices=Route)
    # The seat behind a lead on the seated route.
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="leads")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.NEW)
    stage_since_on = models.DateField()
    kind = models.CharField("code of the kind in the scheme, where it is known", max_length=20, blank=True)
    amount_cents = models.BigIntegerField("what it may bring, in the scheme's currency", null=True, blank=True)
    probability_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    interest = models.TextField("what the organisation wants", blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="leads")
    next_step = models.CharField(max_length=300, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    lost_reason = models.TextField(blank=True)
    opened_on = models.DateField()
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["scheme", "-opened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(probability_percent__isnull=True) | Q(probability_percent__lte=100),
                name="lead_probability_within_100",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gt=0), name="lead_amount_positive"
            ),
            models.CheckConstraint(condition=~Q(stage="lost") | ~Q(lost_reason=""), name="lost_lead_says_why"),
        ]
        indexes = [
            models.Index(fields=["scheme", "stage"], name="lead_stage"),
            models.Index(fields=["stage", "organisation"], name="lead_stage_organisation"),
        ]

    def __str__(self) -> str:
        return self.reference


class LeadStep(models.Model):
    """That a lead reached a stage, when, and why: the history of the pipeline."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=10, choices=Lead.Stage)
    on = models.DateField()
    reason = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["lead", "id"]

    def __str__(self) -> str:
        return f"{self.lead}: {self.stage}"


class Exchange(models.Model):
    """A call, a letter, a meeting or a note about an organisation: what the timeline of the relationship is made of."""

    class Channel(models.TextChoices):
        MEETING = "meeting", "Meeting"
        CALL = "call", "Call"
        EMAIL = "email", "E-mail"
        EVENT = "event", "Event"
        NOTE = "note", "Note"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="exchanges")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="exchanges")
    channel = models.CharField(max_length=10, choices=Channel)
    on = models.DateField()
    summary = models.TextField()
    # Who approached whom: even-handedness can be proved only if the office's own approaches are logged.
    by_office = models.BooleanField("whether the office approached the organisation", default=True)
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} with {self.organisation} on {self.on}"


class ExpressionOfInterest(models.Model):
    """Somebody who knocks at the public page of a topic. It becomes a lead once the address of the e-mail is confirmed."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="expressions_of_interest")
    organisation_name = models.CharField(max_length=300)
    country = models.CharField("country (ISO 3166-1 alpha-2)", max_length=2, blank=True)
    kind = models.CharField("what the organisation is", max_length=24, choices=Organisation.Kind, blank=True)
    person = models.CharField(max_length=200)
    email = models.EmailField()
    # `cash`, `in_kind`, `both` or empty: what they think of giving.
    form = models.CharField(max_length=10, blank=True)
    amount_cents = models.BigIntegerField(null=True, blank=True)
    text = models.TextField("what they would like to do")
    # SHA-256 of the token in the confirming e-mail; the token itself is not kept.
    token_digest = models.CharField(max_length=64, unique=True)
    # Keyed hash of the address that it came from, to hold the rate limit; emptied once it is confirmed or has lapsed.
    origin_digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # Who knocks again with the same is kept with the lead that is there.
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="expressions_of_interest")

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.organisation_name} on {self.topic}"
