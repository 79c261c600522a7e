"""The share tests of a project, call or programme over what stands in the books, on any day and as known at any instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from cofund.queries import book_states, clock, freshness, funding, programmes, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.freshness import Mark
from cofund.queries.funding import Funding
from cofund.queries.pools import Target
from cofund.rules.eligibility import UNKNOWN_PLACE
from cofund.rules.schemes import Scheme
from cofund.rules.share_sets import TestSet, at_level
from cofund.rules.share_sums import Amount, Basis
from cofund.rules.shares import ShareResult


def of_funding(scheme: Scheme, money: Funding, *, step: str = "grant", action_type: str = "") -> list[ShareResult]:
    """The tests of a project over its money. No query."""
    basis = Basis(amounts(scheme, money.states), money.public_cents)
    return TestSet(scheme, at_level(scheme.share_tests, "project", action_type), step).evaluate(basis)


def of_target(
    scheme_code: str,
    target: Target,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    step: str = "grant",
) -> list[ShareResult]:
    """The tests of a project over what is given to a topic or project."""
    scheme, _ = schemes.current(scheme_code)
    money = funding.of_target(scheme_code, target, as_of=as_of, known_at=known_at)
    return of_funding(scheme, money, step=step)


def of_programme(
    scheme_code: str, *, as_of: date | None = None, known_at: datetime | None = None, step: str = "report"
) -> list[ShareResult]:
    """The tests of a programme over everything in its book; added up once, as long as nothing of it has changed."""
    return list(_of_programme(scheme_code, as_of or clock.today(), known_at, step, freshness.mark(scheme_code)))


@lru_cache(maxsize=16)
def _of_programme(
    scheme_code: str, on: date, known_at: datetime | None, step: str, mark: Mark
) -> tuple[ShareResult, ...]:
    """The results as long as the mark is the same. Public money is that of the programme's projects."""
    scheme, _ = schemes.current(scheme_code)
    tests = at_level(scheme.share_tests, "programme")
    if not tests:
        return ()
    states = book_states.of_scheme(scheme_code, on, known_at)
    lines = programmes.projects(scheme_code, as_of=on, known_at=known_at)
    public = sum(line.funding.public_cents for line in lines if line.funding is not None)
    return tuple(TestSet(scheme, tests, step).evaluate(Basis(amounts(scheme, states), public)))


def amounts(scheme: Scheme, states: Iterable[ContributionState]) -> tuple[Amount, ...]:
    """What contributions give, one amount for each kind, role and place; withdrawn money is not given."""
    found: dict[tuple[str, str, str], int] = {}
    for state in states:
        if state.live_cents:
            place = state.version.place if state.version else UNKNOWN_PLACE
            key = (state.contribution.kind, state.contribution.role, place)
            found[key] = found.get(key, 0) + state.live_cents
    return tuple(Amount(kind, scheme.giving_role(role), place, cents) for (kind, role, place), cents in found.items())
