"""Instalments of a financial contribution: how far each has come, when it is late, and what may be invoiced and received.

Source: Regulation (EU) 2021/2085, Articles 11(6), 11(8), 28(4) and 28(6); invariant INV-19: received ≤ invoiced ≤ committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

PLANNED: Final = "planned"
INVOICED: Final = "invoiced"
RECEIVED: Final = "received"
# What a list of instalments can be narrowed by; the first three are the states of an instalment.
STATES: Final = {
    PLANNED: "Planned, not invoiced",
    INVOICED: "Invoiced, not paid in full",
    RECEIVED: "Received in full",
}
# The period that a notice gives where the office states none. Assumed: the law says "a reasonable period".
NOTICE_PERIOD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment on a day. Amounts in cents of the scheme's currency; `received_cents` is what came until then."""

    amount_cents: int
    received_cents: int
    due_on: date
    is_invoiced: bool

    @property
    def missing_cents(self) -> int:
        """What has not come yet."""
        return max(0, self.amount_cents - self.received_cents)

    @property
    def state(self) -> str:
        """How far it has come: a key of `STATES`."""
        if not self.missing_cents:
            return RECEIVED
        return INVOICED if self.is_invoiced else PLANNED

    def days_late(self, on: date) -> int:
        """By how many days it is late; nothing where it is not due yet or was received in full."""
        return max(0, (on - self.due_on).days) if self.missing_cents else 0

    def is_late(self, on: date) -> bool:
        """Whether anything of it is missing after the day that it was due."""
        return self.days_late(on) > 0


@dataclass(frozen=True, slots=True)
class Sums:
    """A financial contribution in its instalments, in cents: committed or more, planned, invoiced and received."""

    committed_cents: int
    planned_cents: int
    invoiced_cents: int
    received_cents: int

    @property
    def unplanned_cents(self) -> int:
        """What of the contribution has no instalment yet."""
        return max(0, self.committed_cents - self.planned_cents)

    def may_plan(self, amount_cents: int) -> int:
        """By how much a further instalment would pass what is given; nothing where it fits."""
        return max(0, self.planned_cents + amount_cents - self.committed_cents)

    def may_invoice(self, amount_cents: int) -> int:
        """By how much an invoice would pass what is committed (INV-19); nothing where it fits."""
        return max(0, self.invoiced_cents + amount_cents - self.committed_cents)


def period_end(given_on: date) -> date:
    """The last day of the period of a notice where nobody states another."""
    return given_on + NOTICE_PERIOD


def is_cured(missing_cents: int, received: list[tuple[date, int]], until_on: date) -> bool:
    """Tell whether what a notice misses came in time.

    Args:
        missing_cents: what the notice asks for.
        received: day and amount of everything that came since it was given.
        until_on: the last day of its period.
    """
    return sum(cents for on, cents in received if on <= until_on) >= missing_cents
