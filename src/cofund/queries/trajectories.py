"""The trajectory of a programme to one for one (F10), from its rules and its books, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cofund.queries import clock, envelope, funnels, schemes
from cofund.queries.funnels import Group, Part, Year
from cofund.queries.keeping import kept
from cofund.queries.leaving_out import NOTHING, Without
from cofund.rules import trajectory
from cofund.rules.schemes import Scheme
from cofund.rules.trajectory import Funnel, Outcome, Trajectory


@dataclass(frozen=True, slots=True)
class Standing:
    """At the end of a day: what is committed in all, and what is validated in all, in cents."""

    on: date
    committed_cents: int
    validated_cents: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that a page about the trajectory shows. `least` is None where the scheme asks for no single least share."""

    scheme: Scheme
    version: str
    trajectory: Trajectory
    least: Outcome | None
    even: Outcome
    on_the_way_cents: int
    funnel: Funnel
    parts: tuple[Part, ...]
    standings: tuple[Standing, ...]
    years: tuple[Year, ...]
    is_lower_bound: bool

    @property
    def is_untold(self) -> bool:
        """Whether nothing is known of what came: the record is incomplete, and no report stands in it."""
        return self.is_lower_bound and not (self.funnel.reported_cents or self.funnel.validated_cents)


@kept(16)
def of_scheme(scheme_code: str, without: Without = NOTHING) -> Overview:
    """Give the trajectory of a programme today. No figure counts the contributions in `without`.

    Raises:
        SchemeNotInstalledError: there is no such scheme.
    """
    scheme, version = schemes.current(scheme_code)
    has_book = scheme_code in envelope.today()
    found_today = envelope.of_day(scheme_code, clock.today(), without=without) if has_book else ()
    statements = {one.tranche: one for one in found_today}
    caps = {rule: statements[rule.code].standing.cap_cents for rule in scheme.tranches if rule.code in statements}
    found = tuple(one for one in funnels.parts(scheme_code) if one.contribution_id not in without)
    funnel = funnels.total(found)
    # What others than members and partners give is in the funnel, and counts for no tranche.
    counting = tuple(one for one in found if scheme.role(one.role).side in ("member", "partner"))
    committed = funnels.total(counting).committed_cents
    way = trajectory.trajectory_of(scheme, caps_cents=caps, committed_cents=committed)
    share = trajectory.least_share(scheme)
    given = sum(one.contributed_cents for one in statements.values())
    return Overview(
        scheme,
        version.label,
        way,
        way.at(share) if share is not None else None,
        way.at(trajectory.EVEN),
        max(0, given - committed),
        funnel,
        found,
        _standings(counting),
        tuple(funnels.forecast(scheme_code, found, without)),
        any(one.is_lower_bound for one in statements.values()),
    )


@kept(32)
def groups(scheme_code: str, by: str) -> tuple[Group, ...]:
    """Give the funnel of a programme today by `project`, `partner` or `year`; see `funnels`."""
    found = of_scheme(scheme_code).parts
    if by == "partner":
        return tuple(funnels.by_partner(found))
    return tuple(funnels.by_year(found) if by == "year" else funnels.by_project(found))


def _standings(found: tuple[Part, ...]) -> tuple[Standing, ...]:
    """What stood at the end of each year, and stands today."""
    today = clock.today()
    rows, committed, validated = [], 0, 0
    for group in reversed(funnels.by_year(found)):
        committed += group.funnel.committed_cents
        validated += group.funnel.validated_cents
        rows.append(Standing(min(today, date(int(group.key), 12, 31)), committed, validated))
    return tuple(rows)
