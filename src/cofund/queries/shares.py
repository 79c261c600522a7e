"""The share tests of a project, call or programme over what stands in the books, on any day and as known at any instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from cofund.queries import additional, book_states, clock, freshness, funding, programmes, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.freshness import Mark
from cofund.queries.funding import Funding
from cofund.queries.pools import Target
from cofund.rules.eligibility import UNKNOWN_PLACE
from cofund.rules.schemes import Scheme
from cofund.rules.share_sets import TestSet, at_level
from cofund.rules.share_sums import Amount, Basis, matches
from cofund.rules.shares import CLOSE, FAILS, ShareResult


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
    return of_funding(scheme, money, step=step, action_type=target.action_type)


def of_programme(
    scheme_code: str, *, as_of: date | None = None, known_at: datetime | None = None, step: str = "report"
) -> list[ShareResult]:
    """The tests of a programme over everything in its book and its additional activities beside it.

    The book is added up once, as long as nothing of it has changed.
    """
    scheme, _ = schemes.current(scheme_code)
    tests = at_level(scheme.share_tests, "programme")
    if not tests:
        return []
    return TestSet(scheme, tests, step).evaluate(_whole(scheme_code, as_of or clock.today(), known_at))


def strained_by(scheme_code: str, added: Amount) -> list[ShareResult]:
    """Give the upper limits of a programme that an amount counts above the line of, and that fail or are close with it.

    `added` comes on top of what stands today; nothing of it where it stands in the books already.
    """
    scheme, _ = schemes.current(scheme_code)
    concerned = [
        test
        for test in at_level(scheme.share_tests, "programme")
        if test.maximum is not None and any(matches(term, added) for term in test.numerator)
    ]
    if not concerned:
        return []
    whole = _whole(scheme_code, clock.today(), None)
    whole = replace(whole, amounts=(*whole.amounts, added))
    found = TestSet(scheme, tuple(concerned), "plan").evaluate(whole)
    return [one for one in found if not one.is_minimum and one.standing in (FAILS, CLOSE)]


def _whole(scheme_code: str, on: date, known_at: datetime | None) -> Basis:
    """What stands in the book of a programme, and its additional activities beside it."""
    basis = _of_book(scheme_code, on, known_at, freshness.mark(scheme_code))
    return replace(basis, amounts=(*basis.amounts, *additional.counted(scheme_code, on, known_at)))


@lru_cache(maxsize=16)
def _of_book(scheme_code: str, on: date, known_at: datetime | None, mark: Mark) -> Basis:
    """What the book of a programme gives to its tests, as long as the mark is the same. Public money is that of its projects."""
    scheme, _ = schemes.current(scheme_code)
    states = book_states.of_scheme(scheme_code, on, known_at)
    lines = programmes.projects(scheme_code, as_of=on, known_at=known_at)
    public = sum(line.funding.public_cents for line in lines if line.funding is not None)
    return Basis(amounts(scheme, states), public)


def amounts(scheme: Scheme, states: Iterable[ContributionState]) -> tuple[Amount, ...]:
    """What contributions give, one amount for each kind, role and place; withdrawn money is not given."""
    found: dict[tuple[str, str, str], int] = {}
    for state in states:
        if state.live_cents:
            place = state.version.place if state.version else UNKNOWN_PLACE
            key = (state.contribution.kind, state.contribution.role, place)
            found[key] = found.get(key, 0) + state.live_cents
    return tuple(Amount(kind, scheme.giving_role(role), place, cents) for (kind, role, place), cents in found.items())
