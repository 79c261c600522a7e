"""Questions whose answer is known: projects that were signed after a day, asked of the history before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cofund.analysis.corpus import Corpus, Numbers
from cofund.analysis.history import History, Question
from cofund.analysis.words import Matrix

SETTINGS = ("topic only", "objective", "both", "with coordinator", "with three known members")
LEAST_MEMBERS = 3  # of a project that is asked about


@dataclass(frozen=True)
class Asked:
    """One question of the experiment, and who really took part: candidates of the history only, the known left out."""

    question: Question
    relevant: Numbers
    is_health: bool
    is_collaborative: bool


def asked_rows(corpus: Corpus, split: int, until: int) -> Numbers:
    """The projects that are asked about: of the current programme, signed from the split on, with enough members."""
    signed = (corpus.signed >= split) & (corpus.signed < until)
    return np.flatnonzero(signed & corpus.is_current & (corpus.sizes >= LEAST_MEMBERS))


def ask(corpus: Corpus, history: History, row: int, setting: str) -> Asked | None:
    """Make a question of one project; none where nobody of the project could be found."""
    members = np.asarray(corpus.members[row].indices, np.int64)
    known = _known(corpus, row, members, setting)
    relevant = np.setdiff1d(members[history.candidates[members]], known)
    if not len(relevant):
        return None
    texts: dict[str, Matrix] = {"topic only": corpus.topic_texts, "objective": corpus.texts}
    asked: Matrix = texts.get(setting, corpus.whole_texts)
    code = "" if setting == "objective" else corpus.codes[row]
    is_collaborative = not corpus.is_grant_of_one[row]
    return Asked(
        Question(asked[[row]], code, tuple(known.tolist())),
        relevant,
        bool(corpus.is_health[row]),
        bool(is_collaborative),
    )


def _known(corpus: Corpus, row: int, members: Numbers, setting: str) -> Numbers:
    """Who is known in a setting: nobody, the coordinator, or the coordinator and two more, drawn by the project's number."""
    if setting not in ("with coordinator", "with three known members"):
        return np.empty(0, np.int64)
    leading = np.asarray(corpus.coordinators[row].indices[:1], np.int64)
    if setting == "with coordinator":
        return leading
    others = np.setdiff1d(members, leading)
    random = np.random.default_rng(int(corpus.projects[row]))
    return np.concatenate((leading, np.sort(random.permutation(others)[: 3 - len(leading)])))
