"""The page of a partner that gives to many: a page at a time, named where it fits, and whole in its files."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, fund
from tests.worlds import world

from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution

pytestmark = pytest.mark.django_db
COUNT = 23


@world
def office() -> Office:
    """One partner and as many topics as it gives to, each in an amount of its own."""
    made = Office.with_scheme(fund(), "fund")
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
