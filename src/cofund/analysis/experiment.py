"""The experiment that says how good the recommendation is: what was known on a day, asked for the projects signed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from cofund.analysis.baselines import PLACES, best, by_best_match, by_family, by_popularity
from cofund.analysis.corpus import Corpus, Numbers
from cofund.analysis.history import History, Question, history_before
from cofund.analysis.metrics import Measured, measured, scores
from cofund.analysis.questions import SETTINGS, Asked, ask, asked_rows
from cofund.analysis.ranking import Ranking

FULL, VOTE, BM25 = "full ranking", "vote of past projects", "BM25 vote"
POPULARITY, FAMILY = "popularity", "popularity in the call's family"
RANKINGS = (FULL, VOTE, BM25, FAMILY, POPULARITY)
SLICES = ("all", "health", "collaborative", "newcomers")

# Told of the questions asked so far and of all there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Result:
    """What an experiment found: metrics by setting, slice and ranking, and how many questions each slice has."""

    split: int
    until: int
    projects_before: int
    candidates: int
    measures: dict[tuple[str, str, str], dict[str, Measured]] = field(default_factory=dict)
    questions: dict[tuple[str, str], int] = field(default_factory=dict)


class Contest:
    """All rankings, asked the same."""

    def __init__(self, history: History, ranking: Ranking) -> None:
        self._history, self._ranking = history, ranking

    def answers(self, question: Question) -> dict[str, Numbers]:
        """The candidates of a question, the best first, by ranking."""
        found, _ = self._ranking.rank(self._history, question)
        return {
            FULL: found.candidates,
            VOTE: best(self._history, question, found.votes.together),
            BM25: by_best_match(self._history, question),
            FAMILY: by_family(self._history, question),
            POPULARITY: by_popularity(self._history, question),
        }


def run(
    corpus: Corpus, split: int, until: int, ranking: Ranking, *, settings: Sequence[str] = SETTINGS,
    progress: Progress = lambda done, total: None,
) -> Result:  # fmt: skip
    """Ask about every project signed between two days, in these settings, and measure what each ranking answers."""
    history = history_before(corpus, split)
    contest = Contest(history, ranking)
    rows = asked_rows(corpus, split, until)
    result = Result(split, until, len(history.corpus.projects), int(history.candidates.sum()))
    done, total = 0, len(rows) * len(settings)
    for setting in settings:
        gathered: dict[tuple[str, str], list[dict[str, float]]] = {}
        for row in rows:
            progress(done, total)
            done += 1
            asked = ask(corpus, history, int(row), setting)
            if asked is None:
                continue
            for name, ranked in contest.answers(asked.question).items():
                for slice_name, found in _measure(history, asked, ranked):
                    gathered.setdefault((slice_name, name), []).append(found)
        for (slice_name, name), values in gathered.items():
            result.measures[setting, slice_name, name] = measured(values)
            result.questions[setting, slice_name] = len(values)
    progress(total, total)
    return result


def _measure(history: History, asked: Asked, ranked: Numbers) -> Iterator[tuple[str, dict[str, float]]]:
    """The metrics of one answer, once for each slice that the question belongs to."""
    found = scores(np.isin(ranked[:PLACES], asked.relevant), len(asked.relevant))
    yield "all", found
    if asked.is_health:
        yield "health", found
    if asked.is_collaborative:
        yield "collaborative", found
    new = asked.relevant[history.newcomers[asked.relevant]]
    if len(new):
        # The ranking stays whole: a newcomer must be found among all.
        yield "newcomers", scores(np.isin(ranked[:PLACES], new), len(new))
