"""Building the index that recommendations are answered from, as one set of files that takes the place of the last at once."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone

from cofund.actions.errors import Refused
from cofund.analysis.bands import Bands, calibrate
from cofund.analysis.corpus import Corpus
from cofund.analysis.history import History, history_before
from cofund.analysis.ranking import find_bands, gather_training, train
from cofund.analysis.storing import FORMAT, pack
from cofund.queries.index_files import DESCRIPTION, POINTER, TREES, NoIndexError, folder, open_index
from cofund.queries.past_arrays import read_corpus
from cofund.records.corpus.models import ImportRun

_KEPT = 2  # versions: the one in use, and the one before, which a running process may still read

# Told of what is done now, how far it is and how far it goes.
Progress = Callable[[str, int, int], None]


def build_index(progress: Progress = lambda label, done, total: None, *, trains: bool = True) -> str:
    """Build an index of everything that was imported, put it into use, and give its version.

    Without training, it takes the trees of the index in use where they fit, else ranks by the vote alone.

    Raises: Refused where no project of the current programme was imported.
    """
    corpus = read_corpus(lambda done, total: progress("Reading past projects", done, total))
    if not corpus.is_current.any():
        raise Refused(
            asked="Build an index of past projects.",
            wrong="No project of Horizon Europe was imported.",
            remedy="Import some first: `cofund import cordis --download HORIZON`.",
        )
    day = int(corpus.signed.max()) + 1  # the index depends on what was imported alone, not on today
    history = history_before(corpus, day)
    trees, bands = _learned(corpus, day, progress) if trains else _kept_trees()
    progress("Writing files", 0, 1)
    version = _write(history, trees, bands)
    progress("Writing files", 1, 1)
    return version


def _learned(corpus: Corpus, day: int, progress: Progress) -> tuple[str | None, Bands]:
    """Train on earlier years, and find the bands on the latest of them, which other trees then have not seen."""
    training = gather_training(corpus, day, lambda done, total: progress("Asking about earlier years", done, total))
    return train(training), find_bands(corpus, day, training)


def _kept_trees() -> tuple[str | None, Bands]:
    try:
        index = open_index()
    except NoIndexError:
        return None, calibrate(np.empty(0, np.float32), np.empty(0, np.float32))
    return index.ranking.text, index.bands


def _write(history: History, trees: str | None, bands: Bands) -> str:
    """Write the files beside the others, then have them take their place."""
    now = timezone.now()
    version = now.strftime("%Y%m%dT%H%M%S%f")
    unfinished = folder() / f"{version}.unfinished"
    unfinished.mkdir(parents=True)
    for name, array in pack(history).items():
        np.save(unfinished / f"{name}.npy", array)
    (unfinished / TREES).write_text(trees or "")
    description: dict[str, Any] = {
        "format": FORMAT, "built_at": now.isoformat(), "projects": len(history.corpus.projects),
        "older_projects": len(history.older_numbers), "candidates": int(history.candidates.sum()),
        "last_import": ImportRun.objects.order_by("-pk").values_list("pk", flat=True).first(),
        "band_limits": bands.limits, "band_shares": bands.shares,
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


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
