"""A history as plain arrays with names, and back: what an index file set holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cofund.analysis.circles import Circles
from cofund.analysis.corpus import Corpus
from cofund.analysis.history import History
from cofund.analysis.place_words import PlaceWords
from cofund.analysis.themes import Themes
from cofund.analysis.words import Matrix

Arrays = dict[str, NDArray[Any]]

FORMAT = 4  # goes up whenever an older file set can no longer be read, or its trees expect other signals
_TABLES = ("members", "coordinators", "fields", "own_words")
_BY_TERM = ("texts_by_term", "older_titles_by_term", "own_words_by_term", "best_match_by_term")
_COLUMNS = ("projects", "signed", "is_current", "is_grant_of_one", "is_health", "organisations")
# Lists of words, each with the array that has as many entries; none for the names of fields, of which there may be none.
_LISTS = {
    "codes": "projects", "terms": "rare", "field_names": "", "countries": "organisations", "kinds": "organisations",
    "towns": "organisations",
}  # fmt: skip


def pack(history: History) -> Arrays:
    """The arrays that a history is made of. Plain counts of words stay behind: questions need only the weighed ones."""
    corpus = history.corpus
    found: Arrays = {"before": np.array([history.before]), "rare": history.rare, "older_numbers": history.older_numbers}
    for name in _COLUMNS:
        found[name] = getattr(corpus, name)
    for name in _LISTS:
        # As JSON: one empty word is another list than none, and no word is too odd to come back as it was.
        found[name] = np.frombuffer(json.dumps(getattr(corpus, name)).encode(), np.uint8)
    tables = {name: getattr(corpus, name) for name in _TABLES}
    tables |= {name: getattr(history, name) for name in ("texts", "older_titles", "older_members", *_BY_TERM)}
    tables |= {f"place_words.{one.name}": getattr(history.place_words, one.name) for one in fields(PlaceWords)}
    for name, table in tables.items():
        found |= _packed(name, table)
    for one in fields(Themes):
        found[f"themes.{one.name}"] = getattr(history.themes, one.name)
    for one in fields(Circles):
        found[f"circles.{one.name}"] = getattr(history.circles, one.name)
    return found | {"theme_lengths": history.theme_lengths}


def unpack(arrays: Mapping[str, NDArray[Any]]) -> History:
    """The history that these arrays hold; they are used as they are, and may lie on disk.

    Raises: KeyError where an array is missing, ValueError where arrays do not fit each other.
    """
    lists = _lists(arrays)
    tables = {name: _unpacked(name, arrays) for name in _TABLES}
    nothing = sparse.csr_matrix((len(arrays["projects"]), len(lists["terms"])), dtype=np.float32)
    columns: dict[str, Any] = {name: arrays[name] for name in _COLUMNS}
    corpus = Corpus(**columns, **lists, **tables, texts=nothing, topic_texts=nothing)
    older = _unpacked("older_members", arrays)
    history = History(
        before=int(arrays["before"][0]), corpus=corpus, rare=arrays["rare"], texts=_unpacked("texts", arrays),
        older_titles=_unpacked("older_titles", arrays), older_members=older, older_numbers=arrays["older_numbers"],
        memberships_by_organisation=corpus.members.T.tocsr(), older_sizes=np.asarray(np.diff(older.indptr), np.int64),
    )  # fmt: skip
    # What takes long to find comes from the arrays instead.
    ready = vars(history)
    ready |= {name: _unpacked(name, arrays) for name in _BY_TERM} | {"theme_lengths": arrays["theme_lengths"]}
    ready["themes"] = Themes(*(arrays[f"themes.{one.name}"] for one in fields(Themes)))
    ready["place_words"] = PlaceWords(*(_unpacked(f"place_words.{one.name}", arrays) for one in fields(PlaceWords)))
    ready["circles"] = Circles(*(arrays[f"circles.{one.name}"] for one in fields(Circles)))
    return history


def _lists(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """The lists of words. Raises: KeyError where one is missing, ValueError where one has too few or too many."""
    lists = {name: json.loads(bytes(arrays[name])) for name in _LISTS}
    for name, beside in _LISTS.items():
        if beside and len(lists[name]) != len(arrays[beside]):
            raise ValueError(f"{name} has {len(lists[name])} entries, and {beside} has {len(arrays[beside])}.")
    return lists


def _packed(name: str, table: Matrix) -> Arrays:
    return {
        f"{name}.data": table.data,
        f"{name}.indices": table.indices.astype(np.int32),
        f"{name}.starts": table.indptr.astype(np.int32),
        f"{name}.shape": np.array(table.shape),
    }


def _unpacked(name: str, arrays: Mapping[str, NDArray[Any]]) -> Matrix:
    parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.starts"])
    return sparse.csr_matrix(parts, tuple(int(side) for side in arrays[f"{name}.shape"]))
