"""A running balance by day of which the lowest from a day on is known without walking through the days."""

from __future__ import annotations

from datetime import date
from typing import Final

# Days from 1950 on, 179 years of them; what is before or after counts for the first or the last.
_FIRST: Final = date(1950, 1, 1).toordinal()
_SIZE: Final = 1 << 16


class Lowest:
    """Changes by day, in a tree that keeps of each span of days its sum and the lowest that its running sum reaches, in cents."""

    __slots__ = ("_lows", "_sums", "latest")

    def __init__(self) -> None:
        """Begin with no change."""
        self._sums = [0] * (2 * _SIZE)
        self._lows = [0] * (2 * _SIZE)
        # The latest day that anything is about.
        self.latest = date.min

    @property
    def total(self) -> int:
        """What stands after everything."""
        return self._sums[1]

    def add(self, on: date, cents: int) -> None:
        """Count a change on a day."""
        sums, lows, at = self._sums, self._lows, _place(on)
        self.latest = max(self.latest, on)
        sums[at] += cents
        lows[at] = sums[at]
        at >>= 1
        while at:
            left = 2 * at
            sums[at] = sums[left] + sums[left + 1]
            lows[at] = min(lows[left], sums[left] + lows[left + 1])
            at >>= 1

    def lowest(self, on: date) -> int:
        """The least that stands at the end of a day or of any later one."""
        if self.latest <= on:
            return self._sums[1]
        sums, lows, at = self._sums, self._lows, _place(on)
        low = total = sums[at]
        while at > 1:
            if at & 1:
                low, total = low + sums[at - 1], total + sums[at - 1]
            else:
                low, total = min(low, total + lows[at + 1]), total + sums[at + 1]
            at >>= 1
        return low


def _place(on: date) -> int:
    """The leaf of a day."""
    return _SIZE + min(max(on.toordinal() - _FIRST, 0), _SIZE - 1)
