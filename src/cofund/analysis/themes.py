"""Texts by the themes that their words have in common, so that two can be near without sharing a word.

Source: Deerwester, Dumais, Furnas, Landauer and Harshman, Indexing by latent semantic analysis, 1990.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.factors import leading_directions
from cofund.analysis.words import Matrix

THEMES = 200
_LEAST_TEXTS = 5  # that a word has to stand in


@dataclass(frozen=True)
class Themes:
    """The directions in which texts differ most, and where each text of a collection stands: rows of length 1."""

    words: Numbers  # columns of the terms that are used: single words that are common enough
    directions: Floats  # word × theme
    places: Floats  # text × theme
    older_places: Floats  # title of an older project × theme

    def place(self, text: Floats) -> Floats:
        """Where a text stands, given by its weighed terms: of length 1, or 0 where no word of it is used."""
        weights = text[self.words]
        used = np.flatnonzero(weights)
        found = weights[used] @ self.directions[used]
        length = float(np.linalg.norm(found))
        return np.asarray(found / length if length else found, np.float32)


def find_themes(texts: Matrix, older: Matrix, terms: list[str], themes: int = THEMES) -> Themes:
    """Find the themes of a collection of weighed texts, and where these and some older ones stand."""
    used = np.bincount(texts.indices, minlength=len(terms))
    single = np.array([" " not in term for term in terms], np.bool_)
    words = np.flatnonzero(single & (used >= min(_LEAST_TEXTS, max(texts.shape[0] // 10, 1))))
    narrow = texts[:, words].tocsr()
    directions = leading_directions(narrow, themes)
    return Themes(words, directions, _placed(narrow, directions), _placed(older[:, words].tocsr(), directions))


def _placed(texts: Matrix, directions: Floats) -> Floats:
    """Where each text stands, in rows of length 1."""
    places = np.asarray(texts @ directions, np.float32)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return np.asarray(places / lengths, np.float32)
