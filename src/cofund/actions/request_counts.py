"""Counts what somebody asks in a minute, once for all processes that come from the one that loaded this module.

Rows of a fixed size in memory that a process hands on to those it starts, under a lock that ends with its holder. A row is found by
a keyed hash, so that nobody can choose whose row to push out; a database would have to write for every question.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import secrets
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

WINDOW_SECONDS: Final = 60
# Each row: whose, since when, how many. One who asks has a place in one group; of a full group the oldest row goes.
_ROW: Final = struct.Struct("<QdQ")
_GROUPS, _ROWS = 4_096, 4


class Counter:
    """Counts by who asks, in windows of a minute that begin with the first question."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing counted."""
        self.clock = clock
        self._salt = secrets.token_bytes(16)
        self._threads = threading.Lock()
        # Without a name, and open as long as the process and those it starts.
        self._file, name = tempfile.mkstemp()
        Path(name).unlink()
        os.ftruncate(self._file, _GROUPS * _ROWS * _ROW.size)
        self._rows = mmap.mmap(self._file, 0)

    def count(self, who: str) -> tuple[int, int]:
        """Count a question; give how many that makes in this window, and how many seconds of it have passed."""
        mark = int.from_bytes(hashlib.blake2b(who.encode(), key=self._salt, digest_size=8).digest(), "little") or 1
        with self._held():
            now = self.clock()
            at, since, number = self._place(mark, now)
            _ROW.pack_into(self._rows, at, mark, since, number + 1)
        return number + 1, int(now - since)

    def forget(self) -> None:
        """Begin anew."""
        with self._held():
            self._rows[:] = bytes(len(self._rows))

    def _place(self, mark: int, now: float) -> tuple[int, float, int]:
        """Where somebody is counted, since when, and how many until now."""
        first = mark % _GROUPS * _ROWS * _ROW.size
        oldest, places = (now, first), range(first, first + _ROWS * _ROW.size, _ROW.size)
        for at in places:
            whose, since, number = _ROW.unpack_from(self._rows, at)
            if whose == mark:
                return (at, since, number) if 0 <= now - since < WINDOW_SECONDS else (at, now, 0)
            oldest = min(oldest, (since if whose else float("-inf"), at))
        return oldest[1], now, 0

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Keep out other threads, and other processes; a process that is killed keeps out nobody."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


COUNTER: Final = Counter()
