"""The metrics of a ranking, against the plainest way to compute them."""

from __future__ import annotations

from math import isclose, log2

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cofund.analysis.metrics import NAMES, measured, scores


def plainly(hits: list[bool], relevant: int) -> dict[str, float]:
    """The metrics as their definitions read, place by place."""
    found, precisions, first = 0, 0.0, 0.0
    for place, hit in enumerate(hits, start=1):
        if hit:
            found += 1
            precisions += found / place
            first = first or 1 / place
    gained = sum(1 / log2(1 + place) for place, hit in enumerate(hits[:20], start=1) if hit)
    ideal = sum(1 / log2(1 + place) for place in range(1, min(relevant, 20) + 1))
    return {
        "recall_at_20": sum(hits[:20]) / relevant, "recall_at_100": sum(hits[:100]) / relevant, "ndcg_at_20": gained / ideal,
        "map": precisions / relevant, "mrr": first, "hit_at_10": float(any(hits[:10])),
    }  # fmt: skip


@given(st.lists(st.booleans(), max_size=150), st.integers(0, 5))
def test_scores_are_those_of_the_definitions(hits: list[bool], missed: int) -> None:
    relevant = max(sum(hits) + missed, 1)
    found, wanted = scores(np.array(hits, np.bool_), relevant), plainly(hits, relevant)
    assert list(found) == list(wanted) == list(NAMES)
    assert [name for name in NAMES if not isclose(found[name], wanted[name], abs_tol=1e-12)] == []


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_scores_of_a_perfect_ranking_are_one(tail: list[bool]) -> None:
    relevant = min(len(tail), 20)
    hits = np.array([True] * relevant + [False] * 50, np.bool_)
    assert {round(value, 12) for value in scores(hits, relevant).values()} == {1.0}


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=30), min_size=1, max_size=12))
def test_interval_lies_among_the_values_and_repeats(rankings: list[list[bool]]) -> None:
    values = [scores(np.array(hits, np.bool_), max(sum(hits), 1)) for hits in rankings]
    found = measured(values)
    assert found == measured(values)
    outside = [
        name
        for name, one in found.items()
        if not min(value[name] for value in values) - 1e-9
        <= one.low
        <= one.high
        <= max(value[name] for value in values) + 1e-9
    ]
    assert outside == []


def test_nothing_measured_gives_nothing() -> None:
    assert measured([]) == {}
