"""Organisations by the circles that they move in: who takes part beside whom, in both programmes, whatever the texts say.

Two can be near without a common project, if their partners have some.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cofund.analysis.corpus import Floats
from cofund.analysis.factors import leading_directions
from cofund.analysis.words import Matrix

CIRCLES = 64
_COMMONNESS_POWER = 0.3  # by which those who are everywhere count less


@dataclass(frozen=True)
class Circles:
    """Where each organisation stands among the circles, and how much less a common one counts."""

    places: Floats  # organisation × circle
    shares: Floats  # by organisation

    def around(self, *votes: Floats) -> Floats:
        """By organisation: how much it belongs to where votes point; a column for each of the votes."""
        pointed = []
        for some in votes:
            used = np.flatnonzero(some)
            pointed.append((some[used] * self.shares[used]) @ self.places[used])
        return np.asarray(self.places @ np.column_stack(pointed), np.float32)


def find_circles(members: Matrix, older_members: Matrix, circles: int = CIRCLES) -> Circles:
    """Find the circles of the members of projects, each project divided by the logarithm of its size."""
    both = sparse.vstack([members, older_members]).tocsr().astype(np.float32)
    sizes = np.diff(both.indptr)
    times = np.maximum(np.bincount(both.indices, minlength=both.shape[1]), 1)
    shares = (times**-_COMMONNESS_POWER).astype(np.float32)
    both.data = (both.data * shares[both.indices] / np.repeat(np.log2(1 + np.maximum(sizes, 1)), sizes)).astype(
        np.float32
    )
    return Circles(leading_directions(both[np.flatnonzero(sizes >= 2)], circles), shares)
