"""Which open topics and ideas fit an organisation: how near they are to its past projects and to its interests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from django.contrib.auth.models import AnonymousUser
from numpy.typing import NDArray

from cofund.analysis.words import Matrix
from cofund.queries import ideas, index_facts, programmes, topic_texts
from cofund.queries.candidate_subjects import Subject
from cofund.queries.candidates import codes_of
from cofund.queries.index_facts import IndexFacts
from cofund.queries.index_files import Index, NoIndexError, in_use, open_index
from cofund.queries.keeping import kept
from cofund.queries.nearness import LEVELS, level, weighed
from cofund.queries.nearness import nearness as nearness_of
from cofund.records.corpus.models import PastProject
from cofund.records.directory.models import Interest, Organisation, User
from cofund.records.programme.models import FitAlert, Topic, TopicVersion

MOST_REASONS: Final = 3
_FIRST: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Near:
    """Why a topic fits: a past project (number, name, year of signature) or an interest, and its place among all past projects."""

    place: int
    project: int = 0
    name: str = ""
    year: int = 0
    interest: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A topic or an idea that fits an organisation."""

    subject: Subject
    level: str
    why: tuple[Near, ...]

    @property
    def key(self) -> str:
        """What tells it from every other: `topic/7`."""
        row = self.subject.topic or self.subject.idea
        assert row is not None
        return f"{'topic' if self.subject.topic else 'idea'}/{row.pk}"


@dataclass(frozen=True, slots=True)
class Fits:
    """What fits an organisation, the nearest first. `problem` says why nothing can be told."""

    found: tuple[Fit, ...] = ()
    facts: IndexFacts | None = None
    problem: str = ""
    past_projects: int = 0
    interests: int = 0
    asked: int = 0  # open topics and ideas that were looked at


def of_organisation(organisation: Organisation) -> Fits:
    """Rank the open topics and ideas for an organisation; kept until something is written, or another index is in use."""
    try:
        version = in_use()
    except NoIndexError as error:
        return Fits(problem=str(error))
    return _of_organisation(organisation, version)


@kept(64)
def _of_organisation(organisation: Organisation, version: str) -> Fits:
    """What fits by one index. Twelve queries at most, however many topics there are."""
    del version  # what is kept of another index is another answer
    try:
        index = open_index()
    except NoIndexError as error:
        return Fits(problem=str(error))
    rows = _rows(index, codes_of([organisation]))
    stated = Interest.objects.filter(organisation=organisation, ended_on=None, kind=Interest.Kind.INTEREST)
    said = [(text, weighed(index, text)) for text in stated.order_by("pk").values_list("text", flat=True)]
    subjects = _subjects()
    found = [fit for subject, text in subjects if (fit := _fit(index, subject, text, rows, said))]
    found.sort(key=lambda one: (LEVELS.index(one.level), one.why[0].place, one.key))
    named = _named(found)
    return Fits(tuple(named), index_facts.of(index), "", len(rows), len(said), len(subjects))


def alert_of(user: User | AnonymousUser) -> FitAlert | None:
    """What somebody chose to be told of; nothing where nobody chose yet. One query."""
    return FitAlert.objects.filter(user=user.pk).first() if user.pk else None


def _subjects() -> list[tuple[Subject, str]]:
    """What can be offered to everybody, with its public text: topics that are not adopted yet, ideas that are shown in public."""
    topics = list(programmes.open_topics().order_by("pk"))
    texts = topic_texts.newest_published(topics)
    found = [(Subject(topic=topic), _public_text(topic, texts)) for topic in topics]
    waiting = ideas.register().filter(status__in=ideas.WAITING)
    return found + [(Subject(idea=row), f"{row.title}\n{row.challenge}") for row in waiting if row.is_title_known]


def _public_text(topic: Topic, texts: dict[int, TopicVersion]) -> str:
    """What everybody may read of a topic."""
    one = texts.get(topic.pk)
    if one is None:
        return f"{topic.title}\n{topic.summary}"
    return "\n".join(filter(None, (one.title, one.challenge, one.scope, one.impact, one.deliverables)))


def _rows(index: Index, codes: Sequence[int]) -> NDArray[np.int64]:
    """The places of the projects in which some organisations took part."""
    history = index.history
    columns = np.flatnonzero(np.isin(history.corpus.organisations, np.array(codes, np.int64)))
    table = history.memberships_by_organisation[columns]
    return np.unique(np.asarray(table.indices, np.int64))


def _fit(
    index: Index, subject: Subject, text: str, rows: NDArray[np.int64], said: Sequence[tuple[str, Matrix]]
) -> Fit | None:
    """How well one topic fits; nothing where neither a past project nor an interest is near to it."""
    words, nearness = nearness_of(index.version, text)
    corpus = index.history.corpus
    own = nearness[rows]
    nearest = rows[np.argsort(-own, kind="stable")[:MOST_REASONS]]
    found = [
        Near(
            1 + int((nearness > nearness[row]).sum()), int(corpus.projects[row]),
            year=(_FIRST + timedelta(days=int(corpus.signed[row]))).year,
        )
        for row in nearest.tolist()
        if nearness[row] > 0
    ]  # fmt: skip
    for stated, own_words in said:
        near = float((own_words @ words.T).sum())
        if near > 0:
            found.append(Near(1 + int((nearness > near).sum()), interest=stated))
    why = tuple(sorted(found, key=lambda one: one.place)[:MOST_REASONS])
    closest = level(why[0].place, len(nearness)) if why else ""
    fitting = tuple(one for one in why if level(one.place, len(nearness)))
    return Fit(subject, closest, fitting) if closest else None


def _named(found: Sequence[Fit]) -> list[Fit]:
    """The same with the names of the projects. One query."""
    numbers = {one.project for fit in found for one in fit.why if one.project}
    names = {row.pk: row.acronym or row.title[:60] for row in PastProject.objects.filter(pk__in=numbers)}
    return [
        Fit(
            fit.subject, fit.level,
            tuple(Near(one.place, one.project, names.get(one.project, ""), one.year, one.interest) for one in fit.why),
        )
        for fit in found
    ]  # fmt: skip
