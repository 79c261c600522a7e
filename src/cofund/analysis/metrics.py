"""How good a ranking is, against those who really took part; and how sure one can be of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
Shares = NDArray[np.float64]

NAMES = ("recall_at_20", "recall_at_100", "ndcg_at_20", "map", "mrr", "hit_at_10")
_RESAMPLES = 1000
_SEED = 20260101  # any number: the same one gives the same intervals


@dataclass(frozen=True)
class Measured:
    """One metric over all questions: its mean, and the bounds that 95 of 100 bootstrap samples keep."""

    mean: float
    low: float
    high: float


def scores(hits: Hits, relevant: int) -> dict[str, float]:
    """The metrics of one ranking: `hits` says by place, the best first, who took part; `relevant` how many did in all."""
    places = np.flatnonzero(hits) + 1  # from 1
    precisions = np.arange(1, len(places) + 1) / places
    ideal = gains(np.arange(1, min(relevant, 20) + 1)).sum()
    return {
        "recall_at_20": np.count_nonzero(places <= 20) / relevant,
        "recall_at_100": np.count_nonzero(places <= 100) / relevant,
        "ndcg_at_20": float(gains(places[places <= 20]).sum() / ideal),
        "map": float(precisions.sum() / relevant),
        "mrr": float(1 / places[0]) if len(places) else 0.0,
        "hit_at_10": float(bool(np.any(places <= 10))),
    }


def gains(places: NDArray[np.int64]) -> Shares:
    """What a hit at a place, from 1, is worth.

    Source: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
    """
    return np.asarray(1 / np.log2(1 + places), np.float64)


def measured(values: list[dict[str, float]]) -> dict[str, Measured]:
    """The mean of each metric over the questions, with a bootstrap interval over questions; nothing for no question."""
    if not values:
        return {}
    table = np.array([[value[name] for name in NAMES] for value in values])
    random = np.random.default_rng(_SEED)
    means = np.array([table[random.integers(0, len(table), len(table))].mean(axis=0) for _ in range(_RESAMPLES)])
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return {
        name: Measured(float(table[:, place].mean()), float(low[place]), float(high[place]))
        for place, name in enumerate(NAMES)
    }
