"""What is known of each candidate for one question, as numbers that the ranking weighs: one column a signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from cofund.analysis.calls import LEVELS, families
from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.history import History, Question
from cofund.analysis.votes import NEAREST, Votes, dense, first, gather, vote

_RIDGE_NEIGHBOURS = 300
_RIDGE_PENALTY = 0.3
_RIDGE_CALL = 0.1  # how much a shared family of calls counts beside the text
_THEME_NEIGHBOURS = 300
_THEME_POWER = 6
_BEST_MATCH_POWER = 4
_FEW = 50
_ASSOCIATES = 30  # most voted organisations whose company is looked at


@dataclass(frozen=True)
class Signals:
    """Candidates of one question, best vote first, and a row of numbers for each."""

    candidates: Numbers  # columns of organisations
    numbers: Floats  # candidate × signal, as `NAMES` names them
    votes: Votes


NAMES = (
    "vote", "vote of titles", "votes together", "place", "share of best", "sharp vote", "flat vote", "nearest", "leader's vote",
    "ridge", *(f"family {level}" for level in range(LEVELS)), "vote in family", "fields", "own words", "with known",
    "nearest with known", "company", "company then", "vote by themes", "BM25 vote", "vote of few",
    "times", "older times", "times leading", "days since last", "usual size", "vote a time",
    "country's vote", "kind's vote", "kind", "country times",
    "best nearness", "mean nearness", "expected size", "family's projects", "topic's projects", "known members",
)  # fmt: skip


def signals(history: History, question: Question) -> Signals:
    """Choose the candidates of a question, and measure each in every signal."""
    votes = vote(history, question)
    near, members = votes.near, history.corpus.members
    together = votes.together
    weights = near.weights(history.damping)
    by_family = _family_times(history, question.code)
    ridge = _ridge(history, question, votes)
    company = _company(history, votes, together)
    then = _company_then(history, votes, together)
    by_themes = _vote_by(history, history.themes.nearness(votes.text), _THEME_NEIGHBOURS, _THEME_POWER)
    best_match = _vote_by(history, history.best_match @ dense(question.counts), NEAREST, _BEST_MATCH_POWER)
    few = votes.near.rows[:_FEW]
    fields = history.profiles @ gather(history.corpus.fields, near.rows, weights)
    words = np.asarray(history.own_words @ votes.text, np.float32)
    known, near_known = _with_known(history, question, votes)
    pool = _pool(history, question, [
        (together, 300), (ridge, 100), (by_family[1], 60), (by_family[3], 60), (company, 100), (known, 100), (fields, 60),
        (words, 60), (by_themes, 100), (best_match, 100),
    ])  # fmt: skip
    pool = pool[np.argsort(-together[pool], kind="stable")]
    best = max(float(together.max(initial=0)), 1e-9)
    in_family = _in_family(history, question.code, near.rows)
    nearest = np.zeros(members.shape[1], np.float32)
    lengths = history.corpus.sizes[near.rows]
    chosen = members[near.rows]
    np.maximum.at(nearest, chosen.indices, np.repeat(near.nearness, lengths))
    countries, kinds = history.corpus.country_numbers, history.corpus.kind_numbers
    country_votes = np.bincount(countries, weights=together)
    kind_votes = np.bincount(kinds, weights=together)
    country_times = np.bincount(countries, weights=history.times)
    total = max(float(together.sum()), 1e-9)
    columns = [
        votes.current, votes.by_title, together, None, together / best,
        gather(members, near.rows, near.weights(history.damping, 6)), gather(members, near.rows, near.weights(history.damping, 1)),
        nearest, gather(history.corpus.coordinators, near.rows, weights), ridge, *by_family,
        gather(members, near.rows, weights * in_family), fields, words, known, near_known, company, then, by_themes, best_match,
        gather(members, few, weights[: len(few)]), history.times,
        history.older_times, history.times_leading, history.before - history.last_days, history.usual_sizes,
        together / (history.times + history.older_times + 3), (country_votes / total)[countries], (kind_votes / total)[kinds],
        kinds, country_times[countries],
    ]  # fmt: skip
    numbers = np.empty((len(pool), len(NAMES)), np.float32)
    for place, column in enumerate(columns):
        numbers[:, place] = np.arange(len(pool)) if column is None else np.asarray(column)[pool]
    numbers[:, len(columns) :] = _of_question(history, question, votes, weights)
    return Signals(pool, numbers, votes)


def _of_question(history: History, question: Question, votes: Votes, weights: Floats) -> Floats:
    """What is the same for all candidates: how much the past knows of such a text, and of its call."""
    near = votes.near
    sizes = history.corpus.sizes[near.rows]
    names = history.corpus.families[0]
    counts = [len(_family_rows(history, names.get(name))) for name in families(question.code)] or [0] * LEVELS
    return np.array(
        [
            near.nearness[:1].sum(), near.nearness[:20].mean() if len(near.rows) else 0,
            (weights * sizes).sum() / max(float(weights.sum()), 1e-9), counts[1], counts[4], len(question.known),
        ],
        np.float32,
    )  # fmt: skip


def _pool(history: History, question: Question, wishes: list[tuple[Floats, int]]) -> Numbers:
    """The candidates that any signal puts high, without those who are members already."""
    allowed = history.candidates.copy()
    if question.allowed is not None:
        allowed &= question.allowed
    allowed[list(question.known)] = False
    places = np.flatnonzero(allowed)
    chosen = np.zeros(len(allowed), np.bool_)
    for scores, number in wishes:
        found = places[first(scores[places], number)]
        chosen[found[scores[found] > 0]] = True
    return np.flatnonzero(chosen)


def _family_rows(history: History, family: int | None) -> Numbers:
    table = history.family_columns
    if family is None:
        return np.empty(0, np.int64)
    return np.asarray(table.indices[table.indptr[family] : table.indptr[family + 1]], np.int64)


def _family_times(history: History, code: str) -> list[Floats]:
    """By level: how often each organisation took part in the call's family."""
    names = history.corpus.families[0]
    width = len(history.corpus.organisations)
    found = [np.zeros(width, np.float32) for _ in range(LEVELS)]
    for level, name in enumerate(families(code)):
        if name in names:
            found[level] = gather(history.family_times, np.array([names[name]]), np.ones(1, np.float32))
    return found


def _in_family(history: History, code: str, rows: Numbers) -> Floats:
    """Which of these projects belong to the same part of the programme."""
    found = np.zeros(len(history.corpus.projects), np.float32)
    for name in families(code)[1:2]:
        found[_family_rows(history, history.corpus.families[0].get(name))] = 1
    return found[rows]


def _ridge(history: History, question: Question, votes: Votes) -> Floats:
    """Kernel ridge on text and call among the nearest projects: like the vote, but projects that say the same share it."""
    rows = votes.near.rows[:_RIDGE_NEIGHBOURS]
    if not len(rows):
        return np.zeros(len(history.corpus.organisations), np.float32)
    texts, calls = history.texts[rows], history.corpus.families[1][rows]
    names = history.corpus.families[0]
    asked = np.zeros(calls.shape[1], np.float32)
    asked[[names[name] for name in families(question.code) if name in names]] = 1
    kernel = (texts @ texts.T).toarray() + _RIDGE_CALL / LEVELS * (calls @ calls.T).toarray()
    kernel[np.diag_indices(len(rows))] += _RIDGE_PENALTY
    right = votes.near.nearness[: len(rows)] + _RIDGE_CALL / LEVELS * (calls @ asked)
    weights = linalg.solve(kernel.astype(np.float64), right.astype(np.float64), assume_a="pos", check_finite=False)
    return gather(history.corpus.members, rows, weights.astype(np.float32))


def _company(history: History, votes: Votes, together: Floats) -> Floats:
    """Who stands in projects on this text beside those who are voted for most."""
    best = first(together, _ASSOCIATES)
    chosen = np.zeros(len(together), np.float32)
    chosen[best] = together[best] / max(float(together.max(initial=0)), 1e-9)
    of_projects = history.corpus.members @ chosen
    return np.asarray(history.memberships_by_organisation @ (of_projects * votes.similarity), np.float32)


def _company_then(history: History, votes: Votes, together: Floats) -> Floats:
    """Who stood in older projects beside those who are voted for most, whatever these were about."""
    best = first(together, _ASSOCIATES)
    chosen = np.zeros(len(together), np.float32)
    chosen[best] = together[best] / max(float(together.max(initial=0)), 1e-9)
    of_projects = history.older_members @ chosen / history.older_damping
    return np.asarray(history.older_by_organisation @ of_projects, np.float32)


def _vote_by(history: History, nearness: Floats, nearest: int, power: int) -> Floats:
    """The vote of the projects that another measure puts nearest."""
    rows = first(nearness, nearest)
    strength = nearness[rows] / max(float(nearness.max(initial=0)), 1e-9)
    return gather(history.corpus.members, rows, np.asarray(strength**power / history.damping[rows], np.float32))


def _with_known(history: History, question: Question, votes: Votes) -> tuple[Floats, Floats]:
    """Who worked with the known members: the sum, and the highest, of how near their common projects are to the text."""
    shared = np.zeros(len(history.corpus.organisations), np.float32)
    highest = shared.copy()
    for member in question.known:
        table = history.memberships_by_organisation
        rows = table.indices[table.indptr[member] : table.indptr[member + 1]].astype(np.int64)
        weights = ((votes.similarity[rows] + 0.02) / history.damping[rows]).astype(np.float32)
        shared += gather(history.corpus.members, rows, weights)
        chosen = history.corpus.members[rows]
        np.maximum.at(highest, chosen.indices, np.repeat(weights, history.corpus.sizes[rows]))
    return shared, highest
