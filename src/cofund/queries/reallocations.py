"""What of a tranche may still pass to another one (formula F11), and what passed before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cofund.queries import envelope, schemes
from cofund.records.ledger.models import Entry
from cofund.rules.envelope import ceiling_with_reallocation
from cofund.rules.schemes import Reallocation


@dataclass(frozen=True, slots=True)
class Room:
    """What of a tranche may pass to another. Amounts in cents; the ceilings are those of the scheme, the rest is of the books.

    `contributed_cents` is what contributors endorsed or more for the tranche; `open_cents` what it has open today.
    """

    tranche: str
    to: str
    cap_cents: int
    other_cap_cents: int
    contributed_cents: int
    limit_cents: int
    passed_cents: int
    open_cents: int
    may_rise_to_cents: int

    @property
    def may_pass_cents(self) -> int:
        """What may still pass: what the formula gives less what passed before, and no more than is open."""
        return max(0, min(self.may_rise_to_cents - self.other_cap_cents - self.passed_cents, self.open_cents))


def passing(scheme_code: str, tranche: str) -> Reallocation | None:
    """Give what the scheme says of money that a tranche may pass on; None where it lets none pass."""
    rule = next((one for one in schemes.current(scheme_code)[0].tranches if one.code == tranche), None)
    return rule.reallocation if rule is not None else None


def room(scheme_code: str, tranche: str, *, on: date | None = None) -> Room:
    """Tell what of a tranche may still pass to the one that its scheme names, on a day; today where none is given.

    Raises:
        ValueError: the scheme lets nothing of it pass.
    """
    scheme, _ = schemes.current(scheme_code)
    rule = scheme.tranche(tranche)
    if rule.reallocation is None:
        raise ValueError(f"{scheme.name} lets nothing of tranche {tranche} pass.")
    other = scheme.tranche(rule.reallocation.to)
    statement = next(one for one in envelope.statement(scheme_code, as_of=on) if one.tranche == tranche)
    given = statement.contributed_cents
    return Room(
        tranche,
        other.code,
        rule.cap_cents,
        other.cap_cents,
        given,
        rule.reallocation.limit_cents,
        _passed(scheme_code, tranche),
        statement.standing.open_cents,
        ceiling_with_reallocation(other, other=rule, other_contributed_cents=given),
    )


def _passed(scheme_code: str, tranche: str) -> int:
    """What of a tranche passed to another before, in cents; what was corrected did not."""
    cuts = Entry.objects.filter(
        book__scheme__code=scheme_code,
        kind=Entry.Kind.CUT,
        explanation__has_key="reallocation",
        corrections=None,
    )
    stated = [entry.explanation["reallocation"] for entry in cuts]
    return sum(one["amount_cents"] for one in stated if one["from"] == tranche)
