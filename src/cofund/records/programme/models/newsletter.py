"""The newsletter: who asked for it, who gets it and of what, who left, and its issues."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from cofund.records.programme.models.topics import Topic


class Subscriber(models.Model):
    """An address whose owner confirmed that the newsletter may come; no account, no name."""

    class Frequency(models.TextChoices):
        WEEKLY = "weekly", "Every week"
        MONTHLY = "monthly", "Every month"
        NEVER = "never", "Not at all"

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        FRENCH = "fr", "French"

    email = models.EmailField()
    # A random word in every link of this subscriber: links die with the row, and a later row of the same number has others.
    mark = models.CharField(max_length=32, unique=True)
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.MONTHLY)
    is_told_at_once = models.BooleanField("whether news of a followed topic comes at once", default=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    # Codes of programmes and of themes; empty for all of them.
    schemes: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    themes: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    confirmed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Set where mail does not arrive: nothing is sent until the owner asks again.
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    soft_bounces = models.PositiveIntegerField("since the last change", default=0)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="subscriber_once_an_address")]
        indexes = [models.Index(fields=["frequency", "id"], name="subscriber_frequency")]

    def __str__(self) -> str:
        return f"Subscriber {self.pk}"


class Followed(models.Model):
    """That a subscriber follows a topic."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="followed")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="followers")
    made_at = models.DateTimeField()
    # News up to this instant were told, or came before it was followed.
    told_until = models.DateTimeField()

    class Meta:
        ordering = ["topic", "id"]
        constraints = [models.UniqueConstraint(fields=["subscriber", "topic"], name="topic_followed_once")]

    def __str__(self) -> str:
        return f"{self.subscriber} follows {self.topic}"


class SignUp(models.Model):
    """That somebody wrote an address into the form; the address gets the newsletter only once its owner confirms."""

    email = models.EmailField(blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="sign_ups")
    # SHA-256 of the token in the confirming e-mail; the token itself is not kept.
    token_digest = models.CharField(max_length=64, unique=True)
    # Keyed hashes of the address and of the network that it came from, to hold the rate limit.
    address_digest = models.CharField(max_length=64, db_index=True)
    origin_digest = models.CharField(max_length=64, blank=True, db_index=True)
    language = models.CharField(
        "that of the page", max_length=2, choices=Subscriber.Language, default=Subscriber.Language.ENGLISH
    )
    made_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # Who came of it; gone with the subscriber.
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, null=True, blank=True, related_name="sign_ups")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            # The address is kept in one place alone.
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(email=""), name="confirmed_sign_up_forgets"
            )
        ]

    def __str__(self) -> str:
        return f"Sign-up {self.pk}"


class LeftAddress(models.Model):
    """A keyed hash of an address whose owner left: enough to see that it must not be added again, not enough to write to it."""

    address_digest = models.CharField(max_length=64, unique=True)
    left_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Left {self.left_at:%Y-%m-%d}"


class NewsletterIssue(models.Model):
    """An issue: what is new in a period, put together once, looked through by the office, and sent."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        CANCELLED = "cancelled", "Cancelled"

    frequency = models.CharField("whom it is for", max_length=8, choices=Subscriber.Frequency)
    title = models.CharField(max_length=200)
    intro = models.TextField("opening words, as plain text", blank=True)
    from_on = models.DateField()
    # The last day that it tells of.
    until_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    # What it tells: `[{"theme": "topics", "scheme": "imi2", "topic": "T1", "key": "topic/7", "title": "…", "path": "/…"}]`.
    # Put together with the draft and anew on request; what was scheduled stays as it was looked at.
    items: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    scheduled_at = models.DateTimeField("when it is to go out", null=True, blank=True)
    # When the first message was written, for whom the last one was, and when none was left to be sent.
    started_at = models.DateTimeField(null=True, blank=True)
    written_until = models.BigIntegerField("number of the last subscriber who was looked at", default=0)
    all_written_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    is_archived = models.BooleanField("whether everybody may read it once it is sent", default=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="issue_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(frequency="never"), name="issue_is_for_somebody"),
        ]
        indexes = [models.Index(fields=["status", "scheduled_at"], name="issue_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def group(self) -> str:
        """What its messages are kept under in the outbox."""
        return f"newsletter/{self.pk}"
