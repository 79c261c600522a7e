"""Building the index that recommendations are answered from, as one set of files that takes the place of the last at once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.utils import timezone

from cofund.actions.errors import Refused
from cofund.analysis.bands import Bands, calibrate
from cofund.analysis.corpus import Corpus
from cofund.analysis.history import History, history_before
from cofund.analysis.ranking import find_bands, gather_training, train
from cofund.analysis.storing import FORMAT, pack
from cofund.queries import import_runs, past_digests
from cofund.queries.import_runs import Over
from cofund.queries.index_descriptions import TREES
from cofund.queries.index_files import (
    BUILDING,
    BUILT_FROM,
    DESCRIPTION,
    POINTER,
    SCORE,
    SEEN_IMPORTS,
    UNFINISHED,
    Index,
    NoIndexError,
    built_from,
    folder,
    open_index,
)
from cofund.queries.past_arrays import read_corpus
from cofund.queries.past_digests import Difference, Digests

_KEPT = 2  # versions: the one in use, and the one before, which a running process may still read
# Trees are kept as long as no more past projects than one in so many are new, changed or gone since they were trained.
_ONE_IN: Final = 20

# Told of what is done now, how far it is and how far it goes.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: the version in use, and what it took over from the one before, in words."""

    version: str
    is_new: bool
    reused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Learned:
    """Trees and bands, and what they were learned from."""

    trees: str | None
    bands: Bands
    learned_from: str
    changed_since: int


@dataclass(frozen=True, slots=True)
class _Source:
    """What an index is built from, to see later what an import changed: the imports that were over, and digests."""

    imports: Over
    digests: Digests


def build_index(progress: Progress = lambda label, done, total: None, *, trains: bool = True) -> str:
    """Build an index of everything that was imported, put it into use, and give its version.

    Without training, it takes the trees of the index in use where they fit, else ranks by the vote alone.

    Raises: Refused where no project of the current programme was imported, or another process builds one.
    """
    with _alone():
        source = _source()
        corpus, day = _read(progress)
        learned = _learn(corpus, day, progress) if trains else _kept(_open(), None)
        return _put(corpus, day, source, learned, progress)


def update_index(progress: Progress = lambda label, done, total: None) -> Built:
    """Bring the index in use up to what was imported since, and say what of it is used again.

    Where nothing that it is built from is different, it stays. Where little is, its trees and bands stay, and all that depends on
    the imported projects alone is made anew. Else, and where there is none, everything is.

    Raises: Refused where no project of the current programme was imported, or another process builds one.
    """
    with _alone():
        progress("Comparing past projects", 0, 1)
        now, index = _source(), _open()
        before = built_from(index) if index else None
        progress("Comparing past projects", 1, 1)
        if index is None or before is None:
            corpus, day = _read(progress)
            return Built(
                _put(corpus, day, now, _learn(corpus, day, progress), progress),
                True,
                ("Nothing was used again: all is new.",),
            )
        difference = past_digests.difference(before, now.digests)
        if difference.is_nothing and index.description.get("trained_at"):
            _see(index.version, now.imports)
            return Built(
                index.version, False, (f"All was used again: none of {difference.same:,} past projects is different.",)
            )
        return _anew(index, difference, now, progress)


def keep_score(measured: dict[str, Any]) -> None:
    """Keep a measure of the recommendation, to be shown beside the index."""
    folder().mkdir(parents=True, exist_ok=True)
    beside = folder() / f"{SCORE}.new"
    beside.write_text(json.dumps(measured))
    beside.replace(folder() / SCORE)


def _anew(index: Index, difference: Difference, now: _Source, progress: Progress) -> Built:
    """Build from what is imported now, with the trees of the index in use where little changed since they were trained."""
    corpus, day = _read(progress)
    different = difference.changed + difference.new + difference.gone
    since = int(index.description.get("changed_since_training", 0)) + different
    said = (
        f"{difference.same:,} past projects are as they were, {difference.changed:,} changed, {difference.new:,} are new, "
        f"{difference.gone:,} gone."
    )
    if not index.description.get("trained_at") or since * _ONE_IN > len(now.digests.projects):
        version = _put(corpus, day, now, _learn(corpus, day, progress), progress)
        return Built(version, True, (said, "The trees were trained anew."))
    version = _put(corpus, day, now, _kept(index, since), progress)
    trained = f"The trees were kept: {since:,} past projects are different since they were trained, fewer than one in {_ONE_IN}."
    return Built(version, True, (said, trained))


def _source() -> _Source:
    """Look at what is imported. Done before the corpus is read, and in this order.

    An import that ends meanwhile, or while the index learns, then makes the index look older than it is, so that the next update
    reads it. The other way round it would count as known and never be read.
    """
    known = import_runs.over()
    return _Source(known, past_digests.read())


def _read(progress: Progress) -> tuple[Corpus, int]:
    """The imported past projects, and the day after the last of them. Raises: Refused where there are none."""
    corpus = read_corpus(lambda done, total: progress("Reading past projects", done, total))
    if not corpus.is_current.any():
        raise Refused(
            asked="Build an index of past projects.",
            wrong="No project of Horizon Europe was imported.",
            remedy="Import some first: `cofund import cordis --download HORIZON`.",
        )
    return corpus, int(corpus.signed.max()) + 1  # the index depends on what was imported alone, not on today


def _open() -> Index | None:
    """The index in use, where there is one that can be read."""
    try:
        return open_index()
    except NoIndexError:
        return None


def _learn(corpus: Corpus, day: int, progress: Progress) -> _Learned:
    """Train on earlier years, and find the bands on the latest of them, which other trees then have not seen."""
    training = gather_training(corpus, day, lambda done, total: progress("Asking about earlier years", done, total))
    progress("Training", 0, 0)
    trees, bands = train(training), find_bands(corpus, day, training)
    return _Learned(trees, bands, timezone.now().isoformat(), 0)


def _kept(index: Index | None, changed_since: int | None) -> _Learned:
    """The trees and bands of the index in use; none where there is none."""
    if index is None:
        return _Learned(None, calibrate(np.empty(0, np.float32), np.empty(0, np.float32)), "", 0)
    known = index.description
    since = int(known.get("changed_since_training", 0)) if changed_since is None else changed_since
    return _Learned(index.ranking.text, index.bands, str(known.get("trained_at", "")), since)


def _see(version: str, imports: Over) -> None:
    """Note beside an index that it knows some imports. At once: a reader sees the old note or the new one."""
    beside = folder() / version / f"{SEEN_IMPORTS}.new"
    beside.write_text(json.dumps(imports.plain))
    beside.replace(folder() / version / SEEN_IMPORTS)


def _put(corpus: Corpus, day: int, source: _Source, learned: _Learned, progress: Progress) -> str:
    """Write the files of an index and put it into use."""
    history = history_before(corpus, day)
    progress("Writing files", 0, 1)
    version = _write(history, source, learned)
    progress("Writing files", 1, 1)
    return version


def _write(history: History, source: _Source, learned: _Learned) -> str:
    """Write the files beside the others, then have them take their place."""
    now = timezone.now()
    version = now.strftime("%Y%m%dT%H%M%S%f")
    unfinished = folder() / f"{version}{UNFINISHED}"
    unfinished.mkdir(parents=True)
    digests = source.digests
    parts = (digests.projects, digests.digests, np.array([digests.organisations]))
    for name, array in {**pack(history), **dict(zip(BUILT_FROM, parts, strict=True))}.items():
        np.save(unfinished / f"{name}.npy", array)
    (unfinished / TREES).write_text(learned.trees or "")
    description: dict[str, Any] = {
        "format": FORMAT, "built_at": now.isoformat(), "projects": len(history.corpus.projects),
        "older_projects": len(history.older_numbers), "candidates": int(history.candidates.sum()),
        "known_imports": source.imports.plain,
        "trained_at": learned.learned_from, "changed_since_training": learned.changed_since,
        "band_limits": learned.bands.limits, "band_shares": learned.bands.shares,
        "files": {file.name: [file.stat().st_size, _digest(file)] for file in sorted(unfinished.iterdir())},
    }  # fmt: skip
    (unfinished / DESCRIPTION).write_text(json.dumps(description, indent=1))
    unfinished.rename(folder() / version)
    pointer = folder() / f"{POINTER}.new"
    pointer.write_text(version)
    pointer.replace(folder() / POINTER)  # at once: a reader sees the old name or the new one
    for old in sorted(path for path in folder().iterdir() if path.is_dir())[:-_KEPT]:
        shutil.rmtree(old)
    return version


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of building, and clear away what a build that broke off left. Raises: Refused where another one holds it."""
    folder().mkdir(parents=True, exist_ok=True)
    lock = os.open(folder() / BUILDING, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                asked="Build an index of past projects.",
                wrong="Another process builds one now.",
                remedy="Wait for it to end, or cancel it.",
            ) from error
        for left in folder().glob(f"*{UNFINISHED}"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(lock)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
