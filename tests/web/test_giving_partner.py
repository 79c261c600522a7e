"""The pages of a partner that gives to many: a page at a time, named where it fits, and whole in its files."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.books import Office, fund
from tests.worlds import world

from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution

pytestmark = pytest.mark.django_db
COUNT = 23
NAMES = [f"p{number:02}" for number in range(COUNT)]


@world
def office() -> Office:
    """One partner and as many topics as it gives to, each in an amount of its own."""
    words = 'acknowledgement = "{project} is paid for by {partners}."'
    made = Office.with_scheme(fund().replace('currency = "EUR"', f'currency = "EUR"\n{words}'), "fund")
    for number in range(COUNT):
        target = Target(topic=made.topic(f"T{number:02}"))
        made.endorse(made.pledge(10_00 + number, "Generous", target=target).contribution)
        made.reserve(target)
        made.commit(target, made.project(f"p{number:02}", target.topic))
    return made


def page(client: Client, query: str = "") -> str:
    """The page of the partner."""
    return client.get(reverse("partner", args=["generous"]) + query).text


def shown(text: str) -> list[str]:
    """The contributions that the table of a page links to, in its order."""
    table = text.split('id="contributions"', 1)[1].split("</table>", 1)[0]
    return [one for one in Contribution.objects.values_list("reference", flat=True) if f"/{one}/" in table]


def test_contributions_come_a_page_at_a_time_and_each_is_on_one(office: Office, client: Client) -> None:
    pages = [shown(page(client, f"?page={number}")) for number in (1, 2, 3)]
    assert [len(one) for one in pages] == [10, 10, 3]
    assert sorted(each for one in pages for each in one) == sorted(
        Contribution.objects.values_list("reference", flat=True)
    )
    first = page(client)
    assert shown(first) == pages[0]
    assert '?page=2#contributions"' in first
    assert f"10 of {COUNT} contributions" in first


def test_files_hold_every_contribution_whatever_page_is_shown(office: Office, client: Client) -> None:
    for query in ("?format=csv", "?format=csv&page=2"):
        lines = page(client, query).strip().splitlines()
        assert len(lines) == COUNT + 1


def test_many_targets_are_counted_and_the_newest_events_shown(office: Office, client: Client) -> None:
    text = page(client)
    assert f" and {COUNT - 5} more" in text
    assert f"the newest 20 of {COUNT}" in text
    assert text.split('id="history"', 1)[1].count('class="event"') == 20


def credit(client: Client, query: str = "") -> str:
    """The page of what it made possible."""
    return client.get(reverse("partner-credit", args=["generous"]) + query).text


def test_credit_comes_a_page_at_a_time_with_the_sentences_of_what_is_shown(office: Office, client: Client) -> None:
    pages = [credit(client, query) for query in ("", "?page=2", "?page=3")]
    in_tables, thanked = [], []
    for text in pages:
        table = text.split('id="credit"', 1)[1].split("</table>", 1)[0]
        thanks = text.split('id="thanks-heading"', 1)[1].split("</section>", 1)[0]
        in_tables.append([name for name in NAMES if f"/{name}/" in table])
        thanked.append([name for name in NAMES if f"{name.upper()} is paid for by Generous." in thanks])
    assert [len(one) for one in in_tables] == [10, 10, 3]
    assert sorted(name for one in in_tables for name in one) == NAMES
    assert thanked == in_tables
    assert '?page=2#credit"' in pages[0]
    assert f"10 of {COUNT} projects and topics" in pages[0]
    # The link, the citation and the sums are of all of it, whatever page is shown.
    for text in pages:
        assert f"Generous stands behind {COUNT} projects" in text.split('id="credit-citation"', 1)[1]
        assert "page=" not in text.split('id="link-heading"', 1)[1].split("</section>", 1)[0]


def test_file_of_credit_holds_all_of_it_whatever_page_is_shown(office: Office, client: Client) -> None:
    for query in ("?format=json", "?format=json&page=2"):
        rows = json.loads(credit(client, query))["rows"]
        assert sorted(row["target"] for row in rows) == [name.upper() for name in NAMES]


def test_credit_asks_the_database_as_often_for_many_projects_as_for_one(office: Office, client: Client) -> None:
    target = Target(topic=office.topic("LAST"))
    office.endorse(office.pledge(1_00, "Sparing", target=target).contribution)
    office.reserve(target)
    office.commit(target, office.project("last", target.topic))
    counts = []
    # The first of them reads what a process reads once.
    for slug in ("sparing", "generous", "sparing"):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("partner-credit", args=[slug]))
        counts.append(len(asked))
    assert counts[1] == counts[2]
