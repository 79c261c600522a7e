"""Meetings of groups: agenda, papers, attendance, conflicts of interest and votes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cofund.records.directory.models import Certainty
from cofund.records.programme.models.groups import Decision, Group, Seat
from cofund.records.programme.models.ideas import Idea
from cofund.records.programme.models.topics import Topic


class Meeting(models.Model):
    """A meeting of a group, or a written procedure, in which votes are cast until a day."""

    class Procedure(models.TextChoices):
        ORDINARY = "ordinary", "Meeting"
        WRITTEN = "written", "Written procedure"

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=200)
    procedure = models.CharField(max_length=10, choices=Procedure, default=Procedure.ORDINARY)
    # The day of the meeting, or the last day on which votes are taken.
    held_on = models.DateField()
    opens_on = models.DateField("first day on which votes are taken in writing", null=True, blank=True)
    # The day by which papers have to be there.
    papers_due_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    agenda_published_at = models.DateTimeField(null=True, blank=True)
    # That it does not take place, and why; for the group, not for the public.
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.TextField(blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["group", "-held_on", "-id"]

    def __str__(self) -> str:
        return f"{self.group}, {self.held_on}"


class AgendaItem(models.Model):
    """One point of an agenda: what is asked of the group, and what became of it."""

    class Kind(models.TextChoices):
        APPLICATION = "application", "Application of a partner"
        TOPIC = "topic", "Adoption of a topic"
        IDEA = "idea", "Review of an idea"
        OTHER = "other", "Something else"

    class Status(models.TextChoices):
        TABLED = "tabled", "On the agenda"
        ADOPTED = "adopted", "Adopted"
        REJECTED = "rejected", "Not adopted"
        DEFERRED = "deferred", "Deferred"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OTHER)
    title = models.CharField(max_length=300)
    # What the group is asked to decide, in public words.
    proposal = models.TextField(blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    idea = models.ForeignKey(Idea, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    needs_decision = models.BooleanField(default=True)
    # The deferred point that this one takes up again.
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continued_by")
    status = models.CharField(max_length=10, choices=Status, default=Status.TABLED)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, blank=True, related_name="agenda_item")
    minutes = models.TextField(blank=True)
    # For the group alone, as the papers are.
    risks = models.TextField("what could go wrong, in the office's words", blank=True)

    class Meta:
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="agenda_item_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Paper(models.Model):
    """A document for a point of the agenda; a confidential one is not shown to who has a conflict, nor published."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="papers")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    # Path below the site's folder of files, and the SHA-256 of what was handed in; empty where it is only text.
    file = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    is_confidential = models.BooleanField(default=False)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "id"]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Whether a seat was there when the group met."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendances")
    is_present = models.BooleanField()
    person = models.CharField("who came", max_length=200, blank=True)

    class Meta:
        ordering = ["meeting", "seat"]
        constraints = [models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.seat}: {'present' if self.is_present else 'absent'}"


class Conflict(models.Model):
    """A conflict of interest that a seat declared on a point: it neither sees its confidential papers nor votes on it."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="conflicts")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="conflicts")
    nature = models.TextField("what the conflict is")
    declared_by = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    # A declaration that was a mistake stays in the log.
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=200, blank=True)
    lifted_because = models.TextField(blank=True)

    class Meta:
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "seat"], condition=Q(lifted_at__isnull=True), name="conflict_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat} on {self.item}"


class Vote(models.Model):
    """How a seat voted on a point. A changed vote is a new row, and the last one counts."""

    class Choice(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        ABSTAIN = "abstain", "Abstains"

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="votes")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=8, choices=Choice)
    cast_by = models.CharField(max_length=200)
    cast_at = models.DateTimeField()
    # What the secretary typed is not what the seat cast itself; where it replaces that, it says what and why.
    is_recorded = models.BooleanField("typed by the secretary", default=False)
    instead_of = models.CharField("the own vote that it replaces", max_length=8, choices=Choice, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["item", "id"]

    def __str__(self) -> str:
        return f"{self.seat}: {self.choice}"
