"""What the office makes of those who are recommended, what was shown to whom, and what partners want to be told of."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cofund.records.corpus.models import PastOrganisation
from cofund.records.directory.models import User
from cofund.records.programme.models.ideas import Idea
from cofund.records.programme.models.leads import Lead
from cofund.records.programme.models.topics import Topic

# A row is about a topic or about an idea.
_ONE_OF_THEM = Q(topic__isnull=False, idea__isnull=True) | Q(topic__isnull=True, idea__isnull=False)


class CandidateMark(models.Model):
    """What the office says of a candidate for a topic or an idea: on the shortlist, or not suitable. What was taken back stays."""

    class Kind(models.TextChoices):
        SHORTLISTED = "shortlisted", "On the shortlist"
        NOT_SUITABLE = "not_suitable", "Not suitable"

    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="candidate_marks")
    idea = models.ForeignKey(Idea, models.PROTECT, null=True, blank=True, related_name="candidate_marks")
    past_organisation = models.ForeignKey(PastOrganisation, models.PROTECT, related_name="candidate_marks")
    kind = models.CharField(max_length=12, choices=Kind)
    # On the shortlist a note; else why it is not suitable.
    note = models.TextField(blank=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    # The lead that came of inviting it.
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="candidate_marks")
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=_ONE_OF_THEM, name="candidate_mark_of_topic_or_idea"),
            models.CheckConstraint(
                condition=~Q(kind="not_suitable") | ~Q(note=""), name="candidate_not_suitable_says_why"
            ),
            # In force there is one of each candidate.
            models.UniqueConstraint(
                fields=["topic", "past_organisation"],
                condition=Q(ended_at__isnull=True, topic__isnull=False),
                name="candidate_mark_once_a_topic",
            ),
            models.UniqueConstraint(
                fields=["idea", "past_organisation"],
                condition=Q(ended_at__isnull=True, idea__isnull=False),
                name="candidate_mark_once_an_idea",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.past_organisation} {self.get_kind_display().lower()} for {self.topic or self.idea}"


class ShownCandidates(models.Model):
    """Which candidates somebody was shown for a topic or an idea, on which day, from which index: the proof of even-handedness.

    The same question to the same index makes one row a person and day.
    """

    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="shown_candidates")
    idea = models.ForeignKey(Idea, models.PROTECT, null=True, blank=True, related_name="shown_candidates")
    person = models.ForeignKey(User, models.PROTECT, related_name="shown_candidates")
    person_name = models.CharField(max_length=200)
    on = models.DateField("day in the site's time zone")
    shown_at = models.DateTimeField()
    index_version = models.CharField(max_length=60)
    # SHA-256 of the text, the call, the known members, the filters, who is left out, who stands with whom, who fills which gap.
    question_digest = models.CharField(max_length=64)
    # `{"country": "DE", "kind": "foundation", …}`, only what was asked for.
    filters: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # In their order: `[{"pic": 999, "name": "…", "band": "likely", "country": "DE", "newcomer": false}, …]`.
    # Last those who were named as filling a gap, with it: `"fills": "country: NL"`.
    candidates: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=_ONE_OF_THEM, name="shown_candidates_of_topic_or_idea"),
            models.UniqueConstraint(
                fields=["person", "on", "index_version", "question_digest"], name="shown_candidates_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic or self.idea} to {self.person_name} on {self.on}"


class FitAlert(models.Model):
    """That a partner's person wants to be told by e-mail of topics that fit its organisation, and of which."""

    class Level(models.TextChoices):
        CLOSE = "close", "Only what is close"
        NEAR = "near", "What is close or near"
        WIDE = "wide", "Everything that has something to do with us"

    user = models.OneToOneField(User, models.PROTECT, related_name="fit_alert")
    level = models.CharField(max_length=10, choices=Level, default=Level.CLOSE)
    # Codes of programmes; empty for all of them.
    schemes: models.JSONField[Any, Any] = models.JSONField(default=list)
    # What was told of already, as `topic/7` and `idea/3`, so that nothing is told of twice.
    told: models.JSONField[Any, Any] = models.JSONField(default=list)
    # The day of the last e-mail, so that there is one a day at most; empty where there was none.
    told_on = models.DateField(null=True, blank=True)
    # False once they were stopped: what was chosen is kept.
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["user"]

    def __str__(self) -> str:
        return f"Alerts of {self.user}"
