"""Simple rankings that the full one has to beat."""

from __future__ import annotations

import numpy as np

from cofund.analysis.calls import families
from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.history import History, Question
from cofund.analysis.votes import compare, first, gather

PLACES = 1000  # of a ranking that is measured
_BEST_MATCH_POWER = 4


def by_popularity(history: History, question: Question) -> Numbers:
    """Rank by the number of past projects, whatever is asked."""
    return best(history, question, history.times)


def by_family(history: History, question: Question) -> Numbers:
    """Rank by the number of past projects in the call's part of the programme, then in all."""
    names = history.corpus.families[0]
    rows = np.array([names[name] for name in families(question.code)[1:2] if name in names], np.int64)
    in_family = gather(history.family_times, rows, np.ones(len(rows), np.float32))
    return best(history, question, in_family + history.times / (1 + history.times.max(initial=0)))


def by_best_match(history: History, question: Question) -> Numbers:
    """Rank by a vote of the past projects that BM25 puts first, their scores to the fourth power."""
    found = compare(history.best_match_by_term, question.counts)
    rows = first(found, 500)
    strength = found[rows] / max(float(found.max(initial=0)), 1e-9)
    votes = gather(history.corpus.members, rows, strength**_BEST_MATCH_POWER / history.damping[rows])
    return best(history, question, votes)


def best(history: History, question: Question, points: Floats) -> Numbers:
    """The candidates with the most points, without the known members and those with none."""
    allowed = history.candidates & (points > 0)
    allowed[list(question.known)] = False
    places = np.flatnonzero(allowed)
    return np.asarray(places[first(points[places], PLACES)], np.int64)
