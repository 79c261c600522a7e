"""How near a text is to each past project, and what of it can be called near."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from cofund.analysis.corpus import Floats
from cofund.analysis.votes import dense
from cofund.analysis.words import MOST_CHARACTERS, Matrix, count_terms, weigh
from cofund.queries.index_files import Index, open_index

CLOSE, NEAR, WIDE = "close", "near", "wide"
# Among so many of all past projects that are nearest to a text; with a small index, among this share.
# The numbers are chosen, not measured.
LIMITS: Final[dict[str, tuple[int, int]]] = {CLOSE: (20, 50), NEAR: (100, 20), WIDE: (500, 5)}
LEVELS: Final = tuple(LIMITS)


def weighed(index: Index, text: str) -> Matrix:
    """A text as the index weighs its words: one row."""
    return weigh(count_terms([text[:MOST_CHARACTERS]], index.vocabulary, grows=False), index.history.rare)


@lru_cache(maxsize=256)
def nearness(version: str, text: str) -> tuple[Matrix, Floats]:
    """A text's words, and how near each past project is to it. Some 7 ms for a whole corpus; topics change rarely."""
    del version
    index = open_index()
    words = weighed(index, text)
    return words, np.asarray(index.history.texts @ dense(words), np.float32)


def level(place: int, projects: int) -> str:
    """How close a place among all past projects is; empty where it is beyond what can be called near."""
    for name, (most, part) in LIMITS.items():
        if place <= min(most, math.ceil(projects / part)):
            return name
    return ""
