"""The share tests of a project over what its grant says, beside those over what is booked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cofund.queries import grant_sheets, schemes
from cofund.queries.keeping import kept
from cofund.records.ledger.models import GrantParticipant
from cofund.records.programme.models import Project
from cofund.rules.own_cost import kind_to_project, tests_told
from cofund.rules.places import place_of
from cofund.rules.schemes import Scheme
from cofund.rules.share_sets import TestSet
from cofund.rules.share_sums import Amount, Basis
from cofund.rules.shares import ShareResult


@dataclass(frozen=True, slots=True)
class Grant:
    """What the grant of a project says now: who takes part, and the shares that result."""

    project: Project
    participants: tuple[GrantParticipant, ...]
    shares: tuple[ShareResult, ...]


@kept(64)
def grant(scheme_code: str, slug: str) -> Grant | None:
    """The grant of a project as the sheet that holds now has it; None where the programme has no such project.

    Raises:
        SchemeNotInstalledError: the site has no programme of this code.
    """
    scheme, _ = schemes.current(scheme_code)
    rows = Project.objects.select_related("scheme", "topic").filter(scheme__code=scheme_code, slug=slug)
    project = rows.first()
    if project is None:
        return None
    participants = tuple(grant_sheets.participants_of(project))
    return Grant(project, participants, tuple(shares(scheme, participants)) if participants else ())


def shares(scheme: Scheme, participants: Iterable[GrantParticipant]) -> list[ShareResult]:
    """The tests of a project, and those of a programme for this one alone, of which a sheet says anything. No query."""
    kinds = (kind_to_project(scheme, in_kind=in_kind) for in_kind in (True, False))
    tests = tests_told(scheme, {kind.code for kind in kinds if kind})
    given = basis(scheme, participants)
    return [result for level in tests for result in TestSet(scheme, level, "grant").evaluate(given)]


def without_costs(participants: Iterable[GrantParticipant]) -> int:
    """How many participants have no stated costs: what is added up is then a lower bound."""
    return sum(row.eligible_cost_cents is None for row in participants)


def basis(scheme: Scheme, participants: Iterable[GrantParticipant]) -> Basis:
    """What the participants give: who takes part in no role of the programme gives nothing that counts.

    A sheet has one column of own cost and one of cash; they count as the first kind of the scheme that is given in kind to the
    project, and as the first that is money. Costs arise where a participant is established, since the sheet says nothing else.
    """
    rows = list(participants)
    own, cash = kind_to_project(scheme, in_kind=True), kind_to_project(scheme, in_kind=False)
    given: list[Amount] = []
    for row in rows:
        if row.role:
            role, place = scheme.giving_role(row.role), place_of(scheme, row.country)
            given += [Amount(own.code, role, place, row.in_kind_cents or 0)] if own else []
            given += [Amount(cash.code, role, place, row.cash_cents or 0)] if cash else []
    costs = sum(row.eligible_cost_cents or 0 for row in rows)
    public = sum(row.public_money_cents or 0 for row in rows)
    return Basis(tuple(one for one in given if one.cents), public, costs or None)
