"""Whatever is held back stands on no public page and in no public file, in no spelling, and no difference of sums tells it."""

from __future__ import annotations

import random

import pytest
from django.test import Client
from tests import publishing as world
from tests.books import MILLION, Office, shipped

from cofund.actions import publishing
from cofund.queries import contributions
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution

pytestmark = pytest.mark.django_db

ROUNDS = 3


@pytest.fixture
def office() -> Office:
    return world.programme()


def found(texts: dict[str, str], values: tuple[str, ...]) -> list[str]:
    """Where any of some values stands."""
    return [f"{value} in {address}" for address, text in texts.items() for value in values if value in text]


def everything() -> dict[str, str]:
    """Every public page and file."""
    client = Client()
    return {address: world.read(client, address) for address in world.addresses()}


def test_what_is_held_back_is_there_before(office: Office) -> None:
    texts = everything()
    shown = {name: bool(found(texts, (name,))) for _, name, _, _, code in world.GIVEN if code != "T3"}
    assert set(shown.values()) == {True}
    assert [name for cents, name, _, _, _ in world.GIVEN if not found(texts, world.amounts(cents))] == []


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_nothing_that_is_held_back_is_published(office: Office, seed: int) -> None:
    chance = random.Random(seed)  # no secret
    names, cents = [], []
    for amount, name, *_ in world.GIVEN:
        contribution = world.of(name)
        if chance.random() < 0.6:
            world.hold(office, contribution, "amount", chance.choice(("office", "partners")))
            cents.append(amount)
        if chance.random() < 0.6:
            one = chance.choice((contribution, Organisation.objects.get(name=name)))
            world.hold(office, one, "giver" if one == contribution else "name", chance.choice(("office", "partners")))
            names.append(name)
    texts = everything()
    spelled = tuple(text for one in cents for text in world.amounts(one))
    assert found(texts, (*names, *spelled, world.WHY)) == []


def test_sums_that_leave_one_out_tell_nothing_of_it(office: Office) -> None:
    """Everything else that is published is what it would be had the contribution never been given."""
    world.hold(office, world.of("Sorrel Foundation"), "amount")
    shown = [cents for cents, name, *_ in world.GIVEN if name != "Sorrel Foundation"]
    rows = {row["tranche"]: row for row in Client().get("/programmes/imi2/?format=json").json()["rows"]}
    partners = sum(cents for cents, _, role, *_ in world.GIVEN if role == "partner" and cents in shown[:2])
    assert rows["B"]["contributed_cents"] == partners


def test_fixed_public_money_less_the_matches_of_others_tells_nothing() -> None:
    """Where public money is fixed, it is the sum of all matches: of the others none is told either."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    target = Target(topic=office.topic())
    office.award(6 * MILLION + 1, target)
    given = {"Quince Trust": 3 * MILLION + 141_592_65, "Walnut Fund": 5 * MILLION + 271_828_18}
    for name, cents in given.items():
        office.endorse(office.pledge(cents, name, kind="FC_JU", target=target).contribution)
    office.reserve(target)
    office.commit(target)
    with_match = [state for state in contributions.states(Contribution.objects.all()) if state.match_cents]
    matches = tuple(text for state in with_match for text in world.amounts(state.match_cents)[:3])
    assert len(with_match) == 2
    assert found(texts_of(office), matches) != []
    world.hold(office, world.of("Quince Trust"), "amount")
    assert found(texts_of(office), (*matches, *world.amounts(given["Quince Trust"]))) == []


def texts_of(office: Office) -> dict[str, str]:
    """Every public page and file of a programme with one topic."""
    client = Client()
    paths = [path for path in world.addresses() if not any(one in path for one in ("/p2/", "/T2/", "/T3/"))]
    return {path: world.read(client, path) for path in paths}


def test_exception_that_is_lifted_leaves_everything_as_it_was(office: Office) -> None:
    before = everything()
    row = world.of("Quince Trust")
    world.hold(office, row, "amount")
    publishing.lift(office.actor, row, "amount", "The trial has ended")
    after = everything()
    assert [
        path for path in before if "grants" not in path and before[path] != after[path] and "documents" not in path
    ] == []
