"""The directions in which the rows of a sparse table differ most.

Source: Halko, Martinsson and Tropp, Finding structure with randomness, 2011, algorithm 4.4.
"""

from __future__ import annotations

import numpy as np

from cofund.analysis.corpus import Floats
from cofund.analysis.words import Matrix

_SPARE = 20  # directions more than are kept, for precision
_ROUNDS = 3
_SEED = 20260101


def leading_directions(rows: Matrix, number: int) -> Floats:
    """Find the leading directions of a table's rows: column × direction, as many as asked for or as there are."""
    kept = min(number, *rows.shape)
    width = min(kept + _SPARE, *rows.shape)
    start = np.random.default_rng(_SEED).standard_normal((rows.shape[1], width)).astype(np.float32)
    basis = np.linalg.qr(rows @ start)[0] if width else np.zeros((rows.shape[0], 0), np.float32)
    for _ in range(_ROUNDS if width else 0):
        basis = np.linalg.qr(rows @ np.linalg.qr(rows.T @ basis)[0])[0]
    found = np.linalg.svd((rows.T @ basis).T, full_matrices=False)[2][:kept].T
    return np.ascontiguousarray(found, np.float32)
