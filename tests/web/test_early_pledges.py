"""A pledge to a project that is not public yet: no figure of the project tells how much it is, and who may read it sees all."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from tests import publishing as world
from tests import rights, worlds
from tests.books import OPERATOR, Office

from cofund.actions import published as actions
from cofund.queries import clock, published
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Book, Contribution, PublishedRecord, Transfer

pytestmark = pytest.mark.django_db

EARLY = 17 * 100_000_000 + 319_508_07
PAGES = (
    "/programmes/imi2/projects/p1/",
    "/programmes/imi2/projects/",
    "/programmes/imi2/topics/T1/",
    "/partners/quince-trust/credit/",
)
PIECES = (
    "/embed/imi2/projects/p1/", "/embed/imi2/projects/", "/embed/imi2/topics/T1/", "/embed/imi2/topics/T1/contributions/",
    "/embed/partners/quince-trust/credit/",
)  # fmt: skip
API = ("projects", "projects/p1", "topics/T1")


@worlds.world
def office() -> Office:
    return world.programme()


def everything(client: Client) -> dict[str, str]:
    """Every page, file, piece and answer with figures of the project."""
    addresses = [f"{page}{form}" for page in PAGES for form in ("", "?format=csv", "?format=json")]
    addresses += [*PIECES, *(f"/api/v1/programmes/imi2/{one}" for one in API), "/common-grants/awards"]
    return {address: world.read(client, address) for address in addresses}


def pledged(office: Office) -> Contribution:
    """A pledge to a project whose grant is signed, with a name that nobody else has."""
    target = Target(project=office.project("p1"))
    return office.pledge(EARLY, "Hazel Trust", kind="FC_JU", target=target, accepts_unmatched=True).contribution


def sources(client: Client) -> dict[str, int]:
    """What the file of the project's money says, by source, in cents."""
    rows = json.loads(client.get("/programmes/imi2/projects/p1/?format=json").content)["rows"]
    return {row["source"]: row["total_cents"] for row in rows}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def spelled(*cents: int) -> tuple[str, ...]:
    return tuple(text for one in cents for text in world.amounts(one))


def test_no_figure_of_a_project_counts_a_pledge_that_is_not_public(office: Office) -> None:
    before = sources(Client())
    pledged(office)
    assert sources(Client()) == before
    given = [cents for cents, _, _, _, code in world.GIVEN if code == "T1"]
    partners, members = given[0] + given[1], given[2]
    told = spelled(EARLY, EARLY + partners, EARLY + partners + members, EARLY + before["public"] + partners + members)
    texts = everything(Client())
    assert [f"{one} in {address}" for address, text in texts.items() for one in told if one in text] == []


def test_pages_pieces_and_answers_say_that_one_is_not_counted(office: Office) -> None:
    client = Client()
    said = "One contribution is in no sum here, because its amount is not published."
    places = (PAGES[0], PAGES[1], PAGES[2], *PIECES[:2])
    assert [said in client.get(path).text for path in places] == [False] * 5
    pledged(office)
    assert [path for path in places if said not in client.get(path).text] == []
    assert "not public yet" in client.get(PAGES[0]).text
    assert client.get("/api/v1/programmes/imi2/projects/p1").json()["not_counted"] == 1


def test_files_say_that_they_are_a_lower_bound(office: Office) -> None:
    def said() -> list[bool]:
        files = [json.loads(Client().get(f"{path}?format=json").content) for path in PAGES[:3]]
        return [file["about"]["lower_bound"] for file in files]

    before = said()
    pledged(office)
    assert (before, said()) == ([False] * 3, [True] * 3)


def test_history_of_a_project_does_not_lead_to_the_movement_of_the_pledge(office: Office) -> None:
    """All movements are public without a name: the number of an entry beside a project would say whose one is."""
    made = pledged(office)
    number = Transfer.objects.filter(contribution=made).values_list("entry__number", flat=True)[0]
    text = Client().get(PAGES[0]).text
    told = {each for found in re.findall(r"Entr(?:y|ies) ([\d, ]+)", text) for each in found.strip().split(", ")}
    assert (str(number) in told, len(told) > 3) == (False, True)


def test_office_and_giver_see_all_of_it(office: Office) -> None:
    before = sources(Client())["partner"]
    made = pledged(office)
    people = [User.objects.create_user(name, role=name, password=None) for name in ("officer", "auditor")]
    office_people = [signed_in(person) for person in people]
    giver = signed_in(rights.partner("gina", made.party_rows.get().organisation, "read"))
    other = signed_in(rights.partner("quentin", office.organisation("Walnut Fund"), "read"))
    seen = [sources(client)["partner"] for client in (*office_people, giver, other)]
    assert seen == [before + EARLY, before + EARLY, before + EARLY, before]


def test_pledge_counts_from_the_day_on_which_it_is_published(office: Office) -> None:
    before = sources(Client())["partner"]
    made = pledged(office)
    world.hold(office, made, "amount", "public", until=None)
    assert sources(Client())["partner"] == before + EARLY


def test_sums_of_the_programme_still_count_it(office: Office) -> None:
    """Of many pledges a sum tells none; neither who gives nor for what is said there."""
    office.endorse(made := pledged(office))
    rows = {row["tranche"]: row for row in Client().get("/programmes/imi2/?format=json").json()["rows"]}
    given = Contribution.objects.filter(role="partner").exclude(topic__code="T3").count()
    assert given == 4
    partners = sum(cents for cents, _, role, _, code in world.GIVEN if role == "partner" and code != "T3")
    assert rows[made.tranche.code if made.tranche else ""]["contributed_cents"] == partners + EARLY


def test_records_of_both_rules_reproduce(office: Office) -> None:
    """What was recorded while sums of a project still counted such pledges stays as it was published."""
    pledged(office)
    book, at = Book.objects.get(scheme__code="imi2"), clock.now()
    old = published.content("imi2", published.FIGURES, 0, clock.today(), at, (published.WITH_EARLY,))
    kept = actions._kept(OPERATOR, book, published.FIGURES, 0, old, at)
    actions.record(OPERATOR, "imi2")
    rows = list(PublishedRecord.objects.filter(what=published.FIGURES).order_by("pk"))
    assert [published.WITH_EARLY in row.parts for row in rows] == [True, False]
    assert kept == rows[0]
    assert [published.verify(row).differences for row in rows] == [(), ()]


def test_record_of_a_topic_reproduces_once_its_grant_is_signed() -> None:
    office = Office.with_scheme(world.shipped("imi2"), "imi2")
    target = Target(topic=office.topic("T1"))
    office.endorse(office.pledge(EARLY, "Hazel Trust", kind="FC_JU", target=target).contribution)
    office.reserve(target)
    actions.record(OPERATOR, "imi2")
    office.commit(target, office.project("p1", office.topic("T1")))
    assert [published.verify(row).differences for row in PublishedRecord.objects.all()] == [()] * 5
