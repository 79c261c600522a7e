"""The past as it was known on one day, made ready for questions: weights of words, memberships, how often who took part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cofund.analysis.circles import Circles, find_circles
from cofund.analysis.corpus import Corpus, Floats, Numbers
from cofund.analysis.place_words import PlaceWords, find_place_words
from cofund.analysis.themes import Themes, find_themes
from cofund.analysis.words import Matrix, best_match_weights, rarity, weigh

OLDER_WEIGHT = 0.3  # of an older project, of which the title alone is known


@dataclass(frozen=True)
class Question:
    """What is asked: the counts of a text's terms, the code of a topic or call, and members who are known already."""

    counts: Matrix  # one row, of the corpus's terms
    code: str = ""
    known: tuple[int, ...] = ()  # columns of organisations
    allowed: NDArray[np.bool_] | None = None  # by organisation: who may be recommended; all, if not stated


@dataclass(frozen=True)
class History:
    """All that was signed before a day. Nothing later enters: neither a word's rarity nor a membership."""

    before: int  # day, since 1970-01-01
    corpus: Corpus  # only the projects of the current programme
    rare: Floats  # by term
    texts: Matrix  # weighed: project × term
    older_titles: Matrix  # weighed: older project × term
    older_members: Matrix
    older_numbers: Numbers
    memberships_by_organisation: Matrix  # organisation × project
    older_sizes: Numbers

    @cached_property
    def times(self) -> Floats:
        """How many projects of the current programme each organisation took part in."""
        return _sum(self.corpus.members)

    @cached_property
    def older_times(self) -> Floats:
        """How many older projects each organisation took part in."""
        return _sum(self.older_members)

    @cached_property
    def times_leading(self) -> Floats:
        """How many projects of the current programme each organisation coordinated."""
        return _sum(self.corpus.coordinators)

    @cached_property
    def candidates(self) -> NDArray[np.bool_]:
        """Who can be recommended: whoever took part in the current programme."""
        return self.times > 0

    @cached_property
    def newcomers(self) -> NDArray[np.bool_]:
        """Candidates that took part once or twice."""
        return self.candidates & (self.times <= 2)

    @cached_property
    def damping(self) -> Floats:
        """By project: log2(1 + size), by which its vote is divided."""
        return np.asarray(np.log2(1 + np.maximum(self.corpus.sizes, 1)), np.float32)

    @cached_property
    def older_damping(self) -> Floats:
        """By older project: log2(1 + size)."""
        return np.asarray(np.log2(1 + np.maximum(self.older_sizes, 1)), np.float32)

    @cached_property
    def last_days(self) -> Numbers:
        """When each organisation's last project was signed; 0 for none."""
        found = np.zeros(len(self.corpus.organisations), np.int64)
        rows = np.repeat(np.arange(len(self.corpus.projects)), self.corpus.sizes)
        np.maximum.at(found, self.corpus.members.indices, self.corpus.signed[rows])
        return found

    @cached_property
    def usual_sizes(self) -> Floats:
        """The logarithm of the mean size of each organisation's projects."""
        total = self.memberships_by_organisation @ self.corpus.sizes.astype(np.float32)
        return np.asarray(np.log1p(total / np.maximum(self.times, 1)), np.float32)

    @cached_property
    def country_times(self) -> Floats:
        """By organisation: how many memberships its country has."""
        countries = self.corpus.country_numbers
        return np.bincount(countries, weights=self.times)[countries].astype(np.float32)

    @cached_property
    def family_times(self) -> Matrix:
        """Family of calls × organisation: how often it took part."""
        return (self.corpus.families[1].T @ self.corpus.members).tocsr()

    @cached_property
    def family_columns(self) -> Matrix:
        """Family of calls × project."""
        return self.corpus.families[1].T.tocsr()

    @cached_property
    def profiles(self) -> Matrix:
        """Organisation × field of science, rows of length 1, rare fields weighing more."""
        return weigh((self.memberships_by_organisation @ self.corpus.fields).tocsr(), rarity([self.corpus.fields]))

    @cached_property
    def themes(self) -> Themes:
        """The themes of the current programme's projects, and where each project stands."""
        return find_themes(self.texts, self.older_titles, self.corpus.terms)

    @cached_property
    def theme_lengths(self) -> Floats:
        """By organisation: how long the sum of its projects' places among the themes is, older ones at their weight; never 0."""
        themes = self.themes
        total = self.memberships_by_organisation @ themes.places
        total += np.float32(OLDER_WEIGHT) * (self.older_by_organisation @ themes.older_places)
        lengths = np.linalg.norm(total, axis=1)
        return np.where(lengths > 0, lengths, 1).astype(np.float32)

    @cached_property
    def circles(self) -> Circles:
        """The circles that organisations move in."""
        return find_circles(self.corpus.members, self.older_members)

    @cached_property
    def place_words(self) -> PlaceWords:
        """What words say of where organisations sit."""
        texts = sparse.vstack([self.texts, self.older_titles]).tocsr()
        return find_place_words(self.corpus, texts, sparse.vstack([self.corpus.members, self.older_members]).tocsr())

    @cached_property
    def best_match_by_term(self) -> Matrix:
        """Weights of BM25: term × project."""
        return best_match_weights(self.corpus.whole_texts).T.tocsr()

    @cached_property
    def texts_by_term(self) -> Matrix:
        """Weighed: term × project, to compare a text without reading what it has no word of."""
        return self.texts.T.tocsr()

    @cached_property
    def older_titles_by_term(self) -> Matrix:
        """Weighed: term × older project."""
        return self.older_titles.T.tocsr()

    @cached_property
    def own_words_by_term(self) -> Matrix:
        """Weighed: term × organisation."""
        return self.own_words.T.tocsr()

    @cached_property
    def older_by_organisation(self) -> Matrix:
        """Organisation × older project."""
        return self.older_members.T.tocsr()

    @cached_property
    def own_words(self) -> Matrix:
        """Weighed: organisation × term."""
        return weigh(self.corpus.own_words, self.rare)


def history_before(corpus: Corpus, before: int) -> History:
    """The history of a corpus up to, not including, a day."""
    known = corpus.signed < before
    current = corpus.rows(np.flatnonzero(known & corpus.is_current))
    older = np.flatnonzero(known & ~corpus.is_current)
    titles, members = corpus.whole_texts[older], corpus.members[older]
    rare = rarity([current.whole_texts, titles])
    return History(
        before=before, corpus=current, rare=rare, texts=weigh(current.whole_texts, rare), older_titles=weigh(titles, rare),
        older_members=members, older_numbers=corpus.projects[older],
        memberships_by_organisation=current.members.T.tocsr(), older_sizes=np.diff(members.indptr).astype(np.int64),
    )  # fmt: skip


def _sum(members: Matrix) -> Floats:
    return np.bincount(members.indices, minlength=members.shape[1]).astype(np.float32)
