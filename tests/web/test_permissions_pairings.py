"""Who may do what with pairings, through the pages: what every cell is tried on; offers; absent; the queue and its bulk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import worlds
from tests.cells import Act, Command
from tests.pairings import World, found, in_state
from tests.rights import partner

from cofund.actions import pairings
from cofund.actions.actors import Actor
from cofund.records.directory.models import CorpusLink, Organisation, Pairing, User
from cofund.rules import roles
from cofund.rules.lifecycle_pairings import PAIRING
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db
PAGES = {
    "accept pairing": "office-pairing-accept",
    "refuse pairing": "office-pairing-refuse",
    "put pairing off": "office-pairing-later",
    "take pairing back": "office-pairing-take-back",
}


def client_of(role: str) -> Client:
    """A browser in which somebody of a role is signed in."""
    client = Client()
    if role == roles.PARTNER:
        client.force_login(partner("p", Organisation.objects.get(slug="heart"), "read", "apply", "sign"))
    else:
        client.force_login(User.objects.create_user(f"m-{role}", role="" if role == roles.PUBLIC else role))
    return client


def act(row: Pairing, action: str) -> tuple[str, dict[str, Any]]:
    """The page and the form of an action of the role table."""
    form = {"token": tokens.new(), "reason": "A test"}
    if action == "accept certain pairings":
        return reverse("office-pairings-accept", args=["record"]), form
    return reverse(PAGES[action], args=[row.pk]), form


@dataclass
class Cells:
    """One of each kind of pairing, and a group, for the test of every cell."""

    row: Pairing | None = None
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        World.make().look()
        pairings.accept(Actor("Olga", "officer"), found(3, "group"))
        return cls()

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        return client_of(role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Pairing:
        """A pairing in a state."""
        self.row = found(1, "organisation")
        Pairing.objects.filter(pk=self.row.pk).update(status=state or "open")
        self.row.refresh_from_db()
        return self.row

    def act(self, action: str, role: str) -> Act | Command:
        """The pages that are read, or the page and the form of an act."""
        assert self.row is not None
        if action == "look for pairings":
            return Command(lambda role: pairings.look_for(Actor("Somebody", role)))
        if action == "read pairings":
            group = reverse("office-group-of-organisations", args=["029chgv08"])
            pages = (reverse("office-pairing", args=[self.row.pk]), reverse("office-groups-of-organisations"), group)
            return Act(reverse("office-pairings"), more=pages)
        return Act(*act(self.row, action))


WORLDS = {"pairings of past organisations": Cells}


@worlds.world
def world() -> World:
    made = World.make()
    made.look()
    return made


@pytest.mark.parametrize("state", PAIRING.states)
@pytest.mark.parametrize("action", [one.action for one in PAIRING.steps])
def test_act_on_a_pairing_is_offered_where_its_state_allows_it(world: World, action: str, state: str) -> None:
    row = in_state(state)
    page = client_of(roles.OFFICER).get(reverse("office-pairing", args=[row.pk])).content.decode()
    assert (f'"{act(row, action)[0]}"' in page) == PAIRING.allows(action, state)


def test_auditor_is_offered_nothing_to_decide(world: World) -> None:
    client, row = client_of(roles.AUDITOR), found(1, "organisation")
    pages = [client.get(reverse("office-pairing", args=[row.pk])), client.get(reverse("office-pairings"))]
    offered = [
        address
        for page in pages
        for address in (*(act(row, one)[0] for one in PAGES), "accept-certain")
        if address in page.content.decode()
    ]
    assert offered == []


def test_absent_pairings_and_groups_answer_alike(world: World) -> None:
    client = client_of(roles.OFFICER)
    found_codes = [
        client.get(reverse(name, args=[999_999])).status_code for name in ("office-pairing", *PAGES.values())
    ]
    found_codes += [
        client.get(reverse("office-group-of-organisations", args=[one])).status_code for one in ("none", "029chgv08")
    ]
    found_codes += [client.get(reverse("office-pairings-accept", args=["none"])).status_code]
    assert found_codes == [404] * 8


def test_acceptance_leads_to_the_next_one_to_be_looked_at(world: World) -> None:
    client, row = client_of(roles.OFFICER), found(1, "record")
    answer = client.post(*act(row, "accept pairing"))
    assert answer["Location"] == reverse("office-pairing", args=[found(4, "record").pk])


def test_form_sent_twice_accepts_once(world: World) -> None:
    client, row = client_of(roles.OFFICER), found(1, "organisation")
    address, form = act(row, "accept pairing")
    answers = [client.post(address, form)["Location"] for _ in range(2)]
    assert (answers[0] == answers[1], CorpusLink.objects.count()) == (True, 1)


def test_refusal_without_a_reason_keeps_the_form(world: World) -> None:
    row = found(1, "record")
    answer = client_of(roles.OFFICER).post(act(row, "refuse pairing")[0], {"token": tokens.new(), "reason": ""})
    row.refresh_from_db()
    assert (answer.status_code, row.status) == (422, "open")


def test_queue_shows_what_is_to_be_looked_at_first(world: World) -> None:
    pairings.accept(Actor("Olga", "officer"), found(1, "record"))
    page = client_of(roles.OFFICER).get(reverse("office-pairings")).content.decode()
    assert page.index("FICTIONAL INSTITUTE FOR VIROLOGIE") < page.index("same website heartfund.example")


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=heart", 4), ("q=2", 1), ("kind=group", 1), ("country=BE", 2), ("sure=no", 1), ("status=accepted", 0)],
)
def test_queue_is_narrowed(world: World, query: str, count: int) -> None:
    table = client_of(roles.OFFICER).get(f"{reverse('office-pairings')}?{query}").context["table"]
    assert table.total_count == count
