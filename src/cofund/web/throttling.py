"""Bounds what anybody may ask for that takes long: so many different things in a minute from one origin, and one at a time.

What is counted stays in the memory of a process and is forgotten after a minute. Each process counts for itself, so the limits
are those of one process; what they protect is its processor time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Final

WINDOW_SECONDS: Final = 60
LONGEST_WAIT_SECONDS: Final = 10
MOST_ORIGINS: Final = 1_000


class TooManyError(Exception):
    """More was asked for than is made; it can be asked for again after a minute."""


class Lane:
    """Lets one piece of work through at a time, and at most `most` different ones of an origin within a minute."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing asked."""
        self.most, self.clock = most, clock
        self._turn, self._lock = threading.Lock(), threading.Lock()
        self._asked: OrderedDict[str, dict[Hashable, float]] = OrderedDict()

    @contextmanager
    def pass_through(self, origin: str, what: Hashable) -> Iterator[None]:
        """Wait for the turn of a piece of work, and hold it.

        Raises:
            TooManyError: the origin asked for too many different things, or the turn does not come in time.
        """
        self._count(origin, what)
        if not self._turn.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise TooManyError
        try:
            yield
        finally:
            self._turn.release()

    def _count(self, origin: str, what: Hashable) -> None:
        """Count what is asked for; the same again counts once."""
        now = self.clock()
        with self._lock:
            asked = self._asked.pop(origin, {})
            recent = {one: at for one, at in asked.items() if now - at < WINDOW_SECONDS}
            is_flood = what not in recent and len(recent) >= self.most
            if not is_flood:
                recent[what] = now
            self._asked[origin] = recent
            if len(self._asked) > MOST_ORIGINS:
                self._asked.popitem(last=False)
        if is_flood:
            raise TooManyError
