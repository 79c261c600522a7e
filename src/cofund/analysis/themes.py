"""Texts by the themes that their words have in common, so that two can be near without sharing a word.

Source: Deerwester, Dumais, Furnas, Landauer and Harshman, Indexing by latent semantic analysis, 1990; the decomposition is that of
Halko, Martinsson and Tropp, Finding structure with randomness, 2011, algorithm 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.words import Matrix

THEMES = 200
_SPARE = 20  # directions more than are kept, for precision
_ROUNDS = 3
_LEAST_TEXTS = 5  # that a word has to stand in
_SEED = 20260101


@dataclass(frozen=True)
class Themes:
    """The directions in which texts differ most, and where each text of a collection stands: rows of length 1."""

    words: Numbers  # columns of the terms that are used: single words that are common enough
    directions: Floats  # word × theme
    places: Floats  # text × theme

    def nearness(self, text: Floats) -> Floats:
        """How near each text of the collection is to a text, given by its weighed terms: the cosine, none below 0."""
        place = text[self.words] @ self.directions
        length = float(np.linalg.norm(place))
        return np.maximum(self.places @ (place / length), 0) if length else np.zeros(len(self.places), np.float32)


def find_themes(texts: Matrix, terms: list[str], themes: int = THEMES) -> Themes:
    """Find the themes of a collection of weighed texts."""
    used = np.bincount(texts.indices, minlength=len(terms))
    single = np.array([" " not in term for term in terms], np.bool_)
    words = np.flatnonzero(single & (used >= min(_LEAST_TEXTS, max(texts.shape[0] // 10, 1))))
    narrow = texts[:, words].tocsr()
    kept = min(themes, *narrow.shape)
    width = min(kept + _SPARE, *narrow.shape)
    start = np.random.default_rng(_SEED).standard_normal((narrow.shape[1], width)).astype(np.float32)
    basis = np.linalg.qr(narrow @ start)[0] if width else np.zeros((narrow.shape[0], 0), np.float32)
    for _ in range(_ROUNDS if width else 0):
        basis = np.linalg.qr(narrow @ np.linalg.qr(narrow.T @ basis)[0])[0]
    directions = np.linalg.svd((narrow.T @ basis).T, full_matrices=False)[2][:kept].T.astype(np.float32)
    places = np.asarray(narrow @ directions, np.float32)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return Themes(words, directions, places / lengths)
