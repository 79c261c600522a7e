"""What is assumed in an entry, in words, is read by whoever may read all that the entry is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from tests import publishing as world
from tests.books import DAY, MILLION, OPERATOR, Office, shipped

from cofund.actions import published
from cofund.actions.books import Grounds
from cofund.queries.pools import Target
from cofund.queries.published import records, verify

pytestmark = pytest.mark.django_db

WORDS = "Quince Trust told us 3 million by telephone"
COMMITTED = "The share of Quince Trust is half of what both gave"
FILES = ("/programmes/imi2/documents/annual-report/?format=xlsx", "/programmes/imi2/documents/annual-report/")
EVERYWHERE = (
    "/programmes/imi2/projects/p1/",
    "/programmes/imi2/topics/T1/",
    "/programmes/imi2/movements/B/",
    "/programmes/imi2/movements/B/?format=csv",
    "/programmes/imi2/journal.csv",
    "/programmes/imi2/success/",
    "/api/v1/programmes/imi2/tranches/B/movements",
    "/contributions/{own}/",
    "/contributions/{other}/",
    *FILES,
)


class Assuming(Office):
    """An office that says in each entry what it assumed."""

    words = ""

    def grounds(self, on: dt.date = DAY, *, decided: bool = True) -> Grounds:
        """Why, with what is assumed."""
        return replace(super().grounds(on, decided=decided), assumption=self.words)


@pytest.fixture
def office() -> Office:
    """Two partners give to a project; of the first, what it gave is assumed, and of both, what was committed."""
    found = Office.with_scheme(shipped("imi2"), "imi2")
    assuming = Assuming("imi2", found.actor)
    for words, giver in ((WORDS, "Quince Trust"), ("", "Walnut Fund")):
        assuming.words = words
        target = Target(topic=assuming.topic("T1"))
        assuming.endorse(assuming.pledge(3 * MILLION, giver, kind="FC_JU", target=target).contribution)
    assuming.reserve(Target(topic=assuming.topic("T1")))
    assuming.words = COMMITTED
    assuming.commit(Target(topic=assuming.topic("T1")), assuming.project("p1", assuming.topic("T1")))
    return found


def told(words: str) -> list[str]:
    """Where anybody reads some words."""
    return [address for address in EVERYWHERE if words in world.read(Client(), at(address))]


def at(address: str) -> str:
    """An address with the references of both contributions."""
    return address.format(own=world.of("Quince Trust").reference, other=world.of("Walnut Fund").reference)


def test_words_are_read_with_what_they_are_about(office: Office) -> None:
    assert [address for address in EVERYWHERE if address not in told(WORDS)] == ["/contributions/{other}/"]
    assert "/contributions/{other}/" in told(COMMITTED)


@pytest.mark.parametrize("field", ["giver", "amount", "assumption"])
def test_words_are_held_back_with_any_of_what_they_are_about(office: Office, field: str) -> None:
    """The entry that commits both is about the one that is held back, too."""
    world.hold(office, world.of("Quince Trust"), field)
    assert (told(WORDS), told(COMMITTED)) == ([], [])


def test_that_something_is_assumed_stays_known(office: Office) -> None:
    world.hold(office, world.of("Quince Trust"), "assumption")
    assert ",not published," in world.read(Client(), "/programmes/imi2/journal.csv")
    assert "assumed: not published" in world.read(Client(), at("/contributions/{other}/"))
    french = world.read(Client(), at("/fr/contributions/{other}/"))
    assert ("non publié" in french, "not published" in french) == (True, False)


def test_words_about_what_is_not_public_by_its_stage_are_the_office_s(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    assuming = Assuming("imi2", office.actor)
    assuming.words = WORDS
    assuming.pledge(3 * MILLION, "Quince Trust", kind="FC_JU", target=Target(topic=assuming.topic("T1")))
    assert WORDS not in world.read(Client(), "/programmes/imi2/topics/T1/")
    assert WORDS not in world.read(Client(), "/programmes/imi2/journal.csv")


def test_record_of_what_was_published_reproduces_after_words_are_held_back(office: Office) -> None:
    published.record(OPERATOR, "imi2")
    world.hold(office, world.of("Quince Trust"), "assumption")
    assert [one.what for one in records("imi2") if verify(one).differences or verify(one).notes] == []
