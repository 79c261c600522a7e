"""What can be wrong with a request: each error tells the person who can act what was asked, what is left, what to do."""

from __future__ import annotations

from collections.abc import Callable
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


def together(*checks: Callable[[], object]) -> None:
    """Make several checks that do not rest on each other, and refuse everything that they find at once.

    Raises:
        Refused: the one refusal where there is one; else all of them, each for its field. One that names no field comes alone.
    """
    found: list[Refused] = []
    for check in checks:
        try:
            check()
        except Refused as error:
            found.append(error)
    if not found:
        return
    alone = [one for one in found if not ({"field", "faults"} & one.fields.keys())]
    if alone or len(found) == 1:
        raise (alone or found)[0]
    faults: dict[str, str] = {}
    for one in found:
        for name, words in (one.fields.get("faults") or {one.fields["field"]: _words(one)}).items():
            faults.setdefault(name, words)
    if len(faults) == 1:
        raise found[0]
    raise all_of(found[0].asked, faults)


def _words(error: Refused) -> str:
    """What is wrong and what to do, as it stands beside a field."""
    return f"{error.wrong} {error.remedy}"


class NotAllowed(Refused):
    """The person's role does not include the action."""


class EnvelopeExhausted(Refused):
    """The tranche has less open than the contribution would unlock; `asked_cents` and `left_cents` tell how much."""


class StageMissing(Refused):
    """The contribution does not stand in the stage that the action starts from, or not with as much money."""
