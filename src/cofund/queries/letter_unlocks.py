"""What each line of a letter would unlock, by the very function that a pledge's panel and its booking use; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cofund.queries import unlocks
from cofund.queries.pools import Target
from cofund.queries.unlocks import Unlock, Wish
from cofund.records.directory.models import Organisation
from cofund.rules.admission import LetterLine
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class LineUnlock:
    """A line with what it would unlock by itself; None where it does not say enough, or may not be given at all."""

    line: LetterLine
    unlock: Unlock | None


def of_lines(
    scheme: Scheme,
    target: Target | None,
    role: str,
    organisation: Organisation,
    lines: Iterable[LetterLine],
    *,
    no_other_union_funding: bool | None,
    on: date,
) -> list[LineUnlock]:
    """Tell what each line would unlock, as if it were the only one; together they may unlock less where a limit binds."""
    allowed = {kind.code for kind in scheme.kinds if role in kind.given_by}
    found = []
    for line in lines:
        amount = line.booked_cents(scheme.currency)
        unlock = None
        if target is not None and line.kind in allowed and amount:
            wish = Wish(
                scheme.code,
                target,
                role,
                line.kind,
                amount,
                on,
                no_other_union_funding,
                organisations=(organisation,),
            )
            unlock = unlocks.preview(wish)
        found.append(LineUnlock(line, unlock))
    return found
