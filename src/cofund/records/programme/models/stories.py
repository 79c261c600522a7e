"""Stories of partners and news of the office: each with every version of its text, its pictures, and what it is about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models.schemes import Scheme
from cofund.records.programme.models.topics import Project


class Story(models.Model):
    """A text about what partners and projects do. What readers see is `shown`, the newest version is `latest`."""

    class Kind(models.TextChoices):
        PARTNER = "partner", "Partner story"
        NEWS = "news", "News"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True, blank=True, related_name="stories")
    # Whose people wrote it, and read it before it is published; empty where the office did.
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="own_stories")
    organisations = models.ManyToManyField(Organisation, related_name="stories", blank=True)
    projects = models.ManyToManyField(Project, related_name="stories", blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    latest = models.ForeignKey("StoryVersion", models.PROTECT, null=True, blank=True, related_name="+")
    shown = models.ForeignKey("StoryVersion", models.PROTECT, null=True, blank=True, related_name="+")
    # Nobody outside reads it before this instant, whatever else was decided.
    embargo_at = models.DateTimeField(null=True, blank=True)
    # When it comes out, or came out; in the future it is scheduled.
    published_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)
    # What the office asks its writers to change.
    asked_for = models.TextField(blank=True)
    # What readers should know of where it comes from.
    origin_note = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="drafted_stories")
    drafted_at = models.DateTimeField()

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(fields=["status", "published_at"], name="story_published"),
            models.Index(fields=["owner", "status"], name="story_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | (Q(published_at__isnull=False) & Q(shown__isnull=False)),
                name="story_published_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="story_withdrawn_because",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class StoryVersion(models.Model):
    """One version of a story's text: title, summary and body in Markdown, with who is named as its author."""

    story = models.ForeignKey(Story, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=500)
    body = models.TextField("text in Markdown, with placeholders for figures and pictures")
    author = models.CharField("who is named as its author", max_length=200, blank=True)
    reason = models.TextField("what changed", blank=True)
    written_by = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["story", "number"]
        constraints = [models.UniqueConstraint(fields=["story", "number"], name="story_version_number")]

    def __str__(self) -> str:
        return f"{self.story} version {self.number}"


class StoryPicture(models.Model):
    """A picture of a story, encoded anew without what cameras write into it, in one or several widths."""

    story = models.ForeignKey(Story, models.PROTECT, related_name="pictures")
    number = models.PositiveIntegerField()
    # First signs of the SHA-256 of what was handed in: a changed picture has another address.
    mark = models.CharField(max_length=16)
    # `[width, height, path below the folder of files]`, narrowest first.
    sizes = models.JSONField()
    alternative = models.CharField("what it shows, for who does not see it", max_length=400, blank=True)
    is_decorative = models.BooleanField("says nothing that the text does not say", default=False)
    credit = models.CharField("who made it, and under which terms it is shown", max_length=200)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["story", "number"]
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="story_picture_number"),
            models.CheckConstraint(
                condition=(Q(is_decorative=True) & Q(alternative="")) | (Q(is_decorative=False) & ~Q(alternative="")),
                name="story_picture_described",
            ),
        ]

    def __str__(self) -> str:
        return f"picture {self.number} of {self.story}"
