"""How much anybody may ask in a minute: by the key where there is one, else by the network address.

Counted in the memory of a process and forgotten with the minute; each process of a server counts for itself, so the limits are
those of one process. What they protect is its processor time.

Source: draft-ietf-httpapi-ratelimit-headers-10 for the names and the form of the headers.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

WINDOW_SECONDS: Final = 60
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to one who asks: `left` of `most` requests until `seconds` have passed; `is_spent`: one too many."""

    most: int
    left: int
    seconds: int
    is_spent: bool

    @property
    def headers(self) -> dict[str, str]:
        """The headers that tell it."""
        told = {
            "RateLimit-Policy": f'"minute";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"minute";r={self.left};t={self.seconds}',
        }
        return {**told, "Retry-After": str(self.seconds)} if self.is_spent else told


class Counter:
    """Counts requests by who asks, in windows of a minute that begin with the first request."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing counted."""
        self.clock = clock
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, who: str, most: int) -> Allowance:
        """Count a request of somebody who may make so many in a minute."""
        now = self.clock()
        with self._lock:
            since, number = self._counts.pop(who, (now, 0))
            if now - since >= WINDOW_SECONDS:
                since, number = now, 0
            number += 1
            self._counts[who] = (since, number)
            if len(self._counts) > MOST_COUNTED:
                self._counts.popitem(last=False)
        seconds = max(1, WINDOW_SECONDS - int(now - since))
        return Allowance(most, max(0, most - number), seconds, number > most)


COUNTER: Final = Counter()
