"""What is kept of each contribution while its book grows is what a reader finds who reads all of it anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from tests.books import Office, fund
from tests.worlds import world

from cofund.actions import contributions as acts
from cofund.queries import book_states, clock, contributions, programmes, publication, shares, standings
from cofund.queries.contributions import ContributionState
from cofund.queries.pools import Target
from cofund.queries.standings import Standing
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, Transfer
from cofund.records.programme.models import Project, RoleHolding, Topic
from cofund.rules import stages

UNIT = 50_00
# What is known at an instant to come is read anew each time.
LATER = dt.datetime(2400, 1, 1, tzinfo=dt.UTC)


@world
def office() -> Office:
    """A book with three contributions, to two topics."""
    found = Office.with_scheme(fund(), "fund")
    for number, name in enumerate(("One", "Two", "Three"), start=1):
        found.pledge(number * UNIT, name, target=Target(topic=found.topic(f"T{number % 2}")))
    return found


def shown(state: ContributionState) -> tuple[object, ...]:
    """All that a list may show of a state."""
    row = state.contribution
    return (
        row.reference, row.role, row.kind, row.group, row.target_name, row.book.scheme.coverage_note,
        tuple(organisation.name for organisation in state.organisations), state.version and state.version.pk,
        state.amounts, state.matches, state.live_cents, state.match_cents, state.stage,
        row.topic and row.topic.title, row.project and row.project.title,
    )  # fmt: skip


def standing_of(state: ContributionState) -> Standing:
    """A state as a row of the long lists."""
    row = state.contribution
    return Standing(
        row.pk, row.book.scheme.code, row.book.scheme.currency, state.stage, state.live_cents, state.match_cents,
        state.unmatched_cents, row.tranche.code if row.tranche else "", row.topic_id, row.project_id, row.target_name,
        state.matches.get("promised", 0), state.amounts.get("committed", 0),
    )  # fmt: skip


def check(office: Office) -> None:
    """Everything that is kept is what is read anew."""
    code, today = office.scheme, clock.today()
    anew = contributions.states(contributions.all_of(code))
    assert list(map(shown, book_states.of_scheme(code, today))) == list(map(shown, anew))
    assert standings.today(code) == tuple(standing_of(state) for state in reversed(anew))
    for kept, read in (
        (programmes.projects(code), programmes.projects(code, known_at=LATER)),
        (programmes.partners(code), programmes.partners(code, known_at=LATER)),
        (shares.of_programme(code), shares.of_programme(code, known_at=LATER)),
    ):
        assert kept == read
    reached = stages.LIVE_STAGES[stages.LIVE_STAGES.index(publication.published_from(code)) :]
    public = Transfer.objects.filter(to_account__holder="contribution", to_account__stage__in=reached)
    assert publication.public(code).published == set(public.values_list("contribution_id", flat=True))
    names = [[one.organisation.name for one in programmes.partners(code, known_at=at)] for at in (None, LATER)]
    assert names[0] == names[1]


def rename(office: Office) -> None:
    """Other names of an organisation, a topic and the scheme."""
    Organisation.objects.filter(slug="one").update(name="Another one")
    Topic.objects.filter(code="T0").update(code="T9", title="Nine")


def merge(office: Office) -> None:
    """One organisation is merged into another."""
    Organisation.objects.filter(slug="two").update(merged_into=office.organisation("Three"))


def grant(office: Office) -> None:
    """A grant for a topic of which one contribution is withdrawn: the project is that of both."""
    target = Target(topic=office.topic("T1"))
    first, second = target.contributions()
    acts.withdraw(office.actor, first, office.grounds())
    office.endorse(second)
    # The grant moves nothing of the first one, and is its project all the same.
    check(office)
    office.reserve(target)
    office.commit(target, office.project("p1", target.topic))


def rename_project(office: Office) -> None:
    """A project gets another name."""
    grant(office)
    check(office)
    Project.objects.filter(slug="p1").update(acronym="OTHER", title="Another title")


def hold_role(office: Office) -> None:
    """An organisation in a role of which no amount is known, and then its other name."""
    silent = office.organisation("Silent")
    RoleHolding.objects.create(scheme=office.row, organisation=silent, role="partner")
    check(office)
    Organisation.objects.filter(pk=silent.pk).update(name="Not silent")


def note(office: Office) -> None:
    """The row of the scheme says something else."""
    type(office.row).objects.update(coverage_note="Other words")


def book_and_take_back(office: Office) -> None:
    """A booking that is read and then taken back, and another one in its place."""
    with transaction.atomic():
        office.pledge(5 * UNIT, "Four")
        check(office)
        transaction.set_rollback(True)
    check(office)
    office.pledge(7 * UNIT, "Five")
    check(office)
    with transaction.atomic():
        office.endorse(Contribution.objects.earliest("pk"))
        check(office)
        transaction.set_rollback(True)


def withdraw_all(office: Office) -> None:
    """Every contribution is withdrawn."""
    for row in Contribution.objects.all():
        acts.withdraw(office.actor, row, office.grounds())


ACTS: tuple[Callable[[Office], object], ...] = (
    rename, merge, grant, rename_project, hold_role, note, book_and_take_back, withdraw_all,
    lambda office: office.pledge(4 * UNIT, "Four", "Five"),
    lambda office: office.endorse(Contribution.objects.earliest("pk")),
    lambda office: office.cut(UNIT),
    lambda office: office.award(UNIT),
)  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_what_is_kept_is_what_is_read_anew(office: Office, act: Callable[[Office], object]) -> None:
    check(office)
    act(office)
    check(office)


def test_booking_leaves_what_it_is_not_about_as_it_was(office: Office) -> None:
    before = book_states.of_scheme(office.scheme, clock.today())
    office.endorse(before[0].contribution)
    after = book_states.of_scheme(office.scheme, clock.today())
    assert [one is other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_name_of_a_topic_makes_only_its_contributions_anew(office: Office) -> None:
    before = book_states.of_scheme(office.scheme, clock.today())
    Topic.objects.filter(code="T0").update(title="Nine")
    after = book_states.of_scheme(office.scheme, clock.today())
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, True]
