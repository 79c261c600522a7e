"""Pages of the office: tiles count what they open, files hold what the page shows, and lists ask the same however long they are."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.books import DAY, MILLION, Office, shipped
from tests.worlds import world

from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import RoleHolding
from cofund.web.office import tokens


@world
def office() -> Office:
    """The book of IMI2."""
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.fixture
def officer(client: Client, office: Office) -> Client:
    """A finance officer who is signed in."""
    client.force_login(User.objects.create_user("fred", role="finance_officer"))
    return client


def pledge(office: Office, number: int) -> None:
    """A pledge to a topic of its own, and what happens to it: nothing, endorsed, reserved, committed, in turn."""
    target = Target(topic=office.topic(f"T{number}"))
    one = office.pledge(number * MILLION, f"Trust {number}", kind="FC_JU", target=target).contribution
    if number % 4 > 0:
        office.endorse(one)
    if number % 4 > 1:
        office.reserve(target)
    if number % 4 > 2:
        office.commit(target, office.project(f"p{number}", target.topic))


def test_each_tile_of_the_desk_opens_exactly_what_it_counts(officer: Client, office: Office) -> None:
    for number in range(1, 8):
        pledge(office, number)
    html = officer.get(reverse("desk")).content.decode()
    tiles = re.findall(r'<p class="tile-label"><a href="([^"]+)">[^<]+</a>.*?class="figure">([\d,]+)<', html, re.DOTALL)
    assert [int(count) for _, count in tiles] == [1, 2, 2, 2]
    for href, count in tiles:
        listed = officer.get(href.replace("&amp;", "&") + "&format=json").json()["rows"]
        assert len(listed) == int(count)


def test_list_asks_the_same_of_the_database_for_one_and_for_four(officer: Client, office: Office) -> None:
    after, warm = [], []
    for number in (1, 2, 3, 4):
        pledge(office, number)
        for counts in (after, warm):
            with CaptureQueriesContext(connection) as captured:
                assert officer.get(reverse("office-contributions-of", args=["imi2"])).status_code == 200
            counts.append(len(captured))
    assert len(set(warm)) == 1
    # The very first reader reads a book whole; from then on what a booking changed is read, however much there is.
    assert len(set(after[1:])) == 1


def test_file_holds_the_rows_that_the_filters_leave(officer: Client, office: Office) -> None:
    for number in (1, 2, 3):
        pledge(office, number)
    address = reverse("office-contributions-of", args=["imi2"])
    answer = officer.get(address, {"stage": "endorsed", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["partners"], row["amount_cents"]) for row in rows] == [
        ("Trust 2", str(2 * MILLION)),
        ("Trust 1", str(MILLION)),
    ]
    assert [row["waits_for"] for row in rows] == ["grant", "adoption"]


def test_file_holds_nothing_that_a_sheet_takes_for_a_formula(officer: Client, office: Office) -> None:
    office.pledge(MILLION, "=cmd()", kind="FC_JU")
    answer = officer.get(reverse("office-contributions"), {"format": "csv"})
    assert next(csv.DictReader(io.StringIO(answer.content.decode())))["partners"] == "'=cmd()"


def test_list_is_sorted_as_the_address_says(officer: Client, office: Office) -> None:
    for number in (2, 3, 1):
        pledge(office, number)
    html = officer.get(reverse("office-contributions"), {"sort": "-amount"}).content.decode()
    assert re.findall(r"<td[^>]*>(Trust \d)", html) == ["Trust 3", "Trust 2", "Trust 1"]


def test_book_is_shown_as_of_a_day_and_with_every_seal(officer: Client, office: Office) -> None:
    pledge(office, 1)
    address = reverse("office-books-of", args=["imi2"])
    rows = officer.get(address, {"format": "json"}).json()["rows"]
    assert [row["kind"] for row in rows] == ["endorse", "pledge", "top_up", "top_up"]
    assert {len(row["hash"]) for row in rows} == {64}
    before = officer.get(address, {"format": "json", "as_of": DAY.replace(day=1, month=9).isoformat()}).json()["rows"]
    assert [row["kind"] for row in before] == ["top_up", "top_up"]
    assert officer.get(address, {"as_of": "no day", "page": "99"}).status_code == 200


def test_verification_says_that_the_book_agrees(officer: Client, office: Office) -> None:
    pledge(office, 3)
    html = officer.get(reverse("office-verify", args=["imi2"])).content.decode()
    assert "The book agrees with its rows" in html


def test_panel_says_what_is_still_needed(officer: Client, office: Office) -> None:
    office.topic()
    address = reverse("office-pledge-preview", args=["imi2"])
    html = officer.post(address, {"target": "topic:T1", "capacity": "partner:IK"}).content.decode()
    assert "Still needed: the amount." in html
    html = officer.post(address, {}).content.decode()
    assert "Still needed: what it is for, what it is given as and the amount." in html


def test_ordinary_refusal_is_not_logged(client: Client, office: Office, caplog: pytest.LogCaptureFixture) -> None:
    client.force_login(User.objects.create_user("pat", role="partner"))
    assert client.get(reverse("office-books-of", args=["imi2"])).status_code == 403
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize("typed", ["4.000.000", "-5", "abc", "0"])
def test_panel_says_what_is_wrong_with_the_amount(officer: Client, office: Office, typed: str) -> None:
    office.topic()
    form = {"target": "topic:T1", "capacity": "partner:FC_JU", "amount": typed}
    html = officer.post(reverse("office-pledge-preview", args=["imi2"]), form).content.decode()
    told = "must be at least EUR 0.01" if typed == "0" else f"“{typed}” is not an amount that can be read for certain"
    assert [html.count("The amount cannot be used"), html.count(told), html.count("Still needed")] == [1, 1, 0]


def test_panel_says_that_fixed_public_money_is_shared_and_what_stays_unmatched(officer: Client, office: Office) -> None:
    office.topic()
    office.award(4 * MILLION)
    form = {"target": "topic:T1", "capacity": "partner:FC_JU", "amount": "5000000", "no_other_union_funding": "yes"}
    html = officer.post(reverse("office-pledge-preview", args=["imi2"]), form).content.decode()
    fixed = "The public money of this topic is fixed at EUR 4,000,000; this pledge is matched from it."
    short = "Only EUR 4,000,000 can be matched; EUR 1,000,000 stays unmatched."
    assert [html.count(fixed), html.count(short), html.count("This unlocks")] == [1, 1, 0]


def test_amount_in_two_stages_is_shown_with_both(officer: Client, office: Office) -> None:
    one = office.pledge(5 * MILLION, kind="FC_JU").contribution
    office.endorse(one, 4 * MILLION)
    for address in (reverse("office-contributions"), reverse("office-contribution", args=[one.reference])):
        assert officer.get(address).content.decode().count("EUR 1,000,000 pledged, EUR 4,000,000 endorsed") == 1
    page = officer.get(f"/contributions/{one.reference}/").content.decode()
    assert page.count("EUR 1,000,000 pledged, EUR 4,000,000 endorsed") == 1


@pytest.mark.parametrize("seen", ["1", "", "abc", "٣"])
def test_confirmation_after_somebody_else_booked_shows_the_effects_again(
    officer: Client, office: Office, seen: str
) -> None:
    one = office.pledge(MILLION, kind="FC_JU").contribution
    address = reverse("office-contribution-act", args=[one.reference, "endorse"])
    form = {
        "effective_on": "2015-10-02",
        "reason": "Board",
        "decision": "D-9",
        "decided_on": "2015-10-02",
        "step": "confirm",
        "seen": seen,
        "token": tokens.new(),
    }
    html = officer.post(address, form).content.decode()
    assert "Somebody booked something since its effects were shown." in html
    assert "Contribution endorsed" in html


FORM = {
    "target": "topic:T1",
    "capacity": "partner:FC_JU",
    "amount": "1000",
    "effective_on": "2015-10-02",
    "no_other_union_funding": "yes",
    "place": "unknown",
    "reason": "Letter",
}


@pytest.mark.parametrize("token", ["", "made up", "made:up"])
def test_pledge_without_a_token_of_this_site_is_refused_in_words(officer: Client, office: Office, token: str) -> None:
    office.topic()
    form = {**FORM, "organisation": office.organisation("CTF").name, "token": token, "record": "1"}
    answer = officer.post(reverse("office-pledge", args=["imi2"]), form)
    assert [answer.status_code, Contribution.objects.count()] == [422, 0]
    assert "The form came without the mark that this site gives to each form" in answer.content.decode()
    assert officer.post(reverse("office-pledge", args=["imi2"]), {**form, "token": tokens.new()}).status_code == 302


def test_pledge_of_a_huge_amount_is_refused_beside_its_field(officer: Client, office: Office) -> None:
    office.topic()
    form = {**FORM, "amount": "999,999,999,999,999,999,999,999", "organisation": office.organisation("CTF").name}
    answer = officer.post(reverse("office-pledge", args=["imi2"]), {**form, "token": tokens.new(), "record": "1"})
    assert [answer.status_code, answer.content.decode().count("at most EUR 10,000,000,000,000")] != [500, 0]
    assert answer.status_code == 422


def test_two_hats_are_shown_before_and_after_recording(officer: Client, office: Office) -> None:
    office.topic()
    giver = office.organisation("CTF")
    RoleHolding.objects.create(scheme=office.row, organisation=giver, role="member")
    form = {**FORM, "organisation": giver.name, "token": tokens.new(), "record": "1"}
    shown = officer.post(reverse("office-pledge-preview", args=["imi2"]), form).content.decode()
    made = officer.post(reverse("office-pledge", args=["imi2"]), form)
    page = officer.get(made.headers["Location"]).content.decode()
    assert [text.count("Two roles of one organisation") for text in (shown, page)] == [1, 1]


@pytest.mark.parametrize(("stated", "advised"), [("no", 1), ("yes", 0), ("", 0)])
def test_pledge_with_other_union_funds_is_told_to_split(
    officer: Client, office: Office, stated: str, advised: int
) -> None:
    office.topic()
    form = {**FORM, "no_other_union_funding": stated, "organisation": office.organisation("CTF").name}
    shown = officer.post(reverse("office-pledge-preview", args=["imi2"]), form).content.decode()
    assert shown.count("Record what is free of them as a pledge of its own") == advised
