"""Ideas for topics, who is credited for what, and consultations with every comment and its answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cofund.records.directory.models import Certainty, Organisation, User
from cofund.records.programme.models.groups import Decision, Group, Seat
from cofund.records.programme.models.schemes import Scheme
from cofund.records.programme.models.topics import Topic


class Idea(models.Model):
    """A suggestion for a topic, from anybody."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "Submitted"
        IN_REVIEW = "in_review", "In review"
        ACCEPTED = "accepted", "Taken forward"
        MERGED = "merged", "Merged into another"
        PARKED = "parked", "Parked"
        DECLINED = "declined", "Declined"
        # Of an idea that was taken from public sources, where they do not tell what became of it.
        UNKNOWN = "unknown", "Not known"

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        FRENCH = "fr", "French"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="ideas")
    reference = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    challenge = models.TextField("the need, and why it takes public and private partners together", blank=True)
    partners = models.TextField("who might take part", blank=True)
    proposer_name = models.CharField(max_length=200, blank=True)
    proposer_email = models.EmailField(blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="ideas")
    # The seat from which it was proposed: the second way in.
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="ideas")
    # The group that reviews it.
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="ideas")
    status = models.CharField(max_length=12, choices=Status, default=Status.SUBMITTED)
    outcome = models.TextField("why it was taken forward, merged, parked or declined", blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="ideas")
    wants_credit = models.BooleanField("whether the proposer is named in public", default=True)
    is_public = models.BooleanField("whether the proposer lets it be read in public", default=False)
    # False where the idea is known of, but no source tells its title: then pages say so and show none.
    is_title_known = models.BooleanField(default=True)
    # Keyed hash of the address that it came from, to hold the rate limit of the public form; emptied after a day.
    origin_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # Of an idea by the public form: SHA-256 of the token in the confirming e-mail, and when it was used.
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # That of the page of the form: what becomes of the idea is told in it.
    language = models.CharField(
        "of what is written to the proposer", max_length=2, choices=Language, default=Language.ENGLISH
    )
    # When the office chose to show it to everybody; empty where it does not.
    shown_at = models.DateTimeField(null=True, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["scheme", "-id"]
        indexes = [models.Index(fields=["scheme", "status"], name="idea_status")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_shown(self) -> bool:
        """Whether everybody may read it: its proposer lets it be read, and the office shows it."""
        return self.is_public and self.shown_at is not None

    @property
    def title_said(self) -> str:
        """The title, or that none is published."""
        return self.title if self.is_title_known else f"{self.reference} (title not published)"


class Credit(models.Model):
    """Who proposed, scoped, drafted, commented or decided: the provenance of an idea or topic, with its day."""

    class Part(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        SCOPED = "scoped", "Scoped"
        DRAFTED = "drafted", "Drafted"
        COMMENTED = "commented", "Commented"
        DECIDED = "decided", "Decided"

    idea = models.ForeignKey(Idea, models.PROTECT, null=True, blank=True, related_name="credits")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="credits")
    part = models.CharField(max_length=10, choices=Part)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="credits")
    name = models.CharField("who, where that is no organisation of the directory", max_length=200, blank=True)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="credits")
    on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(idea__isnull=False) | Q(topic__isnull=False), name="credit_is_for_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation or self.name} {self.get_part_display().lower()}"


class Consultation(models.Model):
    """A time in which a group or the public comments on the text of a topic."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="consultations")
    # The body that is consulted; none: the public.
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="consultations")
    opens_on = models.DateField()
    closes_on = models.DateField()
    is_obligatory = models.BooleanField("whether the topic waits for it", default=True)
    # The decision that shortened it, on the fast track.
    shortened_by = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="+")
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["topic", "opens_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="consultation_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group or 'Public consultation'} on {self.topic}"


class PendingComment(models.Model):
    """A comment of somebody who is not signed in, until the address of the e-mail is confirmed; nobody reads it before."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="pending_comments")
    section = models.CharField("part of the text", max_length=20, blank=True)
    # What was said, the name and the address go once it is confirmed: the comment itself has what is to be kept.
    text = models.TextField(blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    # SHA-256 of the token in the confirming e-mail; the token itself is not kept.
    token_digest = models.CharField(max_length=64, unique=True)
    # Keyed hash of the address that it came from, to hold the rate limit.
    origin_digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"Comment to be confirmed on {self.consultation.topic}"


class Comment(models.Model):
    """What somebody said in a consultation, and the answer that it got."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        PARTLY = "partly", "Accepted in part"
        REJECTED = "rejected", "Not accepted"
        NOTED = "noted", "Noted"

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="comments")
    section = models.CharField("part of the text", max_length=20, blank=True)
    text = models.TextField()
    author_name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="comments")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="comments")
    made_at = models.DateTimeField()
    # Of one that came otherwise than through a page: how it came, and who of the office recorded it.
    received_as = models.CharField("how it came", max_length=200, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)
    # As with an idea: keyed hash of the address, for the rate limit; emptied after a day.
    origin_digest = models.CharField(max_length=64, blank=True, db_index=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answer_text = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["consultation", "id"]

    def __str__(self) -> str:
        return f"{self.author_name} on {self.consultation.topic}"
