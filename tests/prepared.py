"""A migrated SQLite file that tests begin with: to run all migrations takes longer than most tests.

One process makes it, with all migrations, and others take a copy: for as long as neither the records nor Django change.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sqlite3
from typing import Final

import django
from tests.machine import CHECKOUT

FOLDER: Final = CHECKOUT / "build" / "test-databases"
RECORDS: Final = CHECKOUT / "src" / "cofund" / "records"


class Turn:
    """Whose turn it is to make the file: whoever finds none keeps the lock until it is made, or until the process ends."""

    def __init__(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._file = (FOLDER / f"{_state()}.sqlite3").resolve()
        self._lock = (FOLDER / "turn").open("w")

    def take(self, into: str) -> bool:
        """Put a copy of the migrated file in the place of a test database; tell whether there was one."""
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        if not self._file.exists():
            return False
        shutil.copyfile(self._file, into)
        self._lock.close()
        return True

    def give(self, made: str) -> None:
        """Keep a copy of a test database that was just migrated, and drop those of other records."""
        new = self._file.with_suffix(".new")
        source, copy = sqlite3.connect(made), sqlite3.connect(new)
        source.backup(copy)
        source.close()
        copy.close()
        for old in FOLDER.glob("*.sqlite3"):
            old.unlink()
        new.replace(self._file)
        self._lock.close()


def _state() -> str:
    """What the file depends on: every line of the records and their migrations, and the versions below them."""
    found = hashlib.sha256(f"{django.get_version()} {sqlite3.sqlite_version}".encode())
    for path in sorted(RECORDS.rglob("*.py")):
        found.update(str(path.relative_to(RECORDS)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]
