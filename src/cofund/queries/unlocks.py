"""What a pledge would unlock before it is recorded: the same rule as the booking, and the money of its target before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from cofund.queries import capacities, clock, funding, pools, rooms, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.envelope import TrancheStatement
from cofund.queries.envelope import statement as envelope_statement
from cofund.queries.funding import Funding
from cofund.queries.keeping import kept
from cofund.queries.pools import NewClaim, Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Book, Contribution
from cofund.records.programme.models import Project, SchemeVersion, Topic, Tranche
from cofund.rules.eligibility import Clash
from cofund.rules.leverage import increase
from cofund.rules.lifecycle_topics import BEFORE_ADOPTION
from cofund.rules.match import Match
from cofund.rules.schemes import Scheme, TrancheRule


@dataclass(frozen=True, slots=True)
class Wish:
    """A pledge as far as somebody has written it; amounts in cents of the scheme's currency."""

    scheme: str
    target: Target
    role: str
    kind: str
    amount_cents: int
    effective_on: date
    no_other_union_funding: bool | None = None
    public_origin_cents: int = 0
    organisations: tuple[Organisation, ...] = ()


@dataclass(frozen=True, slots=True)
class Unlock:
    """What a pledge would do. Amounts in cents.

    `match` and `rule` are None where no tranche matches the role; `others` are the estimates of the other claims of the same
    pool as they would be; `room_cents` is the most that the tranche could give on the day.
    """

    scheme: Scheme
    version: SchemeVersion
    wish: Wish
    rule: TrancheRule | None
    match: Match | None
    others: tuple[Match, ...]
    room_cents: int
    envelope: TrancheStatement | None
    before: Funding
    after: Funding
    # Roles of the organisations that do not stand beside this one.
    clashes: tuple[Clash, ...] = ()

    @property
    def match_cents(self) -> int:
        """What it unlocks."""
        return self.match.match_cents if self.match else 0

    @property
    def is_bounded_by_tranche(self) -> bool:
        """Whether the tranche has too little open, so that the booking is refused unless the rest is accepted as unmatched."""
        return self.match is not None and self.match.decided_by == "tranche"

    @property
    def is_shared_out(self) -> bool:
        """Whether the public money of the target is fixed, so that a match is a share of it and adds nothing to it."""
        return self.match is not None and self.before.public_is_fixed

    @property
    def wanted_cents(self) -> int:
        """What every other bound would let it unlock."""
        if self.match is None:
            return 0
        return min(bound.limit_cents for bound in self.match.bounds if bound.name != "tranche")

    @property
    def taken_cents(self) -> int:
        """What it takes from the tranche's open money in all, with what the other claims of the pool gain or lose."""
        if self.rule is None:
            return 0
        before, after = (_matched(funding, self.rule.code) for funding in (self.before, self.after))
        return after - before

    @property
    def increase_of_total(self) -> Fraction | None:
        """By which share the target's money grows: 1 means doubled; None where there was none before."""
        return increase(self.before.total_cents, self.after.total_cents)


def preview(wish: Wish) -> Unlock:
    """Tell what a pledge would unlock, by the function that the booking uses, and write nothing.

    Raises:
        SchemeNotInstalledError: there is no such scheme.
        UnknownCodeError: the scheme has no such role or kind.
    """
    scheme, version = schemes.current(wish.scheme)
    scheme.kind(wish.kind), scheme.role(wish.role)
    rule = scheme.tranche_for_role(wish.role)
    book = Book.objects.get(scheme__code=wish.scheme)
    tranche = Tranche.objects.get(scheme__code=wish.scheme, code=rule.code) if rule else None
    found: Match | None = None
    others: list[Match] = []
    room = 0
    if rule is not None and tranche is not None:
        room = rooms.of_tranche(rule, tranche, wish.effective_on)
        claim = NewClaim(rule.code, wish.kind, wish.amount_cents, wish.no_other_union_funding, wish.organisations)
        budget = pools.awarded_cents(book.pk, wish.target)
        found, others = pools.unlocked_by(scheme, budget, wish.target, claim, room)
    on = max(clock.today(), wish.effective_on)
    before = funding.of_target(wish.scheme, wish.target, as_of=on)
    return Unlock(
        scheme=scheme,
        version=version,
        wish=wish,
        rule=rule,
        match=found,
        others=tuple(others),
        room_cents=max(0, room),
        envelope=next(
            (row for row in envelope_statement(wish.scheme, as_of=on) if rule and row.tranche == rule.code), None
        ),
        before=before,
        after=_after(scheme, wish, before, tranche, found, others),
        clashes=tuple(
            capacities.clashes(scheme, book.pk, wish.role, wish.organisations, wish.target, wish.effective_on)
        ),
    )


def _after(
    scheme: Scheme, wish: Wish, before: Funding, tranche: Tranche | None, found: Match | None, others: list[Match]
) -> Funding:
    """The target's money as if the pledge were booked: its own line added, the others at their new estimates."""
    new = ContributionState(
        Contribution(reference="new", role=wish.role, kind=wish.kind, tranche=tranche),
        wish.organisations,
        None,
        {"pledged": wish.amount_cents},
        {"promised": found.match_cents} if found and found.match_cents else {},
    )
    changed = {one.reference: one.match_cents for one in others}
    states = [_rematched(state, changed) for state in before.states]
    awarded = before.public_cents if before.public_is_fixed else None
    return funding.build(scheme, before.as_of, [*states, new], awarded)


def _matched(money: Funding, tranche: str) -> int:
    """What a tranche gives to a target, in cents."""
    return sum(
        state.match_cents
        for state in money.states
        if state.contribution.tranche is not None and state.contribution.tranche.code == tranche
    )


def _rematched(state: ContributionState, changed: dict[str, int]) -> ContributionState:
    """A contribution with the estimate that it would have; what is decided stays."""
    reference = state.contribution.reference
    if reference not in changed:
        return state
    promised = changed[reference] - state.decided_match_cents
    return replace(state, matches={**state.matches, "promised": max(0, promised)})


@kept(8)
def targets_of(scheme_code: str) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    """Give what a pledge can be made to: topics being drafted first, then projects and adopted topics."""
    topics = Topic.objects.filter(scheme__code=scheme_code).exclude(status=Topic.Status.DROPPED)
    drafting = [Target(topic=row) for row in topics.filter(status__in=BEFORE_ADOPTION).order_by("code")]
    adopted = [Target(topic=row) for row in topics.filter(status=Topic.Status.ADOPTED).order_by("code")]
    projects = Project.objects.filter(scheme__code=scheme_code).select_related("topic").order_by("acronym")
    return tuple(drafting), (*adopted, *(Target(project=row) for row in projects))
