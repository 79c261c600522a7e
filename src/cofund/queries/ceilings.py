"""Where the ceiling that a scheme states differs from the one in its book: a new version moves no money by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cofund.queries import envelope, schemes
from cofund.rules.money import in_words


@dataclass(frozen=True, slots=True)
class OtherCeiling:
    """A tranche whose book holds another ceiling than its scheme states. Amounts in cents."""

    tranche: str
    currency: str
    stated_cents: int
    booked_cents: int

    @property
    def words(self) -> str:
        """What differs, and what counts."""
        stated, booked = (in_words(cents, self.currency) for cents in (self.stated_cents, self.booked_cents))
        return (
            f"Tranche {self.tranche}: the rules state a ceiling of {stated}, and the books hold {booked}. "
            "What the books hold counts; only a decision changes it (top-up, cut or reallocation)."
        )


def others(scheme_code: str) -> tuple[OtherCeiling, ...]:
    """Give the tranches of a scheme whose book holds another ceiling, after all days, than the version in force states."""
    found = {one.tranche: one for one in envelope.statement(scheme_code, as_of=date.max)}
    scheme = schemes.current(scheme_code)[0]
    return tuple(
        OtherCeiling(rule.code, scheme.currency, rule.cap_cents, found[rule.code].standing.cap_cents)
        for rule in scheme.tranches
        if rule.code in found and rule.cap_cents != found[rule.code].standing.cap_cents
    )
