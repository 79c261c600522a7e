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
from cofund.queries import import_runs
from cofund.queries.held import is_held
from cofund.queries.import_runs import Over
from cofund.queries.index_descriptions import TREES, first_fault
from cofund.queries.past_digests import Digests

DESCRIPTION = "index.json"
POINTER = "current"  # the file that names the version in use
UNFINISHED = ".unfinished"  # at the end of the name of a folder that is being written
BUILDING = "building.lock"  # held by the process that builds
SEEN_IMPORTS = "seen_imports"  # beside the files of an index: what it knows, where later imports changed nothing of it
SCORE = "score.json"  # the last measure that was kept
# What the index was built from, to see what an import changed: numbers of projects, and their digests with that of organisations.
BUILT_FROM = ("built_from.projects", "built_from.digests", "built_from.organisations")
REMEDY = "Run `cofund index build`."


class NoIndexError(Exception):
    """There is no index that can be used: why, and what to do."""

    is_other_release = False


class OtherReleaseError(NoIndexError):
    """The index was built by another release, whose files this one does not read."""

    is_other_release = True


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


def in_use() -> str:
    """What tells the version in use from others, and from itself before an update found that an import changed nothing of it.

    Nothing is written to the database by such an update: what is kept of an answer goes by this.

    Raises: NoIndexError where none was built.
    """
    version = current_version()
    try:
        return f"{version} {(folder() / version / SEEN_IMPORTS).read_text()}"
    except OSError:
        return version


def open_index() -> Index:
    """Open the version in use. A process opens each version once.

    Raises: NoIndexError where there is none, or one that is damaged or of another release.
    """
    return _open(folder() / current_version())


@lru_cache(maxsize=1)
def _open(path: Path) -> Index:
    description = description_of(path)
    arrays = {}
    for name, (size, digest) in description["files"].items():
        file = path / name
        check(file, size, digest)
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


def built_from(index: Index) -> Digests | None:
    """What an index was built from; None where it does not say."""
    try:
        projects, digests, organisations = (np.load(folder() / index.version / f"{name}.npy") for name in BUILT_FROM)
    except (OSError, ValueError):
        return None
    return Digests(projects, digests, int(organisations[0]))


def known_imports(path: Path, description: dict[str, Any]) -> Over:
    """The imports that an index knows: those before it, and later ones that changed nothing of it. None where it does not say."""
    try:
        return Over.from_text((path / SEEN_IMPORTS).read_text())
    except OSError:
        return Over.from_plain(description.get("known_imports"))


def imports_since(path: Path, description: dict[str, Any]) -> int:
    """How many imports of past projects are over that an index does not know. One query."""
    return import_runs.over().since(known_imports(path, description))


def is_building() -> bool:
    """Whether a process builds an index now."""
    return is_held(folder() / BUILDING)


def score() -> dict[str, Any] | None:
    """The last measure that was kept with `cofund evaluate --keep`; None where there is none."""
    try:
        found: dict[str, Any] = json.loads((folder() / SCORE).read_text())
    except (OSError, ValueError):
        return None
    return found


def description_of(path: Path) -> dict[str, Any]:
    """What an index says of itself, with all that it has to have.

    Raises: NoIndexError where that cannot be read, is not whole, or is of another release.
    """
    try:
        found = json.loads((path / DESCRIPTION).read_text())
    except (OSError, ValueError) as error:
        raise NoIndexError(f"The index {path.name} is damaged: {DESCRIPTION} cannot be read. {REMEDY}") from error
    # First, since that of another release may have other parts.
    if isinstance(found, dict) and "format" in found and found["format"] != FORMAT:
        raise OtherReleaseError(f"The index {path.name} was built by another release of Cofund. {REMEDY}")
    fault = first_fault(found)
    if fault or "format" not in found:
        raise NoIndexError(
            f"The index {path.name} is damaged: {DESCRIPTION} does not say what it should ({fault or 'format'}). {REMEDY}"
        )
    described: dict[str, Any] = found
    return described


def check(file: Path, size: int, digest: str) -> None:
    """Compare a file with what was built. Raises: NoIndexError where it is another one."""
    try:
        with file.open("rb") as content:
            is_whole = file.stat().st_size == size and hashlib.file_digest(content, "sha256").hexdigest() == digest
    except OSError:
        is_whole = False
    if not is_whole:
        raise NoIndexError(f"The index {file.parent.name} is damaged: {file.name} is missing or was changed. {REMEDY}")
