"""Calls, topics with their texts and what is meant to pay for them, proposals as results tell of them, and projects."""

from __future__ import annotations

from django.db import models

from cofund.records.directory.models import Certainty, Organisation, User
from cofund.records.programme.models.schemes import Scheme


class Call(models.Model):
    """A set of topics with a budget and deadlines."""

    class Procedure(models.TextChoices):
        SINGLE_STAGE = "single_stage", "Single stage"
        TWO_STAGE = "two_stage", "Two stages"
        UNKNOWN = "unknown", "Not known"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="calls")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=300, blank=True)
    procedure = models.CharField(max_length=12, choices=Procedure, default=Procedure.UNKNOWN)
    is_fast_track = models.BooleanField("times shortened by a decision, start before signature allowed", default=False)
    restricted_to = models.CharField("who alone may answer it", max_length=200, blank=True)
    budget_cents = models.BigIntegerField("public money of the call", null=True, blank=True)
    # As it was announced for the whole call, no money of the books; partners may be in it where the source adds them in.
    members_cents = models.BigIntegerField("what members are to bring, with partners", null=True, blank=True)
    amounts_certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    drafts_published_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    # Deadline of short proposals; only a call of two stages has it.
    stage1_closed_on = models.DateField(null=True, blank=True)
    # Deadline of full proposals.
    closed_on = models.DateField(null=True, blank=True)
    results_on = models.DateField(null=True, blank=True)
    note = models.TextField("what else is known, and what is not", blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="call_code")]

    def __str__(self) -> str:
        return self.code


class CallResult(models.Model):
    """What became of the proposals of one stage of a call, counted; also where single proposals are not published."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="results")
    stage = models.PositiveSmallIntegerField(default=1)
    submitted_count = models.PositiveIntegerField(null=True, blank=True)
    ineligible_count = models.PositiveIntegerField(null=True, blank=True)
    above_threshold_count = models.PositiveIntegerField(null=True, blank=True)
    selected_count = models.PositiveIntegerField(null=True, blank=True)
    asked_cents = models.BigIntegerField("public money asked for", null=True, blank=True)
    recommended_cents = models.BigIntegerField("public money recommended for funding", null=True, blank=True)
    note = models.TextField(blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["call", "stage"]
        constraints = [models.UniqueConstraint(fields=["call", "stage"], name="call_result_stage")]

    def __str__(self) -> str:
        return f"Stage {self.stage} of {self.call}"


class Topic(models.Model):
    """What a call asks for; partners pledge to it before a project exists."""

    class Status(models.TextChoices):
        SCOPING = "scoping", "Being scoped"
        DRAFTING = "drafting", "Being drafted"
        CONSULTATION = "consultation", "In consultation"
        REVISED = "revised", "Revised after consultation"
        PROPOSED = "proposed", "Before the board"
        ADOPTED = "adopted", "Adopted"
        GRANTED = "granted", "Granted"
        NO_AWARD = "no_award", "Without an award"
        DROPPED = "dropped", "Dropped"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="topics")
    call = models.ForeignKey(Call, models.PROTECT, null=True, blank=True, related_name="topics")
    code = models.CharField(max_length=80)
    title = models.CharField(max_length=400)
    # One of those that the scheme has share tests of its own for; empty where nobody has said it.
    action_type = models.CharField("type of action", max_length=40, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFTING)
    # How sure the state is: a step of the office is recorded here; what was taken from elsewhere may be inferred or assumed.
    status_certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    status_note = models.CharField("why it is said to stand there", max_length=300, blank=True)
    # Told by public sources after the fact: what they do not tell is not known, and nothing of it waits for the office.
    is_historical = models.BooleanField("taken from public sources, not run on this site", default=False)
    adopted_on = models.DateField(null=True, blank=True)
    adopted_certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    # The meeting at which it is meant to be adopted decides until when a letter can still be matched.
    adoption_planned_on = models.DateField(null=True, blank=True)
    scientific_officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="topics")
    duration_months = models.PositiveIntegerField(null=True, blank=True)
    # What it is about in one or two sentences of our own, where the text itself is not kept here.
    summary = models.TextField("what it is about, in our own words", blank=True)
    # Why the text is not kept here; then the source tells it.
    text_note = models.CharField("where its text stands", max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="topic_code")]

    def __str__(self) -> str:
        return self.code


class TopicVersion(models.Model):
    """One version of a topic's text, section by section, as it was written at an instant."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=400)
    challenge = models.TextField(blank=True)
    scope = models.TextField(blank=True)
    impact = models.TextField("expected impact", blank=True)
    deliverables = models.TextField(blank=True)
    contributions = models.TextField("industry consortium and what it contributes", blank=True)
    consortium = models.TextField("what is expected of applicants", blank=True)
    # What changed and why, in the writer's words.
    reason = models.TextField()
    # Whether partners who pledged before are asked to confirm.
    is_material = models.BooleanField(default=True)
    written_by = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["topic", "number"]
        constraints = [models.UniqueConstraint(fields=["topic", "number"], name="topic_version_number")]

    def __str__(self) -> str:
        return f"{self.topic} version {self.number}"


class IndicativeContribution(models.Model):
    """What a source is meant to give to a topic according to its text; no money of the books, and never added to it."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="indicative_contributions")
    source = models.CharField("code of the contributing role, or `public` for the main budget", max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    is_in_kind = models.BooleanField(default=False)
    amount_cents = models.BigIntegerField()
    stated_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["topic", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="indicative_amount_positive")
        ]

    def __str__(self) -> str:
        return f"{self.source} to {self.topic}: {self.amount_cents}"


class Project(models.Model):
    """A funded project of ours under a grant agreement (an imported one is a past project)."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="projects")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="projects")
    call = models.ForeignKey(Call, models.PROTECT, null=True, blank=True, related_name="projects")
    slug = models.SlugField(max_length=80)
    acronym = models.CharField(max_length=80)
    title = models.CharField(max_length=400, blank=True)
    grant_agreement = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField("day of the signature of the grant", null=True, blank=True)
    # Set by a decision, and only on the fast track.
    starts_before_signature = models.BooleanField("may start before its grant is signed", default=False)
    # For a project without a topic; else the topic's own day counts.
    adopted_on = models.DateField(null=True, blank=True)
    # As with a topic: what public sources do not tell is not known, and nothing of it waits for the office.
    is_historical = models.BooleanField("taken from public sources, not run on this site", default=False)
    note = models.TextField("what is known and what is not", blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["scheme", "acronym"]
        constraints = [models.UniqueConstraint(fields=["scheme", "slug"], name="project_slug")]

    def __str__(self) -> str:
        return self.acronym


class Proposal(models.Model):
    """A proposal to a topic, as the imported results of an evaluation tell of it. There is no submission here."""

    class Result(models.TextChoices):
        INELIGIBLE = "ineligible", "Not eligible"
        BELOW = "below", "Below the threshold"
        RESERVE = "reserve", "On the reserve list"
        INVITED = "invited", "Invited to the second stage"
        SELECTED = "selected", "Selected"
        UNKNOWN = "unknown", "Not known"

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="proposals")
    code = models.CharField(max_length=40)
    acronym = models.CharField(max_length=80, blank=True)
    stage = models.PositiveSmallIntegerField(default=1)
    coordinator = models.CharField(max_length=300, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    # As the evaluators wrote it; text, since scales differ.
    score = models.CharField(max_length=20, blank=True)
    rank = models.PositiveIntegerField(null=True, blank=True)
    result = models.CharField(max_length=12, choices=Result, default=Result.UNKNOWN)
    requested_cents = models.BigIntegerField(null=True, blank=True)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="proposals")

    class Meta:
        ordering = ["topic", "stage", "rank", "code"]
        constraints = [models.UniqueConstraint(fields=["topic", "code", "stage"], name="proposal_code")]

    def __str__(self) -> str:
        return self.acronym or self.code
