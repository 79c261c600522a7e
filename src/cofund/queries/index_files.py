"""The index that recommendations are answered from: a versioned set of files in the home folder, mapped read-only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from cofund.analysis.bands import Bands
from cofund.analysis.history import History
from cofund.analysis.ranking import Ranking
from cofund.analysis.storing import FORMAT, unpack

DESCRIPTION = "index.json"
TREES = "trees.txt"
POINTER = "current"  # the file that names the version in use
REMEDY = "Run `cofund index build`."


class NoIndexError(Exception):
    """There is no index that can be used: why, and what to do."""


@dataclass(frozen=True)
class Index:
    """An index as it was opened."""

    version: str
    description: dict[str, Any]
    history: History
    ranking: Ranking
    bands: Bands
    vocabulary: dict[str, int]


def folder() -> Path:
    """Where indexes lie."""
    return Path(settings.COFUND_HOME) / "index"


def current_version() -> str:
    """The version in use.

    Raises: NoIndexError where none was built.
    """
    try:
        return (folder() / POINTER).read_text().strip()
    except OSError as error:
        raise NoIndexError(f"There is no index of past projects yet. {REMEDY}") from error


def open_index() -> Index:
    """Open the version in use. A process opens each version once.

    Raises: NoIndexError where there is none, or one that is damaged or of another release.
    """
    return _open(folder() / current_version())


@lru_cache(maxsize=1)
def _open(path: Path) -> Index:
    description = _description(path)
    arrays = {}
    for name, (size, digest) in description["files"].items():
        file = path / name
        _check(file, size, digest)
        if name.endswith(".npy"):
            arrays[name.removesuffix(".npy")] = np.load(file, mmap_mode="r") if size > 200 else np.load(file)
    try:
        history = unpack(arrays)
        ranking = Ranking((path / TREES).read_text() or None)
    except (KeyError, ValueError) as error:
        raise NoIndexError(f"The index {path.name} is damaged: its files do not fit each other. {REMEDY}") from error
    bands = Bands(tuple(description["band_limits"]), tuple(description["band_shares"]))
    vocabulary = {term: place for place, term in enumerate(history.corpus.terms)}
    return Index(path.name, description, history, ranking, bands, vocabulary)


def _description(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((path / DESCRIPTION).read_text())
    except (OSError, ValueError) as error:
        raise NoIndexError(f"The index {path.name} is damaged: {DESCRIPTION} cannot be read. {REMEDY}") from error
    if found.get("format") != FORMAT:
        raise NoIndexError(f"The index {path.name} was built by another release of Cofund. {REMEDY}")
    return found


def _check(file: Path, size: int, digest: str) -> None:
    """Raises: NoIndexError where a file is not the one that was built."""
    try:
        with file.open("rb") as content:
            is_whole = file.stat().st_size == size and hashlib.file_digest(content, "sha256").hexdigest() == digest
    except OSError:
        is_whole = False
    if not is_whole:
        raise NoIndexError(f"The index {file.parent.name} is damaged: {file.name} is missing or was changed. {REMEDY}")
