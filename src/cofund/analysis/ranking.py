"""The full ranking: the signals of each candidate, weighed by boosted trees that were trained on earlier years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from cofund.analysis.bands import Bands, calibrate
from cofund.analysis.corpus import Corpus, Floats, Numbers
from cofund.analysis.history import History, Question, history_before
from cofund.analysis.questions import ask, asked_rows
from cofund.analysis.signals import NAMES, Signals, signals

HALF_YEAR = 182  # days between two days that training looks back from
_LOOKS_BACK = 3
_LEAST_PROJECTS = 150  # of the current programme in a history that is learned from
_AFTER = 365  # days after such a day whose projects are asked about
_NEGATIVES = 50  # candidates who did not take part, drawn evenly from those of a question, each time
# The share of the signals that each tree of a draw looks at. So often others are drawn, each time for trees of their own:
# what one draw says by chance, the other does not.
_DRAWS = (0.6, 0.4)
_SEED = 20260101
# Every second question is asked once more in one of these, so that the trees know what known members and a bare text say.
_OTHERS = ("topic only", "with coordinator", "objective", "with three known members")
_CALIBRATED = 300  # questions from which bands are found, at most
# Of each draw two sets of trees, the points of all of which are added: one says how probable it is that a candidate takes
# part, the other puts the candidates of one question in order.
_OBJECTIVES: tuple[dict[str, Any], ...] = (
    {"objective": "binary"}, {"objective": "lambdarank", "lambdarank_truncation_level": 50},
)  # fmt: skip
ROUNDS = 150
_SETTINGS = {
    "learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": 60,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "deterministic": True,
    "force_row_wise": True, "verbose": -1,
}  # fmt: skip
BETWEEN = "\n\f\n"  # several sets of trees as one text

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Training:
    """Rows to learn from: the signals of candidates, and whether they took part."""

    numbers: Floats
    took_part: Floats
    projects: Numbers  # row of the project that each row's question was made of
    questions: Numbers  # which question each row belongs to; rows of one stand together
    draws: Numbers  # in which draw each was drawn; -1 for those who took part, who belong to all

    def _only(self, kept: NDArray[np.bool_]) -> Training:
        return Training(*(getattr(self, one.name)[kept] for one in fields(self)))

    def without(self, projects: Numbers) -> Training:
        """The same without every question about some projects, whatever the day whose history it was asked of."""
        return self._only(~np.isin(self.projects, projects))

    def of_draw(self, draw: int) -> Training:
        """Those who took part, and the others of one draw."""
        return self._only((self.draws < 0) | (self.draws == draw))


def looking_back(corpus: Corpus, split: int) -> list[int]:
    """The days before a split from which training looks into what was then the future, the latest first.

    Half years apart, as far back as there is a history to speak of.
    """
    signed = np.sort(corpus.signed[corpus.is_current])
    days = [split - HALF_YEAR * (number + 1) for number in range(_LOOKS_BACK)]
    return [day for day in days if np.searchsorted(signed, day) >= _LEAST_PROJECTS]


def gather_training(
    corpus: Corpus, split: int, progress: Progress = lambda done, total: None, negatives: int = _NEGATIVES
) -> Training:
    """Ask about earlier projects, each against the history of its own time, and keep what became of the candidates.

    Nothing signed from the split on is read.
    """
    days = looking_back(corpus, split)
    asked = [(day, asked_rows(corpus, day, min(day + _AFTER, split))) for day in days]
    total, done = sum(len(rows) for _, rows in asked), 0
    numbers, took_part = [np.empty((0, len(NAMES)), np.float32)], [np.empty(0, np.float32)]
    draws, projects, lengths = [np.empty(0, np.int64)], [], []
    random = np.random.default_rng(_SEED)
    for day, rows in asked:
        history = history_before(corpus, day)
        for row in rows:
            progress(done, total)
            done += 1
            for found, relevant in _examples(corpus, history, int(row), done):
                hit = np.isin(found.candidates, relevant)
                drawn = random.permutation(np.flatnonzero(~hit))[: negatives * len(_DRAWS)]
                kept = np.concatenate((np.flatnonzero(hit), drawn))
                numbers.append(found.numbers[kept])
                took_part.append(hit[kept].astype(np.float32))
                draws.append(np.concatenate((np.full(np.count_nonzero(hit), -1), np.arange(len(drawn)) // negatives)))
                projects.append(int(row))
                lengths.append(len(kept))
    progress(total, total)
    sizes = np.array(lengths, np.int64)
    return Training(
        np.concatenate(numbers), np.concatenate(took_part), np.repeat(np.array(projects, np.int64), sizes),
        np.repeat(np.arange(len(sizes)), sizes), np.concatenate(draws),
    )  # fmt: skip


def _examples(corpus: Corpus, history: History, row: int, number: int) -> Iterator[tuple[Signals, Numbers]]:
    settings = ["both", *([_OTHERS[number // 2 % len(_OTHERS)]] if number % 2 else [])]
    for setting in settings:
        asked = ask(corpus, history, row, setting)
        if asked is not None:
            yield signals(history, asked.question), asked.relevant


def train(training: Training, threads: int = 1) -> str | None:
    """Train the trees and give them as text; none where nobody ever took part, so that there is nothing to learn."""
    if not training.took_part.any() or training.took_part.all():
        return None
    return BETWEEN.join(
        one for draw in range(len(_DRAWS)) for one in _train_draw(training.of_draw(draw), draw, threads)
    )


def _train_draw(training: Training, draw: int, threads: int) -> Iterator[str]:
    """The sets of trees of one draw."""
    sizes = np.unique(training.questions, return_counts=True)[1]
    names = [name.replace(" ", "_") for name in NAMES]
    data = lightgbm.Dataset(training.numbers, training.took_part, group=sizes, feature_name=names, free_raw_data=False)
    for objective in _OBJECTIVES:
        own = {"seed": _SEED + draw, "feature_fraction": _DRAWS[draw], "num_threads": threads}
        yield lightgbm.train({**_SETTINGS, **objective, **own}, data, ROUNDS).model_to_string()


def find_bands(corpus: Corpus, split: int, training: Training) -> Bands:
    """Find how often candidates with so many points take part, on projects that the trees which rank them have not seen."""
    days = looking_back(corpus, split)
    if not days:
        return calibrate(np.empty(0, np.float32), np.empty(0, np.float32))
    rows = asked_rows(corpus, days[0], split)
    rows = rows[:: len(rows) // _CALIBRATED + 1]
    # Half a year earlier, most of them were asked about, too.
    history, ranking = history_before(corpus, days[0]), Ranking(train(training.without(rows)))
    points, took_part = [np.empty(0, np.float32)], [np.empty(0, np.float32)]
    for row in rows:
        asked = ask(corpus, history, int(row), "both")
        if asked is not None:
            found, given = ranking.rank(history, asked.question)
            points.append(given)
            took_part.append(np.isin(found.candidates, asked.relevant).astype(np.float32))
    return calibrate(np.concatenate(points), np.concatenate(took_part))


class Ranking:
    """The full ranking of a question's candidates. Without trained trees it is the vote of past projects."""

    def __init__(self, trees: str | None) -> None:
        self.text = trees
        self._sets: list[Any] = [lightgbm.Booster(model_str=one) for one in trees.split(BETWEEN)] if trees else []

    def rank(self, history: History, question: Question) -> tuple[Signals, Floats]:
        """The candidates of a question with a point score each, the best first; equal ones in the order of their votes."""
        found = signals(history, question)
        if not self._sets or not len(found.candidates):
            return found, found.numbers[:, NAMES.index("votes together")]
        given = [trees.predict(found.numbers, raw_score=True, num_threads=1) for trees in self._sets]
        points = np.asarray(np.sum(given, axis=0), np.float32)
        order = np.argsort(-points, kind="stable")
        return Signals(found.candidates[order], found.numbers[order], found.votes), points[order]

    def __call__(self, history: History, question: Question) -> Numbers:
        """The candidates of a question, the best first."""
        return self.rank(history, question)[0].candidates
