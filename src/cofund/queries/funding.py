"""What stands behind a topic or project: every euro once, by where it comes from and by the way it is paid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from cofund.queries import clock, contributions, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.leaving_out import veiled
from cofund.queries.pools import Target, awarded_cents
from cofund.records.ledger.models import Book, Contribution
from cofund.rules.balance import ProjectBalance, project_balance
from cofund.rules.leverage import Leverage, leverage
from cofund.rules.schemes import Scheme

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source of money and the two ways it is paid (formula F5). Amounts in cents."""

    source: str
    label: str
    through_office_cents: int
    brought_cents: int

    @property
    def total_cents(self) -> int:
        """Everything from this source."""
        return self.through_office_cents + self.brought_cents


@dataclass(frozen=True, slots=True)
class Funding:
    """The money of a topic or project on a day. Amounts in cents.

    `states` are the contributions that the sums count. `public_cents` is the awarded public money, or the sum of the matches where
    none is fixed (`public_is_fixed`).
    """

    currency: str
    as_of: date
    states: tuple[ContributionState, ...]
    public_cents: int
    public_is_fixed: bool
    rows: tuple[SourceRow, ...]
    leverage: Leverage
    balance: ProjectBalance | None
    # Contributions whose amount the reader may not see: in no figure here.
    held_back: tuple[ContributionState, ...] = ()

    @property
    def total_cents(self) -> int:
        """Everything, each euro once."""
        return sum(row.total_cents for row in self.rows)

    @property
    def through_office_cents(self) -> int:
        """What the office's own budget pays out, whoever it comes from."""
        return sum(row.through_office_cents for row in self.rows)

    @property
    def over_cents(self) -> int:
        """What was accepted beyond what is committed: in no other figure, and never matched."""
        return sum(state.over_cents for state in self.states)

    @property
    def brought_cents(self) -> int:
        """What contributors bring themselves."""
        return sum(row.brought_cents for row in self.rows)

    def given_by_side(self, scheme: Scheme, side: str) -> int:
        """What one side (`partner`, `member`, `other`) gives, in cents."""
        return sum(state.live_cents for state in self.states if scheme.role(state.contribution.role).side == side)


def of_target(
    scheme_code: str,
    target: Target,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    scheme: Scheme | None = None,
    without: Collection[int] = (),
) -> Funding:
    """Give the money behind one topic or project, as true on a day and as known at an instant.

    `scheme` is what the scheme says, where the caller has read it already; `without` are contributions that no sum may count.
    """
    scheme = scheme or schemes.current(scheme_code)[0]
    on = as_of or clock.today()
    rows = contributions.states(target.contributions(), as_of=on, known_at=known_at)
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=scheme_code)
    return build(scheme, on, rows, awarded_cents(book_id, target, on=on, known_at=known_at), without)


def of_targets(
    scheme: Scheme,
    targets: Sequence[Target],
    awards: Mapping[str, int],
    on: date,
    known_at: datetime | None = None,
    without: Collection[int] = (),
) -> dict[str, Funding]:
    """Give the money behind several topics and projects of a scheme on a day, as known at an instant, by the code of the target.

    `awards` is the public money by grant account. The number of queries does not grow with the targets.
    """
    projects = [target.project for target in targets if target.project is not None]
    topics = [target.topic for target in targets if target.project is None]
    named = Q(project__in=projects) | Q(project=None, topic__in=topics)
    found: dict[str, list[ContributionState]] = {target.code: [] for target in targets}
    for state in contributions.states(Contribution.objects.filter(named).order_by("pk"), as_of=on, known_at=known_at):
        found[Target.of(state.contribution).code].append(state)
    fixed = {
        target.code: next((awards[code] for code in target.grant_codes() if code in awards), None) for target in targets
    }
    return {code: build(scheme, on, states, fixed[code], without) for code, states in found.items()}


def build(
    scheme: Scheme,
    on: date,
    states: Sequence[ContributionState],
    awarded_cents: int | None,
    without: Collection[int] = (),
) -> Funding:
    """Put the figures of one target together from its contributions and its public money.

    Where the amount of a contribution is held back, no sum counts it, and no figure compares what is left with all public money.
    """
    living = [state for state in states if state.live_cents]
    given = [veiled(state, without) if without else state for state in living if state.contribution.pk not in without]
    held_back = tuple(state for state in living if state.contribution.pk in without) if without else ()
    sides = {state.contribution.reference: scheme.role(state.contribution.role).side for state in given}
    public = awarded_cents if awarded_cents is not None else sum(state.match_cents for state in given)
    partners = [state for state in given if sides[state.contribution.reference] == "partner"]
    matched_sides = [state for state in given if sides[state.contribution.reference] in ("partner", "member")]
    rows = _source_rows(scheme, given, public)
    contributed = sum(state.live_cents for state in matched_sides)
    tolerance = scheme.balance_tolerance
    return Funding(
        currency=scheme.currency,
        as_of=on,
        states=tuple(given),
        public_cents=public,
        public_is_fixed=awarded_cents is not None,
        rows=rows,
        leverage=Leverage(None, None, None, None, None)
        if held_back
        else leverage(
            partner_cents=sum(state.live_cents for state in partners),
            match_cents=sum(state.match_cents for state in partners),
            public_cents=public,
            total_cents=sum(row.total_cents for row in rows),
            public_origin_cents=sum(state.public_origin_cents for state in given),
        ),
        balance=project_balance(
            public, contributed, tolerance=tolerance.share, tolerance_floor_cents=tolerance.floor_cents or 0
        )
        # Where no contribution is known, there is nothing to weigh: it is not known, not missing.
        if tolerance is not None and matched_sides and not held_back
        else None,
        held_back=held_back,
    )


def _source_rows(scheme: Scheme, given: Sequence[ContributionState], public_cents: int) -> tuple[SourceRow, ...]:
    """The source × channel matrix: public money first, then each contributing role in the scheme's order."""
    rows = [SourceRow(PUBLIC, scheme.label("public_funder"), public_cents, 0)]
    for role in scheme.roles:
        of_role = [state for state in given if state.contribution.role == role.code]
        through = sum(s.live_cents for s in of_role if scheme.kind(s.contribution.kind).through_office)
        rows.append(SourceRow(role.code, role.label_plural, through, sum(s.live_cents for s in of_role) - through))
    return tuple(row for row in rows if row.total_cents or row.source == PUBLIC)
