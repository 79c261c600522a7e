"""Bands in which candidates are shown, each with how often such a candidate really took part in the years that were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cofund.analysis.corpus import Floats

NAMES = ("very likely", "likely", "possible", "long shot")
# A band ends where its candidates took part less often than this.
_LEAST_SHARES = (0.25, 0.10, 0.03)
_STEPS = 200


@dataclass(frozen=True)
class Bands:
    """The lowest points of each band but the last, and the share of each band's candidates that took part."""

    limits: tuple[float, ...]
    shares: tuple[float, ...]

    def of(self, points: Floats) -> list[int]:
        """The band of each candidate by its points: 0 is the best."""
        return [sum(value < limit for limit in self.limits) for value in points.tolist()]


def calibrate(points: Floats, took_part: Floats) -> Bands:
    """Find the bands from rankings whose outcome is known.

    Candidates are put in the order of their points and smoothed so that the share which took part never rises again;
    a band ends where that share falls below its least one.
    """
    if not len(points):
        return Bands((float("inf"),) * len(_LEAST_SHARES), (0.0,) * len(NAMES))
    order = np.argsort(-points, kind="stable")
    sorted_points, hits = points[order], took_part[order].astype(np.float64)
    edges = np.unique(np.geomspace(1, len(hits) + 1, _STEPS).astype(np.int64)) - 1
    sums = np.add.reduceat(hits, edges[:-1]) if len(edges) > 1 else np.array([hits.sum()])
    sizes = np.diff(edges) if len(edges) > 1 else np.array([len(hits)])
    shares = np.repeat(*_never_rising(sums, sizes))
    limits, ends = [], []
    for least in _LEAST_SHARES:
        within = np.flatnonzero(shares >= least)
        end = int(edges[within[-1] + 1]) if len(within) else 0
        ends.append(min(end, len(hits)))
        limits.append(float(sorted_points[ends[-1] - 1]) if ends[-1] else float("inf"))
    bounds = [0, *ends, len(hits)]
    found = [float(hits[low:high].mean()) if high > low else 0.0 for low, high in pairwise(bounds)]
    return Bands(tuple(limits), tuple(found))


def _never_rising(sums: NDArray[np.float64], sizes: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Pool neighbours until shares only fall; give the shares and how many steps each covers.

    Source: Ayer, Brunk, Ewing, Reid and Silverman, An empirical distribution function for sampling with incomplete
    information, 1955 (pool adjacent violators).
    """
    pooled: list[list[float]] = []
    for total, size in zip(sums.tolist(), sizes.tolist(), strict=True):
        pooled.append([total, size, 1])
        while len(pooled) > 1 and pooled[-2][0] * pooled[-1][1] <= pooled[-1][0] * pooled[-2][1]:
            last = pooled.pop()
            pooled[-1] = [one + other for one, other in zip(pooled[-1], last, strict=True)]
    return np.array([total / size for total, size, _ in pooled]), np.array([int(steps) for _, _, steps in pooled])
