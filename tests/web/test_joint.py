"""What several partners give together: wherever one of them sees an amount, it says with whom, and that nobody knows the split."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION, Office, shipped
from tests.rights import partner
from tests.worlds import world

from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.rules.leverage import NAMES

SPLIT = "the split is not published"


@world
def office() -> Office:
    """The book of IMI2, in which JDRF gives 2.0 m alone and 3.0 m together with two others."""
    made = Office.with_scheme(shipped("imi2"), "imi2")
    target = Target(topic=made.topic())
    made.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=target)
    made.pledge(3 * MILLION, "JDRF", "Helmsley", "Lilly", kind="FC_JU", target=target)
    return made


def client(office: Office, name: str = "JDRF") -> Client:
    """A browser of somebody of a partner who may read."""
    made = Client()
    made.force_login(partner(f"of-{name}", office.organisation(name), "read"))
    return made


def officer() -> Client:
    """A browser of the office."""
    made = Client()
    made.force_login(User.objects.create_user("olga", role="officer", password=None))
    return made


def notes(html: str) -> dict[str, str]:
    """The notes of the tiles by their label."""
    found = re.findall(r'tile-label">(?:<a[^>]*>)?([^<]+)(?:</a>)?</p>.*?(?:tile-note">([^<]*)<|</li>)', html, re.S)
    return dict(found)


def test_tiles_of_a_partners_desk_name_the_part_that_is_joint(office: Office) -> None:
    found = notes(client(office).get(reverse("desk")).content.decode())
    assert found["Contributed"] == f"2 contributions; EUR 3,000,000 of it joint with Helmsley, Lilly; {SPLIT}"
    assert found["Unlocked"] == "public money matched or promised, in full also beside what is joint"
    assert found[f"L1 {NAMES['L1']}"] == "with its match, for each euro given; joint amounts stand in full"


def test_partner_that_gives_only_jointly_reads_so_and_one_that_gives_alone_does_not(office: Office) -> None:
    office.pledge(MILLION, "Alone Trust", kind="FC_JU", target=Target(topic=office.topic()))
    joint = notes(client(office, "Helmsley").get(reverse("desk")).content.decode())
    alone = notes(client(office, "Alone Trust").get(reverse("desk")).content.decode())
    assert joint["Contributed"] == f"1 contribution; joint with JDRF, Lilly; {SPLIT}"
    assert (alone["Contributed"], alone["Unlocked"]) == ("1 contribution", "public money matched or promised")


@pytest.mark.parametrize("page", ["desk", "partner-desk", "office-contributions"])
def test_joint_row_of_a_partners_list_names_the_others(office: Office, page: str) -> None:
    address = reverse(page, args=["jdrf"] if page == "partner-desk" else [])
    html = client(office).get(address).content.decode()
    # Once in the row, beside who gives it; the desk has a tile that says so too.
    assert html.count("joint, in full") == 1
    assert html.count(f"joint with Helmsley, Lilly; {SPLIT}") == (1 if page == "office-contributions" else 2)


def test_total_of_a_partners_list_says_that_joint_amounts_stand_in_full(office: Office) -> None:
    words = f"joint amounts in full; {SPLIT}"
    address = reverse("office-contributions")
    own = client(office).get(address).content.decode()
    narrowed = officer().get(address, {"partner": "jdrf"}).content.decode()
    assert (own.count(words), narrowed.count(words)) == (1, 1)
    office.pledge(MILLION, "Alone Trust", kind="FC_JU", target=Target(topic=office.topic()))
    assert words not in client(office, "Alone Trust").get(address).content.decode()


def test_files_of_a_list_tell_joint_contributions_apart(office: Office) -> None:
    rows = client(office).get(reverse("office-contributions"), {"format": "json"}).json()["rows"]
    assert sorted((row["amount_cents"], row["is_joint"]) for row in rows) == [
        (2 * MILLION, False),
        (3 * MILLION, True),
    ]


def test_statement_names_the_others_in_its_total_and_in_its_line(office: Office) -> None:
    html = client(office).get(reverse("office-partner-statement", args=["jdrf"])).content.decode()
    assert html.count(f"EUR 3,000,000 of it joint with Helmsley, Lilly; {SPLIT}") == 2


def test_page_of_a_joint_contribution_says_who_gives_it(office: Office) -> None:
    browser = client(office)
    alone, joint = Contribution.objects.order_by("pk")
    html = browser.get(reverse("office-contribution", args=[joint.reference])).content.decode()
    assert f"given by JDRF and Helmsley and Lilly; {SPLIT}" in html
    assert SPLIT not in browser.get(reverse("office-contribution", args=[alone.reference])).content.decode()


def test_pages_of_the_office_and_of_the_public_say_the_same(office: Office) -> None:
    browser = officer()
    html = browser.get(reverse("office-partner", args=["jdrf"])).content.decode()
    assert f"joint with Helmsley, Lilly; {SPLIT}" in html
    assert f"joint amounts in full; {SPLIT}" in html
    viewer = browser.get(reverse("partner", args=["jdrf"])).content.decode()
    assert f"EUR 3,000,000 of it joint with Helmsley, Lilly; {SPLIT}" in viewer
