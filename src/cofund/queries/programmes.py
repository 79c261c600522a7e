"""A whole programme on a day: its projects with their money, its partners with what they gave, its open topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.db.models import Case, Count, IntegerField, QuerySet, When

from cofund.queries import book_states, clock, contributions, flows, freshness, funding, identity, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.freshness import Mark
from cofund.queries.funding import Funding
from cofund.queries.growing import Regrown
from cofund.queries.keeping import kept
from cofund.queries.leaving_out import NOTHING, Without, veiled
from cofund.queries.pools import Target
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Account, Contribution
from cofund.records.programme.models import Project, RoleHolding, Scheme, Topic
from cofund.rules import accounts
from cofund.rules.leverage import Leverage, leverage
from cofund.rules.lifecycle_topics import BEFORE_ADOPTION
from cofund.rules.schemes import Scheme as RuleBook


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in a list, with its money; `funding` is None where no amount is known."""

    project: Project
    funding: Funding | None
    partners: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A partner in a list. Amounts in cents; joint contributions are told apart, because their split is not known."""

    organisation: Organisation
    alone_cents: int
    joint_cents: int
    match_cents: int
    projects: tuple[str, ...]


_Behind = tuple[Funding | None, tuple[Organisation, ...]]
_Sums = tuple[int, int, int, tuple[str, ...]]


@kept(4)
def installed() -> tuple[Scheme, ...]:
    """The schemes of this site that have a book."""
    return tuple(Scheme.objects.filter(book__isnull=False).order_by("code"))


def projects(
    scheme_code: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    without: Without = NOTHING,
) -> list[ProjectLine]:
    """Give the projects of a scheme with their money on a day. The number of queries does not grow with them.

    No sum counts the contributions in `without`.
    """
    schemes.current(scheme_code)
    return list(_projects(scheme_code, as_of or clock.today(), known_at, without, freshness.mark(scheme_code)))


@lru_cache(maxsize=16)
def _projects(
    scheme_code: str, on: date, known_at: datetime | None, without: Without, mark: Mark
) -> tuple[ProjectLine, ...]:
    """The projects as long as the mark is the same."""
    scheme, _ = schemes.current(scheme_code)
    rows = book_states.of_scheme(scheme_code, on, known_at)
    by_project: defaultdict[int | None, list[ContributionState]] = defaultdict(list)
    for state in rows:
        by_project[state.contribution.project_id].append(state)
    fixed = awards(scheme_code, on, known_at)
    lines = []
    for project in Project.objects.filter(scheme__code=scheme_code).select_related("topic", "call"):
        own = fixed.get(accounts.of_grant(Target(project=project).code))
        if own is None and project.topic is not None:
            own = fixed.get(accounts.of_grant(Target(topic=project.topic).code))
        own_states = by_project[project.pk]
        held = _left_out(own_states, without) if without else without
        money, partners = _behind.of((scheme_code, project.pk, held), own_states, scheme, on, own, held)
        lines.append(ProjectLine(project, money, partners))
    return tuple(lines)


def _money_of(
    states: Sequence[ContributionState], scheme: RuleBook, on: date, own: int | None, without: Without
) -> _Behind:
    """The money and the partners behind a project; `own` is the public money that it was awarded, in cents."""
    money = funding.build(scheme, on, states, own, without) if states or own else None
    partners = {
        organisation.pk: organisation
        for state in states
        if scheme.role(state.contribution.role).side == "partner"
        for organisation in state.organisations
    }
    return money, tuple(partners.values())


def _left_out(states: Sequence[ContributionState], without: Without) -> Without:
    """What is left out of some contributions."""
    keys = {state.contribution.pk for state in states}
    return Without.of(without & keys, without.matches & keys)


def partners(
    scheme_code: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    audience: Audience | None = None,
) -> list[PartnerLine]:
    """Give the partners of a scheme with what they gave, also those of whom no amount is known.

    With an `audience`, contributions that it may not read are left out, and partners whose names it may not.
    """
    schemes.current(scheme_code)
    return list(_partners(scheme_code, as_of or clock.today(), known_at, audience, freshness.mark(scheme_code)))


@lru_cache(maxsize=16)
def _partners(
    scheme_code: str, on: date, known_at: datetime | None, audience: Audience | None, mark: Mark
) -> tuple[PartnerLine, ...]:
    """The partners as long as the mark is the same."""
    scheme, _ = schemes.current(scheme_code)
    sides = {role.code for role in scheme.roles if role.side == "partner"}
    rows = book_states.of_scheme(scheme_code, on, known_at)
    found: dict[int, Organisation] = {}
    held: defaultdict[int, list[ContributionState]] = defaultdict(list)
    for state in rows:
        key = state.contribution.pk
        if state.contribution.role in sides and (audience is None or audience.may_name(key)):
            for organisation in state.organisations:
                found[organisation.pk] = organisation
                if audience is None or audience.may_read(key):
                    held[organisation.pk].append(veiled(state, audience.without) if audience else state)
    holdings = RoleHolding.objects.filter(scheme__code=scheme_code, role__in=sides).select_related("organisation")
    for holding in holdings:
        if audience is None or audience.may_see("organisation.name", holding.organisation_id):
            found.setdefault(holding.organisation_id, holding.organisation)
    reads = audience.reads_books if audience is not None else None
    lines = [PartnerLine(row, *_given.of((scheme_code, pk, reads), held[pk])) for pk, row in found.items()]
    return tuple(sorted(lines, key=lambda line: (-(line.alone_cents + line.joint_cents), line.organisation.name)))


def open_topics(scheme_code: str | None = None) -> QuerySet[Topic]:
    """Topics before their adoption: a pledge to them can be matched."""
    rows = Topic.objects.filter(status__in=BEFORE_ADOPTION).select_related("scheme", "call")
    return rows.filter(scheme__code=scheme_code) if scheme_code else rows


def topics_of(scheme_code: str) -> QuerySet[Topic]:
    """Every topic of a scheme, those before their adoption first."""
    is_later = Case(When(status__in=BEFORE_ADOPTION, then=0), default=1, output_field=IntegerField())
    rows = Topic.objects.filter(scheme__code=scheme_code).select_related("scheme", "call")
    return rows.order_by(is_later, "code", "pk")


def topics_by_status() -> list[tuple[str, str, int]]:
    """Count the topics of all programmes by status, with its words, in the order of a topic's life; none is left out. One query."""
    rows = Topic.objects.order_by().values_list("status").annotate(Count("pk"))
    counts = dict(rows)
    return [
        (status.value, str(status.label), counts[status.value]) for status in Topic.Status if status.value in counts
    ]


@kept(64)
def of_organisation(
    organisation: Organisation, *, as_of: date | None = None, known_at: datetime | None = None
) -> list[ContributionState]:
    """Give every contribution that an organisation stands behind, in any scheme."""
    mine = identity.given_by(Contribution.objects.order_by("pk"), organisation.pk)
    return contributions.states(mine, as_of=as_of, known_at=known_at)


def leverage_of(states: list[ContributionState]) -> Leverage:
    """Leverage L1 and L3 of some contributions taken together; L2 and L4 need a project's total and stay unknown."""
    given = sum(state.live_cents for state in states)
    matched = sum(state.match_cents for state in states)
    whole = leverage(partner_cents=given, match_cents=matched, public_cents=matched, total_cents=given + matched)
    return Leverage(whole.l1, None, whole.l3, None, None)


def _sums_of(states: Sequence[ContributionState]) -> _Sums:
    """What one partner stands behind: given alone, given jointly and matched, in cents, and for what."""
    targets = dict.fromkeys(state.contribution.target_name for state in states if state.live_cents)
    return (
        sum(state.live_cents for state in states if not state.is_joint),
        sum(state.live_cents for state in states if state.is_joint),
        sum(state.match_cents for state in states),
        tuple(targets),
    )


def awards(scheme_code: str, on: date, known_at: datetime | None = None) -> dict[str, int]:
    """Public money by grant account as of a day, in cents."""
    grants = Account.objects.filter(book__scheme__code=scheme_code, holder=Account.Holder.GRANT).order_by()
    codes = dict(grants.values_list("code", "book"))
    if not codes:
        return {}
    rows = flows.of_grants(max(codes.values()), codes).filter(entry__kind="award", effective_on__lte=on)
    if known_at is not None:
        rows = rows.filter(entry__recorded_at__lte=known_at)
    sums: defaultdict[str, int] = defaultdict(int)
    for from_code, to_code, cents in rows.values_list("from_account__code", "to_account__code", "amount_cents"):
        sums[from_code] -= cents
        sums[to_code] += cents
    return {code: cents for code, cents in sums.items() if code != accounts.OUTSIDE and cents}


_behind: Final[Regrown[ContributionState, _Behind]] = Regrown(_money_of, maxsize=4_000)
_given: Final[Regrown[ContributionState, _Sums]] = Regrown(_sums_of, maxsize=40_000)
