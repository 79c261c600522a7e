"""What is known of each candidate for one question, as numbers that the ranking weighs: one column a signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cofund.analysis import channels
from cofund.analysis.calls import LEVELS, families
from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.history import History, Question
from cofund.analysis.votes import NEAREST, Votes, compare, first, gather, vote

_THEME_POWER = 6
_THEME_NEIGHBOURS = 300
_BEST_MATCH_POWER = 4
_FEW = 50
# How many candidates a signal brings in, at most.
WISHES = {
    "votes together": 700, "ridge": 250, "family 1": 120, "family 3": 100, "company": 250, "with known": 200, "fields": 100,
    "own words": 60, "vote by themes": 250, "BM25 vote": 250, "circle": 250, "vote by call": 300, "vote of titles": 200,
    "company then": 100, "vote in town said": 150, "vote in country said": 150,
}  # fmt: skip


@dataclass(frozen=True)
class Signals:
    """Candidates of one question, best vote first, and a row of numbers for each."""

    candidates: Numbers  # columns of organisations
    numbers: Floats  # candidate × signal, as `NAMES` names them
    votes: Votes


_FROM_VOTES = (
    "vote", "vote of titles", "votes together", "sharp vote", "flat vote", "nearest", "leader's vote", "vote of few",
    "flat vote of titles", "vote by both", "vote in family", "country's vote", "kind's vote", "vote a time",
)  # fmt: skip
_FROM_CHANNELS = (
    "ridge", *(f"family {level}" for level in range(LEVELS)), "fields", "own words", "with known", "nearest with known",
    "company", "company then", "vote by themes", "titles by themes", "mean by themes", "BM25 vote", "circle", "circle of titles",
    "vote by call", "country in family", "kind in family",
)  # fmt: skip
_FROM_PLACES = (
    "country said", "vote in country said", "town said", "vote in town said",
    "country told", "country told most", "town told", "town told most",
)  # fmt: skip
_FROM_PAST = (
    "times", "older times", "times leading", "days since last", "usual size", "kind", "country times",
)  # fmt: skip
_OF_QUESTION = (
    "best nearness",
    "mean nearness",
    "expected size",
    "family's projects",
    "topic's projects",
    "known members",
)
# What these say depends on the question and on how long the history is: they count as shares of the best, and by place, too.
_BY_SHARE = ("votes together", "vote of titles", "circle", "vote by call", "ridge", "vote by themes", "BM25 vote")
_BY_PLACE = ("votes together", "vote of titles", "circle", "vote by call", "ridge", "company")
NAMES = (
    *_FROM_VOTES, *_FROM_CHANNELS, *_FROM_PLACES, *_FROM_PAST, *_OF_QUESTION,
    *(f"share of {name}" for name in _BY_SHARE), *(f"place of {name}" for name in _BY_PLACE),
)  # fmt: skip


def signals(history: History, question: Question) -> Signals:
    """Choose the candidates of a question, and measure each in every signal."""
    votes = vote(history, question)
    weights = votes.near.weights(history.damping)
    known = dict(zip(_FROM_VOTES, _from_votes(history, question, votes, weights), strict=True))
    known |= zip(_FROM_CHANNELS, _from_channels(history, question, votes, weights), strict=True)
    known |= zip(_FROM_PLACES, channels.by_places(history, question, votes), strict=True)
    known |= zip(_FROM_PAST, _from_past(history), strict=True)
    pool = _pool(history, question, [(known[name], number) for name, number in WISHES.items()])
    pool = pool[np.argsort(-votes.together[pool], kind="stable")]
    numbers = np.empty((len(pool), len(NAMES)), np.float32)
    place = len(known)
    for column, found in enumerate(known.values()):
        numbers[:, column] = found[pool]
    numbers[:, place : place + len(_OF_QUESTION)] = _of_question(history, question, votes, weights)
    place += len(_OF_QUESTION)
    for column, name in enumerate(_BY_SHARE, start=place):
        numbers[:, column] = known[name][pool] / max(float(known[name].max(initial=0)), 1e-9)
    for column, name in enumerate(_BY_PLACE, start=place + len(_BY_SHARE)):
        numbers[np.argsort(-known[name][pool], kind="stable"), column] = np.arange(len(pool))
    return Signals(pool, numbers, votes)


def _from_votes(history: History, question: Question, votes: Votes, weights: Floats) -> list[Floats]:
    """What the nearest projects say, in several shapes."""
    near, older, members = votes.near, votes.older, history.corpus.members
    together = votes.together
    nearest = np.zeros(members.shape[1], np.float32)
    np.maximum.at(nearest, members[near.rows].indices, np.repeat(near.nearness, history.corpus.sizes[near.rows]))
    few = near.rows[:_FEW]
    total = max(float(together.sum()), 1e-9)
    countries, kinds = history.corpus.country_numbers, history.corpus.kind_numbers
    return [
        votes.current, votes.by_title, together, gather(members, near.rows, near.weights(history.damping, 6)),
        gather(members, near.rows, near.weights(history.damping, 1)), nearest,
        gather(history.corpus.coordinators, near.rows, weights), gather(members, few, weights[: len(few)]),
        gather(history.older_members, older.rows, older.weights(history.older_damping, 1)),
        np.sqrt(votes.current * votes.by_title),
        gather(members, near.rows, weights * channels.in_family(history, question.code, near.rows)),
        _spread(countries, together / total), _spread(kinds, together / total),
        together / (history.times + history.older_times + 3),
    ]  # fmt: skip


def _from_channels(history: History, question: Question, votes: Votes, weights: Floats) -> list[Floats]:
    """What others than the nearest projects say."""
    by_family = channels.family_times(history, question.code)
    in_family = by_family[1] / max(float(by_family[1].sum()), 1)
    near, older, mean = channels.by_themes(history, votes)
    circle, circle_of_titles = channels.by_circles(history, votes)
    best_match = compare(history.best_match_by_term, question.counts)
    return [
        channels.ridge(history, question, votes), *by_family,
        np.asarray(history.profiles @ gather(history.corpus.fields, votes.near.rows, weights), np.float32),
        compare(history.own_words_by_term, votes.words), *channels.with_known(history, question, votes),
        *channels.company(history, votes, votes.together), channels.vote_by(history, near, _THEME_NEIGHBOURS, _THEME_POWER),
        channels.older_vote_by(history, older, NEAREST, _THEME_POWER), mean,
        channels.vote_by(history, best_match, NEAREST, _BEST_MATCH_POWER), circle, circle_of_titles,
        channels.vote_by_call(history, question, votes), _spread(history.corpus.country_numbers, in_family),
        _spread(history.corpus.kind_numbers, in_family),
    ]  # fmt: skip


def _from_past(history: History) -> list[Floats]:
    """What is the same whatever is asked."""
    return [
        history.times, history.older_times, history.times_leading,
        np.asarray(history.before - history.last_days, np.float32), history.usual_sizes,
        np.asarray(history.corpus.kind_numbers, np.float32), history.country_times,
    ]  # fmt: skip


def _of_question(history: History, question: Question, votes: Votes, weights: Floats) -> Floats:
    """What is the same for all candidates: how much the past knows of such a text, and of its call."""
    near = votes.near
    sizes = history.corpus.sizes[near.rows]
    names = history.corpus.families[0]
    counts = [len(channels.family_rows(history, names.get(name))) for name in families(question.code)] or [0] * LEVELS
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
        having = places[scores[places] > 0]
        chosen[having[first(scores[having], number)]] = True
    return np.flatnonzero(chosen)


def _spread(groups: Numbers, weights: Floats) -> Floats:
    """The sum of each group, given to each of its members."""
    return np.asarray(np.bincount(groups, weights=weights)[groups], np.float32)
