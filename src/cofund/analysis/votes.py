"""The vote of past projects: those whose texts are nearest to a text speak for their members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.history import OLDER_WEIGHT, History, Question
from cofund.analysis.words import Matrix, weigh

NEAREST = 500  # past projects that vote
_POWER = 3


@dataclass(frozen=True)
class Neighbours:
    """Past projects near to a text, the nearest first, and how near: the cosine of their weighed terms."""

    rows: Numbers
    nearness: Floats

    def weights(self, damping: Floats, power: int = _POWER) -> Floats:
        """Each one's vote: its nearness to a power, divided among a large consortium."""
        return np.asarray(self.nearness**power / damping[self.rows], np.float32)


@dataclass(frozen=True)
class Votes:
    """What past projects say of each organisation."""

    near: Neighbours
    older: Neighbours
    similarity: Floats  # of every project of the current programme
    current: Floats  # votes, by organisation
    by_title: Floats  # votes of older projects, by organisation
    words: Matrix  # the question's weighed terms: one row
    text: Floats  # the same, by term

    @property
    def together(self) -> Floats:
        """Both votes, the older ones at their weight."""
        return self.current + np.float32(OLDER_WEIGHT) * self.by_title


def vote(history: History, question: Question, nearest: int = NEAREST) -> Votes:
    """Ask the past projects nearest to the question's text for their members."""
    text = weigh(question.counts, history.rare)
    similarity = compare(history.texts_by_term, text)
    near = _nearest(similarity, nearest)
    older = _nearest(compare(history.older_titles_by_term, text), nearest)
    return Votes(
        near=near, older=older, similarity=similarity, words=text, text=dense(text),
        current=gather(history.corpus.members, near.rows, near.weights(history.damping)),
        by_title=gather(history.older_members, older.rows, older.weights(history.older_damping)),
    )  # fmt: skip


def dense(row: Matrix) -> Floats:
    """One sparse row as numbers."""
    return np.asarray(row.toarray(), np.float32).ravel()


def compare(by_term: Matrix, row: Matrix) -> Floats:
    """A text's product with each column of a table that has a row a term; only the rows of the text's terms are read."""
    return gather(by_term, row.indices, row.data)


def gather(table: Matrix, rows: Numbers, weights: Floats) -> Floats:
    """The weighted sum of a table's rows."""
    starts, ends = table.indptr[rows], table.indptr[rows + 1]
    lengths = ends - starts
    if not lengths.sum():
        return np.zeros(table.shape[1], np.float32)
    before = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    places = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
    columns, values = table.indices[places], table.data[places] * np.repeat(weights, lengths)
    return np.bincount(columns, weights=values, minlength=table.shape[1]).astype(np.float32)


def first(scores: Floats, number: int) -> Numbers:
    """The places of the highest scores, the highest first; equal ones in their own order, so that every run agrees."""
    if number < len(scores):
        limit = np.partition(scores, len(scores) - number)[len(scores) - number]
        above = np.flatnonzero(scores > limit)
        level = np.flatnonzero(scores == limit)[: number - len(above)]
        places = np.sort(np.concatenate((above, level)))
    else:
        places = np.arange(len(scores))
    return np.asarray(places[np.argsort(-scores[places], kind="stable")], np.int64)


def _nearest(similarity: Floats, number: int) -> Neighbours:
    rows = first(similarity, number)
    rows = rows[similarity[rows] > 0]
    return Neighbours(rows, similarity[rows])
