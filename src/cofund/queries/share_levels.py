"""The share tests of a call over all of its projects and topics, and those of each participant of a project.

Where a grant's sheet of participants was taken over, the costs and the public money of a participant are those of the sheet.
Where none was, tests that need them are left out: the books hold what is given, and not what it costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from cofund.queries import book_states, clock, freshness, identity, programmes, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.freshness import Mark
from cofund.queries.publication import Audience
from cofund.queries.shares import amounts
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import GrantParticipant
from cofund.records.programme.models import Project
from cofund.rules.schemes import Scheme, ShareTest
from cofund.rules.share_sets import TestSet, at_level
from cofund.rules.share_sums import Basis
from cofund.rules.shares import ShareResult

_COSTS = ("eligible_costs", "public_money")


@dataclass(frozen=True, slots=True)
class CallShares:
    """The results of a call, and the contributions that they are added up from."""

    results: tuple[ShareResult, ...]
    contributions: frozenset[int]

    def may_be_read_by(self, reader: Audience) -> bool:
        """Tell whether somebody may read all that they are added up from: a sum of few would tell what each gives."""
        return all(reader.may_read(pk) for pk in self.contributions)


@dataclass(frozen=True, slots=True)
class ParticipantShares:
    """The results of one participant of a project; `not_known` are the tests that need costs which nobody stated."""

    organisation: Organisation
    results: tuple[ShareResult, ...]
    not_known: tuple[ShareTest, ...] = ()


def of_calls(scheme_code: str, *, step: str = "grant") -> dict[int, CallShares]:
    """Give the shares of each call of a scheme today, by its key; none where the scheme tests none at that level."""
    scheme, _ = schemes.current(scheme_code)
    if not at_level(scheme.share_tests, "call"):
        return {}
    return _of_calls(scheme_code, clock.today(), step, freshness.mark(scheme_code))


def of_call(scheme_code: str, call_id: int, on: date, step: str) -> tuple[ShareResult, ...]:
    """Give the shares of one call on a day; none where nothing is given to it."""
    found = _of_calls(scheme_code, on, step, freshness.mark(scheme_code)).get(call_id)
    return found.results if found is not None else ()


@lru_cache(maxsize=16)
def _of_calls(scheme_code: str, on: date, step: str, mark: Mark) -> dict[int, CallShares]:
    """The results as long as the mark is the same. Public money is that of the projects, and what topics have matched so far."""
    scheme, _ = schemes.current(scheme_code)
    tests = TestSet(scheme, at_level(scheme.share_tests, "call"), step)
    states: defaultdict[int, list[ContributionState]] = defaultdict(list)
    public: defaultdict[int, int] = defaultdict(int)
    for state in book_states.of_scheme(scheme_code, on):
        project, topic = state.contribution.project, state.contribution.topic
        call = (project.call_id if project is not None else None) or (topic.call_id if topic is not None else None)
        if call is not None and state.live_cents:
            states[call].append(state)
            public[call] += state.match_cents if project is None else 0
    for line in programmes.projects(scheme_code, as_of=on):
        call = line.project.call_id or (line.project.topic.call_id if line.project.topic is not None else None)
        if call is not None and line.funding is not None:
            public[call] += line.funding.public_cents
    return {
        call: CallShares(
            tuple(tests.evaluate(Basis(amounts(scheme, states[call]), public[call]))),
            frozenset(state.contribution.pk for state in states[call]),
        )
        for call in {*states, *public}
    }


def of_participants(
    scheme: Scheme, project: Project | None, states: Iterable[ContributionState], *, step: str = "grant"
) -> list[ParticipantShares]:
    """Give the shares of each participant of a project; none where the scheme tests none at that level. One query.

    What several give jointly belongs to none of them alone, and is left out. `project`: None for a topic, which has no grant yet.
    """
    tests = at_level(scheme.share_tests, "participant")
    if not tests:
        return []
    own: defaultdict[Organisation, list[ContributionState]] = defaultdict(list)
    for state in states:
        if not state.is_joint and state.organisations:
            own[state.organisations[0]].append(state)
    stated: dict[Organisation, tuple[int, int] | None] = {}
    rows = GrantParticipant.objects.filter(project=project, holds=True) if project else GrantParticipant.objects.none()
    for row in rows.select_related("organisation__merged_into"):
        kept = identity.kept(row.organisation)
        before, cost, public = stated.get(kept, (0, 0)), row.eligible_cost_cents, row.public_money_cents
        # What the sheet does not state is not nothing.
        if before is None or cost is None or public is None:
            stated[kept] = None
        else:
            stated[kept] = (before[0] + cost, before[1] + public)
    names = sorted({*own, *stated}, key=lambda one: (str(one), one.pk))
    return [_of_participant(scheme, tests, one, own[one], stated.get(one), step) for one in names]


def _of_participant(
    scheme: Scheme,
    tests: Collection[ShareTest],
    organisation: Organisation,
    states: list[ContributionState],
    stated: tuple[int, int] | None,
    step: str,
) -> ParticipantShares:
    """The results of one participant; `stated` are its costs and public money as the grant says them."""
    basis = Basis(amounts(scheme, states))
    if stated is not None:
        basis = replace(basis, costs_cents=stated[0], public_cents=stated[1])
    needing = tuple(test for test in tests if stated is None and _needs_costs(test))
    known = tuple(test for test in tests if test not in needing)
    return ParticipantShares(organisation, tuple(TestSet(scheme, known, step).evaluate(basis)), needing)


def _needs_costs(test: ShareTest) -> bool:
    """Whether a test is over costs or public money."""
    return any(term.kind in _COSTS for term in (*test.numerator, *test.denominator))
