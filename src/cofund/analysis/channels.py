"""Ways in which the past speaks for an organisation, each as a number for every organisation there is."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from cofund.analysis.calls import LEVELS, families
from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.history import OLDER_WEIGHT, History, Question
from cofund.analysis.votes import NEAREST, Votes, compare, first, gather

_RIDGE_NEIGHBOURS = 300
_RIDGE_PENALTY = 0.3
_RIDGE_CALL = 0.1  # how much a shared family of calls counts beside the text
_CALL_SHARE = 0.5  # how much the call counts beside the text in the vote by text and call
_CALL_POWER = 4
_BY_TIMES = np.float32(1e-6)  # a past project beside the vote, among those of a place that the text names
_ASSOCIATES = 30  # most voted organisations whose company is looked at


def family_rows(history: History, family: int | None) -> Numbers:
    """The projects of a family of calls; none for none."""
    table = history.family_columns
    if family is None:
        return np.empty(0, np.int64)
    return np.asarray(table.indices[table.indptr[family] : table.indptr[family + 1]], np.int64)


def family_times(history: History, code: str) -> list[Floats]:
    """By level: how often each organisation took part in the call's family."""
    names = history.corpus.families[0]
    width = len(history.corpus.organisations)
    found = [np.zeros(width, np.float32) for _ in range(LEVELS)]
    for level, name in enumerate(families(code)):
        if name in names:
            found[level] = gather(history.family_times, np.array([names[name]]), np.ones(1, np.float32))
    return found


def in_family(history: History, code: str, rows: Numbers) -> Floats:
    """Which of these projects belong to the same part of the programme."""
    found = np.zeros(len(history.corpus.projects), np.float32)
    for name in families(code)[1:2]:
        found[family_rows(history, history.corpus.families[0].get(name))] = 1
    return found[rows]


def _shared_families(history: History, code: str) -> Floats:
    """By project: how many levels of the call's family it shares."""
    names, belongs = history.corpus.families
    asked = np.zeros(belongs.shape[1], np.float32)
    asked[[names[name] for name in families(code) if name in names]] = 1
    return np.asarray(belongs @ asked, np.float32)


def ridge(history: History, question: Question, votes: Votes) -> Floats:
    """Kernel ridge on text and call among the nearest projects: like the vote, but projects that say the same share it."""
    rows = votes.near.rows[:_RIDGE_NEIGHBOURS]
    if not len(rows):
        return np.zeros(len(history.corpus.organisations), np.float32)
    texts, calls = history.texts[rows], history.corpus.families[1][rows]
    kernel = (texts @ texts.T).toarray() + np.float32(_RIDGE_CALL / LEVELS) * (calls @ calls.T).toarray()
    kernel[np.diag_indices(len(rows))] += np.float32(_RIDGE_PENALTY)
    right = votes.near.nearness[: len(rows)] + _RIDGE_CALL / LEVELS * _shared_families(history, question.code)[rows]
    weights = linalg.solve(kernel.astype(np.float64), right.astype(np.float64), assume_a="pos", check_finite=False)
    return gather(history.corpus.members, rows, weights.astype(np.float32))


def vote_by_call(history: History, question: Question, votes: Votes) -> Floats:
    """The vote of the projects nearest in text and call together."""
    closeness = votes.similarity / max(float(votes.similarity.max(initial=0)), 1e-9)
    closeness = closeness + np.float32(_CALL_SHARE / LEVELS) * _shared_families(history, question.code)
    return vote_by(history, closeness, NEAREST, _CALL_POWER)


def vote_by(history: History, nearness: Floats, nearest: int, power: int) -> Floats:
    """The vote of the projects that another measure puts nearest."""
    rows = first(nearness, nearest)
    strength = nearness[rows] / max(float(nearness.max(initial=0)), 1e-9)
    return gather(history.corpus.members, rows, np.asarray(strength**power / history.damping[rows], np.float32))


def older_vote_by(history: History, nearness: Floats, nearest: int, power: int) -> Floats:
    """The same of older projects."""
    rows = first(nearness, nearest)
    strength = nearness[rows] / max(float(nearness.max(initial=0)), 1e-9)
    return gather(history.older_members, rows, np.asarray(strength**power / history.older_damping[rows], np.float32))


def by_themes(history: History, votes: Votes) -> tuple[Floats, Floats, Floats]:
    """By themes: how near each project is, how near each older title, and how near the sum of an organisation's is."""
    place = history.themes.place(votes.text)
    near, older = history.themes.places @ place, history.themes.older_places @ place
    of_organisations = history.memberships_by_organisation @ near
    of_organisations = of_organisations + np.float32(OLDER_WEIGHT) * (history.older_by_organisation @ older)
    return np.maximum(near, 0), np.maximum(older, 0), np.asarray(of_organisations / history.theme_lengths, np.float32)


def by_circles(history: History, votes: Votes) -> tuple[Floats, Floats]:
    """Who moves in the circles of those who are voted for: by all projects, and by the titles of older ones alone."""
    near, older = votes.near, votes.older
    current = gather(history.corpus.members, near.rows, near.weights(history.damping) / history.damping[near.rows])
    by_title = gather(
        history.older_members, older.rows, older.weights(history.older_damping) / history.older_damping[older.rows]
    )
    found = history.circles.around(current, by_title)
    return found[:, 0] + np.float32(OLDER_WEIGHT) * found[:, 1], found[:, 1]


def by_places(history: History, question: Question, votes: Votes) -> list[Floats]:
    """How often the text names where an organisation sits, times its vote, too; and what the text's words tell of that.

    By country and then by town; what words tell is added up, and the most that one of them tells stands beside it.
    """
    words, corpus = history.place_words, history.corpus
    asked = question.counts.copy()
    asked.data = np.log1p(asked.data)
    # Where a word stands in several pairs that take it back, the logarithms of their numbers can be more than its own.
    country = np.maximum(compare(words.countries_said, asked), 0)[corpus.country_numbers]
    town = np.maximum(compare(words.towns_said, asked), 0)[corpus.town_numbers]
    # Where nobody of a place is voted for, those who take part most come first.
    vote = votes.together + _BY_TIMES * history.times
    found = [country, country * vote, town, town * vote]
    for told, groups in ((words.countries_told, corpus.country_numbers), (words.towns_told, corpus.town_numbers)):
        rows = told[asked.indices]
        most = np.zeros(told.shape[1], np.float32)
        np.maximum.at(most, rows.indices, rows.data)
        weights = 1 + np.log(question.counts.data)
        found += [gather(told, asked.indices, np.asarray(weights, np.float32))[groups], most[groups]]
    return found


def company(history: History, votes: Votes, together: Floats) -> tuple[Floats, Floats]:
    """Who stands beside those who are voted for most: in projects on this text, and in older ones, whatever these were about."""
    best = first(together, _ASSOCIATES)
    chosen = np.zeros(len(together), np.float32)
    chosen[best] = together[best] / max(float(together.max(initial=0)), 1e-9)
    now = history.memberships_by_organisation @ ((history.corpus.members @ chosen) * votes.similarity)
    then = history.older_by_organisation @ (history.older_members @ chosen / history.older_damping)
    return np.asarray(now, np.float32), np.asarray(then, np.float32)


def with_known(history: History, question: Question, votes: Votes) -> tuple[Floats, Floats]:
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
