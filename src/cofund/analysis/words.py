"""Texts as counts of words and pairs of words, and the weights by which counts are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix = Any  # a sparse matrix of scipy by rows; scipy says nothing of its types

_WORD = re.compile(r"\w\w+")
_SOFT_HYPHEN = "\u00ad"
MOST_CHARACTERS = 50_000  # of a text that somebody asks about; what follows is not read

# Words that say nothing of what a text is about.
_COMMON = """
    a about above across after again against all almost also although always am among an and any are as at be
    because been before being below between both but by can could did do does doing done down due during each
    either else etc even ever every few for from further had has have having he hence her here him his how however
    if in including into is it its itself just last least less made main many may me might more moreover most much
    must my namely near neither never next no nor not now of off often on once one only onto or other others our
    ours out over own per perhaps rather same several she should since so some still such than that the their them
    themselves then there therefore these they this those though through throughout thus to together too toward
    towards under until up upon us very via was we well were what when where whereas whether which while who whole
    whose why will with within without would yet you your
"""
COMMON = frozenset(_COMMON.split())


def terms(text: str) -> list[str]:
    """The words of a text in lower case, without the most common ones, then each two that follow one another.

    A letter counts the same however it is coded: with its accent apart, as one sign with its neighbour, or with a place to
    hyphenate after it, as texts that are copied out of documents have them.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text.replace(_SOFT_HYPHEN, ""))
    words = [word for word in _WORD.findall(plain.lower()) if word not in COMMON]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def count_terms(texts: Iterable[str], vocabulary: dict[str, int], *, grows: bool) -> Matrix:
    """Count each text's terms: a row a text, a column a term of the vocabulary.

    Where the vocabulary `grows`, new terms are numbered as they are met, and the matrix is as wide as it then is.
    """
    starts = [0]
    all_columns: list[int] = []
    all_counts: list[int] = []
    for text in texts:
        row: dict[int, int] = {}
        for term in terms(text):
            column = vocabulary.setdefault(term, len(vocabulary)) if grows else vocabulary.get(term)
            if column is not None:
                row[column] = row.get(column, 0) + 1
        all_columns.extend(row)
        all_counts.extend(row.values())
        starts.append(len(all_columns))
    columns, counts = np.array(all_columns, np.int32), np.array(all_counts, np.float32)
    return sparse.csr_matrix((counts, columns, np.array(starts, np.int64)), (len(starts) - 1, len(vocabulary)))


def keep_shared(vocabulary: dict[str, int], tables: Sequence[Matrix], texts: int = 2) -> tuple[list[str], list[Matrix]]:
    """Drop the terms that fewer than so many texts of all tables hold; give the terms left, in order, and the tables."""
    width = len(vocabulary)
    tables = [sparse.csr_matrix((table.data, table.indices, table.indptr), (table.shape[0], width)) for table in tables]
    used = sum((np.bincount(table.indices, minlength=width) for table in tables), np.zeros(width, np.int64))
    kept = np.flatnonzero(used >= texts)
    names = list(vocabulary)
    narrow = [table[:, kept].tocsr() for table in tables]
    for table in narrow:
        table.sort_indices()
    return [names[column] for column in kept], narrow


def rarity(tables: Sequence[Matrix]) -> NDArray[np.float32]:
    """How much a term tells: the logarithm of its inverse share of texts; 0 for terms in fewer than two texts."""
    texts = sum(table.shape[0] for table in tables)
    width = tables[0].shape[1]
    used = sum((np.bincount(table.indices, minlength=width) for table in tables), np.zeros(width, np.int64))
    return np.where(used >= 2, np.log((1 + texts) / (1 + used)) + 1, 0).astype(np.float32)


def weigh(counts: Matrix, rare: NDArray[np.float32]) -> Matrix:
    """Rows of length 1: each count damped by its logarithm and weighted by the term's rarity."""
    weighted = counts.copy()
    weighted.data = ((1 + np.log(counts.data)) * rare[counts.indices]).astype(np.float32)
    weighted.eliminate_zeros()
    squares = (
        np.add.reduceat(np.append(weighted.data**2, 0), weighted.indptr[:-1]) if weighted.shape[0] else np.empty(0)
    )
    filled = np.diff(weighted.indptr) > 0
    lengths = np.ones(weighted.shape[0], np.float32)
    lengths[filled] = np.sqrt(squares[filled])
    weighted.data = (weighted.data / np.repeat(lengths, np.diff(weighted.indptr))).astype(np.float32)
    return weighted


def best_match_weights(counts: Matrix, saturation: float = 1.2, length_share: float = 0.75) -> Matrix:
    """The weights of BM25: a row's product with a text's plain counts is its score.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, equation 3.15.
    """
    texts, width = counts.shape
    used = np.bincount(counts.indices, minlength=width)
    rare = np.where(used >= 2, np.log(1 + (texts - used + 0.5) / (used + 0.5)), 0)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    usual = max(lengths.mean(), 1) if len(lengths) else 1
    norm = saturation * (1 - length_share + length_share * lengths / usual)
    rows = np.repeat(np.arange(texts), np.diff(counts.indptr))
    weighted = counts.copy()
    found = rare[counts.indices] * counts.data * (saturation + 1) / (counts.data + norm[rows])
    weighted.data = found.astype(np.float32)
    return weighted
