"""What state the recommendation index is in, for the page that shows it: without opening it, and never with an error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cofund.queries import index_files
from cofund.queries.index_descriptions import TREES
from cofund.queries.index_files import NoIndexError, current_version, folder
from cofund.records.corpus.models import ImportRun

_SHOWN = 6
MISSING, DAMAGED, OTHER_RELEASE, WHOLE = "missing", "damaged", "other release", "whole"


@dataclass(frozen=True, slots=True)
class IndexState:
    """The index in use: its state with the reason in words, its description, and its files with their sizes in bytes.

    `imports_since` counts the imports of past projects that it does not know yet.
    """

    state: str
    wrong: str = ""
    version: str = ""
    built_at: datetime | None = None
    description: dict[str, Any] | None = None
    files: tuple[tuple[str, int], ...] = ()
    imports_since: int = 0
    is_building: bool = False

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(size for _, size in self.files)

    @property
    def is_trained(self) -> bool:
        """Whether it has trees, and does not rank by the vote of past projects alone."""
        return dict(self.files).get(TREES, 0) > 0


def look() -> IndexState:
    """Look at the index in use. Each file is compared with its checksum once for as long as nobody touches it."""
    building = index_files.is_building()
    try:
        version = current_version()
    except NoIndexError as error:
        return IndexState(MISSING, str(error), is_building=building)
    path = folder() / version
    try:
        description = index_files.description_of(path)
    except NoIndexError as error:
        state = OTHER_RELEASE if error.is_other_release else DAMAGED
        return IndexState(state, str(error), version, is_building=building)
    files = tuple((name, int(size)) for name, (size, _) in description["files"].items())
    wrong = _first_wrong(path, description["files"])
    since = index_files.imports_since(path, description)
    return IndexState(
        DAMAGED if wrong else WHOLE, wrong, version, datetime.fromisoformat(description["built_at"]), description, files,
        since, building,
    )  # fmt: skip


def _first_wrong(path: Path, files: dict[str, Any]) -> str:
    """What is wrong with the first file that is not the one that was built; nothing where all are."""
    for name, (size, digest) in files.items():
        file = path / name
        try:
            there = file.stat()
            _checked(str(file), there.st_mtime_ns, there.st_size, int(size), str(digest))
        except OSError:
            return f"The index {path.name} is damaged: {name} is missing. {index_files.REMEDY}"
        except NoIndexError as error:
            return str(error)
    return ""


@lru_cache(maxsize=500)
def _checked(file: str, changed: int, found_size: int, size: int, digest: str) -> None:
    """Compare a file with its checksum; what was compared once is, until it changes. Raises: NoIndexError."""
    index_files.check(Path(file), size, digest)


def latest_imports() -> list[ImportRun]:
    """The latest imports of open data, the newest first."""
    return list(ImportRun.objects.order_by("-pk")[:_SHOWN])
