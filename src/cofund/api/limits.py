"""How much anybody may ask in a minute: by the key where there is one, else by the network address.

Counted once for all processes of `cofund serve` (`actions/request_counts.py`), and forgotten with the minute. What it protects is
the processor time of one machine.

Source: draft-ietf-httpapi-ratelimit-headers-10 for the names and the form of the headers.
"""

from __future__ import annotations

from dataclasses import dataclass

from cofund.actions.request_counts import COUNTER, WINDOW_SECONDS


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


def count(who: str, most: int) -> Allowance:
    """Count a request of somebody who may make so many in a minute."""
    number, passed = COUNTER.count(who)
    return Allowance(most, max(0, most - number), max(1, WINDOW_SECONDS - passed), number > most)
