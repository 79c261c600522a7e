"""What is reported or delivered beyond what is committed: told before it is recorded, and read back from what was."""

from __future__ import annotations

from cofund.queries import contributions, rounds
from cofund.queries.contributions import ContributionState
from cofund.records.ledger.models import Contribution, Report, ReportLine
from cofund.rules.schemes import Scheme

_COMMITTED = ("committed", "reported", "certified", "validated")


def beyond(rules: Scheme, state: ContributionState, amount_cents: int) -> int:
    """Give what of an amount that is delivered now is more than is committed, in cents.

    Nothing is where it is money, of which no more is received than is committed, or before a grant has committed it.
    """
    if not rules.kind(state.contribution.kind).in_kind or not any(state.amounts.get(one) for one in _COMMITTED):
        return 0
    return max(0, amount_cents - state.amounts.get("committed", 0))


def beyond_now(rules: Scheme, contribution: Contribution, amount_cents: int) -> int:
    """Give the same for a contribution as it stands today."""
    return sum(
        beyond(rules, state, amount_cents)
        for state in contributions.states(Contribution.objects.filter(pk=contribution.pk))
    )


def of_line(line: ReportLine) -> int:
    """Give what a line that was handed in says beyond the commitment, in cents: its entry in the books tells.

    A line of which nothing was committed any more has no entry.
    """
    if line.report.submitted_on is None or rounds.booked_for(line) is None:
        return 0
    return rounds.over_reported(line.reported_cents, line.reported_entry.explanation if line.reported_entry else None)


def of_draft(rules: Scheme, report: Report, lines: list[ReportLine]) -> dict[int, int]:
    """Give by the number of its line what a report says beyond the commitment, in cents. Four queries for a draft, else none."""
    if report.submitted_on is not None:
        return {line.number: cents for line in lines if (cents := of_line(line))}
    booked = {line.number: one.pk for line in lines if (one := rounds.booked_for(line)) is not None}
    found = contributions.states(Contribution.objects.filter(pk__in=set(booked.values())))
    states = {state.contribution.pk: state for state in found}
    asked = dict.fromkeys(states, 0)
    over: dict[int, int] = {}
    for line in lines:
        key = booked.get(line.number)
        if key in states:
            # Two lines about one contribution, as an activity and as itself, share what is committed.
            before = beyond(rules, states[key], asked[key])
            asked[key] += line.reported_cents
            over[line.number] = beyond(rules, states[key], asked[key]) - before
    return {number: cents for number, cents in over.items() if cents}
