"""Balance of a project and of the programme: warn at the project, hold at the programme.

Source: formula F15 and invariant INV-02 of the field report; real projects run from 0.877 to 1.333 and none was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cofund.rules.money import share_of


class Severity(StrEnum):
    """How loud a finding about a project is; it never blocks."""

    BALANCED = "balanced"
    INFORM = "inform"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class ProjectBalance:
    """Public money against contributions of one project, in cents. `short_cents` is negative for a surplus."""

    public_cents: int
    contributed_cents: int
    tolerance_cents: int
    severity: Severity

    @property
    def short_cents(self) -> int:
        """What contributions miss to equal the public money."""
        return self.public_cents - self.contributed_cents

    @property
    def short_share(self) -> Fraction | None:
        """The shortfall as a share of the public money."""
        return share_of(self.short_cents, self.public_cents)

    @property
    def ratio(self) -> Fraction | None:
        """Contributions for one euro of public money."""
        return share_of(self.contributed_cents, self.public_cents)

    @property
    def needs_reason(self) -> bool:
        """Whether somebody must say why the shortfall is accepted."""
        return self.severity is Severity.WARN


def project_balance(
    public_cents: int, contributed_cents: int, *, tolerance: Fraction, tolerance_floor_cents: int = 0
) -> ProjectBalance:
    """Compare a project's public money with its contributions.

    A shortfall within `max(tolerance × public money, floor)` is information, above it a warning that needs a reason.
    """
    allowed = max(int(tolerance * public_cents), tolerance_floor_cents)
    short = public_cents - contributed_cents
    severity = Severity.BALANCED if short <= 0 else Severity.INFORM if short <= allowed else Severity.WARN
    return ProjectBalance(public_cents, contributed_cents, allowed, severity)


def programme_room(projects: Iterable[tuple[int, int]], ratio: Fraction) -> int:
    """Give `ratio × contributions − public money` over all projects, in cents (invariant INV-02).

    Args:
        projects: pairs of public money and eligible contributions, in cents.
        ratio: the tranche's match ratio.

    Returns:
        Not negative while the programme holds its promise, whatever single projects do.
    """
    rows = list(projects)
    return int(ratio * sum(given for _, given in rows)) - sum(public for public, _ in rows)
