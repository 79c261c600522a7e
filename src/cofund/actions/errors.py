"""What can be wrong with a request: each error tells the person who can act what was asked, what is left, what to do."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that the rules or the books refuse. Nothing was written.

    `asked`, `wrong` and `remedy` are sentences for the person who asked; `fields` carries the figures behind them.
    """

    def __init__(self, *, asked: str, wrong: str, remedy: str, **fields: Any) -> None:
        self.asked, self.wrong, self.remedy, self.fields = asked, wrong, remedy, fields
        super().__init__(f"{asked} {wrong} {remedy}")


def all_of(asked: str, faults: dict[str, str]) -> Refused:
    """Give one refusal of everything that is wrong at once: for each field of the form what is wrong and what to do.

    So nobody has to send a form once for every mistake.
    """
    first = next(iter(faults))
    rest = list(faults.values())
    return Refused(asked=asked, wrong=rest[0], remedy=" ".join(rest[1:]), field=first, faults=faults)


class NotAllowed(Refused):
    """The person's role does not include the action."""


class EnvelopeExhausted(Refused):
    """The tranche has less open than the contribution would unlock; `asked_cents` and `left_cents` tell how much."""


class StageMissing(Refused):
    """The contribution does not stand in the stage that the action starts from, or not with as much money."""
