"""What the words of a text say of where organisations sit: by the names of places, and by what the past taught.

Names come from `places`. What the past taught needs no list: where *Catalonia* or *olive groves* stand in a text, members
from some countries and towns were there more often than elsewhere. That finds regions, rivers and people of a place, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cofund.analysis.corpus import Corpus, Numbers
from cofund.analysis.places import countries_by_term, towns_by_term
from cofund.analysis.words import Matrix

_LEAST_PROJECTS = 3  # that a word and a place share
_WIDEST = 0.05  # share of texts above which a word is too common to tell of a place,
_FEW = 20  # if it stands in more than so many
_SURENESS = 4  # standard deviations above what chance gives


@dataclass(frozen=True)
class PlaceWords:
    """Tables by term, as `Corpus.terms` numbers them; countries and towns as `country_numbers` and `town_numbers` do."""

    countries_said: Matrix  # 1 where the term names the country
    towns_said: Matrix
    countries_told: Matrix  # logarithm of how many times more often than elsewhere members come from there
    towns_told: Matrix


def find_place_words(corpus: Corpus, texts: Matrix, members: Matrix) -> PlaceWords:
    """Find them from texts (project × term) and their members (project × organisation), both of all programmes."""
    has_country = np.array([bool(name) for name in corpus.country_names], np.bool_)
    has_town = np.array([bool(name) for name in corpus.town_names], np.bool_)
    return PlaceWords(
        countries_by_term(corpus.terms, corpus.country_names),
        towns_by_term(corpus.terms, corpus.town_names),
        _told(texts, _present(members, corpus.country_numbers, has_country)),
        _told(texts, _present(members, corpus.town_numbers, has_town)),
    )


def _present(members: Matrix, groups: Numbers, counts: NDArray[np.bool_]) -> Matrix:
    """Project × place: 1 where a member sits there."""
    kept = np.flatnonzero(counts[groups])
    sits = sparse.csr_matrix((np.ones(len(kept), np.float32), (kept, groups[kept])), (len(groups), len(counts)))
    found = (members @ sits).tocsr()
    found.data[:] = 1
    return found


def _told(texts: Matrix, present: Matrix) -> Matrix:
    """Term × place, where the two stand together in more projects than chance lets expect."""
    projects, width = texts.shape
    used = np.bincount(texts.indices, minlength=width)
    share = np.asarray(present.sum(axis=0)).ravel() / max(projects, 1)
    telling = (used >= _LEAST_PROJECTS) & (used <= max(projects * _WIDEST, _FEW))
    tells = telling[texts.indices].astype(np.float32)
    stands = sparse.csr_matrix((tells, texts.indices, texts.indptr), texts.shape, copy=True)
    stands.eliminate_zeros()
    found = (stands.T @ present).tocsr()
    found.sort_indices()
    terms = np.repeat(np.arange(width), np.diff(found.indptr))
    expected = used[terms] * share[found.indices]
    spread = np.sqrt(expected * (1 - share[found.indices]) + 0.25)
    is_sure = (found.data >= _LEAST_PROJECTS) & (found.data > expected + _SURENESS * spread)
    found.data = np.where(is_sure, np.log((found.data + 0.5) / (expected + 0.5)), 0).astype(np.float32)
    found.eliminate_zeros()
    return found
