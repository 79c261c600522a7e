"""What candidates are sought for: a topic or an idea, with the text that is asked about, and who is a member of it already."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from cofund.queries import contributions, topic_texts
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Application, Contribution, GrantParticipant
from cofund.records.programme.models import CandidateMark, Idea, Lead, Scheme, Topic
from cofund.rules.lifecycle_applications import LIVING


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic or an idea, one of them."""

    topic: Topic | None = None
    idea: Idea | None = None

    @property
    def scheme(self) -> Scheme:
        """The programme that it belongs to."""
        return self._row.scheme

    @property
    def code(self) -> str:
        """How it is called: the code of a topic, the reference of an idea."""
        return self.topic.code if self.topic else self.idea.reference if self.idea else ""

    @property
    def title(self) -> str:
        """What it is about in a line."""
        return self.topic.title if self.topic else self.idea.title_said if self.idea is not None else ""

    @property
    def audited_as(self) -> str:
        """How the audit trail names it."""
        return f"{self.scheme.code}/{'topic' if self.topic else 'idea'}/{self.code}"

    @property
    def asked(self) -> dict[str, Topic | Idea | None]:
        """The columns of a row that is about it."""
        return {"topic": self.topic, "idea": self.idea}

    @property
    def _row(self) -> Topic | Idea:
        row = self.topic or self.idea
        assert row is not None
        return row

    @property
    def leads(self) -> Q:
        """The condition that a lead is for it."""
        return Q(topic=self.topic) if self.topic else Q(idea=self.idea)


@dataclass(frozen=True, slots=True)
class Text:
    """What is asked: the text, the code of the call or topic, and what the reader has to know of it."""

    words: str
    code: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation that takes part already, and how, in words."""

    organisation: Organisation
    words: str


def topics_called(code: str) -> list[Subject]:
    """The topics of this site with a code: one of each programme that has it. One query."""
    return [Subject(topic=row) for row in Topic.objects.filter(code=code).select_related("scheme").order_by("pk")]


def text_of(subject: Subject) -> Text:
    """The text that candidates are sought for: the newest version of a topic with its call, or the need of an idea."""
    if subject.idea is not None:
        title = subject.idea.title if subject.idea.is_title_known else ""
        return Text(f"{title}\n{subject.idea.challenge}".strip(), source="the title and the need of the idea")
    topic = subject.topic
    assert topic is not None
    rows = topic_texts.versions(topic)
    if not rows:
        words = f"{topic.title}\n{topic.summary}".strip()
        return Text(words, topic.code, "its title and summary: the text itself is not kept here")
    one = rows[0]
    parts = (one.title, one.challenge, one.scope, one.impact, one.deliverables)
    return Text("\n".join(filter(None, parts)), topic.code, f"version {one.number} of its text")


def members(subject: Subject) -> list[Member]:
    """Who takes part in a topic already: who gives to it, applies for it, is named in its text, or stands in its grant.

    An idea has no members. Seven queries, however many there are.
    """
    topic = subject.topic
    if topic is None:
        return []
    found: dict[int, Member] = {}

    def add(organisation: Organisation, words: str) -> None:
        kept = organisation.merged_into or organisation
        found.setdefault(kept.pk, Member(kept, words))

    for state in contributions.states(Contribution.objects.filter(topic=topic)):
        if state.live_cents:
            for one in state.organisations:
                add(one, f"gives {state.contribution.reference} to this topic")
    related = "organisation__merged_into"
    for application in Application.objects.filter(topic=topic, status__in=LIVING).select_related(related):
        add(application.organisation, f"applies with {application.reference}")
    named = topic.indicative_contributions.filter(organisation__isnull=False).select_related(related)
    for row in named.order_by("pk"):
        if row.organisation is not None:
            add(row.organisation, "is named as a contributor in the text of this topic")
    standing = GrantParticipant.objects.filter(project__topic=topic, sheet__status="applied")
    for part in standing.select_related(related, "project").order_by("number", "pk"):
        add(part.organisation, f"takes part in {part.project.acronym}, the project of this topic")
    return list(found.values())


def marks(subject: Subject) -> list[CandidateMark]:
    """What the office says of candidates for it and has not taken back, oldest first. One query."""
    rows = CandidateMark.objects.filter(**subject.asked, ended_at=None)
    related = ("past_organisation", "lead__organisation")
    return list(rows.select_related(*related).order_by("pk"))


def taken_back(subject: Subject) -> list[CandidateMark]:
    """What the office said of candidates for it and took back, newest first. One query."""
    rows = CandidateMark.objects.filter(**subject.asked, ended_at__isnull=False)
    return list(rows.select_related("past_organisation").order_by("-ended_at", "-pk"))


def leads(subject: Subject) -> list[Lead]:
    """The leads that are for it, newest first. One query."""
    rows = Lead.objects.filter(subject.leads, scheme=subject.scheme).select_related("organisation__merged_into")
    return list(rows.order_by("-pk"))
