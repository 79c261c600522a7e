"""The share tests of every level that a booking for a topic or project is held against: its own, and those that it is a part of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from cofund.queries import funding, identity, share_levels, shares
from cofund.queries.funding import Funding
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Call
from cofund.rules.consortium_plan import action_types
from cofund.rules.schemes import Scheme, ShareTest
from cofund.rules.share_sets import TestSet, at_level
from cofund.rules.share_sums import Basis, total
from cofund.rules.shares import ShareResult, severity_at


@dataclass(frozen=True, slots=True)
class Stake:
    """A result that a booking is held against, and of whom it is where it is not of the topic or project itself.

    `keeps_alone`: a limit of a call or programme that what is booked for would keep if there were nothing else.
    """

    result: ShareResult
    of: str = ""
    keeps_alone: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the booking must not go on. Whoever moves a call or programme towards its limit is not refused for the others."""
        return self.result.blocks and not self.keeps_alone


@dataclass(frozen=True, slots=True)
class Unknown:
    """A test of one participant that cannot be computed, since no sheet of the grant states its costs."""

    test: ShareTest
    of: str


def of_target(
    scheme: Scheme, target: Target, on: date, step: str, givers: Collection[Organisation] | None = None
) -> tuple[list[Stake], list[Unknown]]:
    """Give what a booking for a target is held against on a day, at a step, and what of it is not known.

    `givers` limits the tests of participants to these; None: all of them.
    """
    if not scheme.share_tests:
        return [], []
    money = funding.of_target(scheme.code, target, as_of=on, scheme=scheme)
    found = [Stake(result) for result in shares.of_funding(scheme, money, step=step, action_type=target.action_type)]
    found_of_each, unknown = _of_participants(scheme, target, money, step, givers)
    found += found_of_each
    own = Basis(shares.amounts(scheme, money.states), money.public_cents)
    call = _call(target)
    if call is not None:
        of_call = partial(share_levels.of_call, scheme.code, call.pk, on, step)
        found += _wider(scheme, own, "call", f"call {call.code}", step, of_call)
    of_all = partial(shares.of_programme, scheme.code, as_of=on, step=step)
    found += _wider(scheme, own, "programme", scheme.name, step, of_all)
    return found, unknown


def unasked_types(scheme: Scheme, target: Target) -> tuple[str, ...]:
    """The types of action whose tests nobody can ask, since that of the target is not said; empty where it is, or none has any."""
    types = action_types(scheme)
    return () if target.action_type in types else types


def _wider(
    scheme: Scheme, own: Basis, level: str, of: str, step: str, whole: Callable[[], Sequence[ShareResult]]
) -> Iterator[Stake]:
    """The results of a call or programme that the amounts of a target count in; the whole is added up only where there is one."""
    tests = at_level(scheme.share_tests, level)
    concerned = {test.id for test in tests if _counts(scheme, test, own)}
    if not concerned:
        return
    alone = {(one.test.id, one.is_minimum): one.passes for one in TestSet(scheme, tests, step).evaluate(own)}
    for result in whole():
        if result.test.id in concerned:
            yield Stake(result, of, keeps_alone=alone[result.test.id, result.is_minimum])


def _counts(scheme: Scheme, test: ShareTest, own: Basis) -> bool:
    """Whether amounts count in a test: above the line, and where it has a lower limit also below."""
    above = total(scheme, test.numerator, own)
    return bool(above or (test.minimum is not None and total(scheme, test.denominator, own)))


def _of_participants(
    scheme: Scheme, target: Target, money: Funding, step: str, givers: Collection[Organisation] | None
) -> tuple[list[Stake], list[Unknown]]:
    """The results of participants, and their tests that nobody can compute; a test that only informs is not missed."""
    found = share_levels.of_participants(scheme, target.project, money.states, step=step)
    if givers is not None:
        kept = {one.pk for one in identity.kept_once(givers)}
        found = [one for one in found if one.organisation.pk in kept]
    stakes = [Stake(result, str(one.organisation)) for one in found for result in one.results]
    unknown = [
        Unknown(test, str(one.organisation))
        for one in found
        for test in one.not_known
        if severity_at(test, step) != "inform"
    ]
    return stakes, unknown


def _call(target: Target) -> Call | None:
    """The call of a target."""
    project = target.project
    topic = target.topic or (project.topic if project is not None else None)
    return (project.call if project is not None else None) or (topic.call if topic is not None else None)
