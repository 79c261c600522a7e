"""What stands where, day by day: balances of a few accounts from the flows that touch them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Flow:
    """One movement: whole cents from one account to another, on the day it is about. Accounts are named by code."""

    from_code: str
    to_code: str
    amount_cents: int
    effective_on: date


class Position:
    """Balances of accounts on any day, built from flows in any order."""

    def __init__(self, flows: Iterable[Flow] = ()) -> None:
        """Take the flows that are already booked."""
        self._changes: defaultdict[str, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
        for flow in flows:
            self.add(flow)

    def add(self, flow: Flow) -> None:
        """Count one more flow."""
        self._changes[flow.from_code][flow.effective_on] -= flow.amount_cents
        self._changes[flow.to_code][flow.effective_on] += flow.amount_cents

    def balance(self, code: str, on: date | None = None) -> int:
        """Give the balance of an account in cents at the end of a day, or after everything that is known."""
        return sum(cents for day, cents in self._changes[code].items() if on is None or day <= on)

    def room(self, code: str, on: date) -> int:
        """Give the most that can leave an account on a day without overdrawing it on that or any later day, in cents."""
        running = lowest = self.balance(code, on)
        for day in sorted(day for day in self._changes[code] if day > on):
            running += self._changes[code][day]
            lowest = min(lowest, running)
        return lowest

    def codes(self) -> list[str]:
        """The accounts that anything moved in or out of."""
        return list(self._changes)
