"""The decisions of a past day: those that were taken by it, and, by what was known on a day, those that were published by it."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re

import pytest
from django.conf import settings
from django.test import Client
from tests.books import Office, shipped

from cofund.queries import clock
from cofund.records.programme.models import Decision

pytestmark = pytest.mark.django_db
LIST = "/programmes/imi2/decisions/"
API = "/api/v1/programmes/imi2/decisions"
# Number, day of the decision, instant of its publication.
ROWS = (
    ("GB-1", dt.date(2016, 3, 1), dt.datetime(2016, 4, 1, 12, tzinfo=dt.UTC)),
    ("GB-2", dt.date(2016, 6, 1), dt.datetime(2018, 1, 15, 12, tzinfo=dt.UTC)),
    ("GB-3", dt.date(2019, 5, 1), dt.datetime(2019, 5, 2, 12, tzinfo=dt.UTC)),
    ("GB-4", dt.date(2016, 5, 1), None),
)
DAYS = (
    ({}, ["GB-3", "GB-2", "GB-1"]),
    ({"as_of": "2016-02-29"}, []),
    ({"as_of": "2016-03-01"}, ["GB-1"]),
    ({"as_of": "2016-12-31"}, ["GB-2", "GB-1"]),
    ({"as_of": "2016-12-31", "known_on": "2016-12-31"}, ["GB-1"]),
    ({"as_of": "2016-12-31", "known_on": "2016-03-31"}, []),
    ({"as_of": "2016-12-31", "known_on": "2018-01-15"}, ["GB-2", "GB-1"]),
    ({"known_on": "2018-12-31"}, ["GB-2", "GB-1"]),
)


@pytest.fixture(autouse=True)
def decided(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    for number, on, at in ROWS:
        Decision.objects.create(
            scheme=office.row, number=number, decided_on=on, published_at=at, title=f"Adopts {number}", text=f"Says {number}"
        )  # fmt: skip


@pytest.mark.parametrize(("asked", "wanted"), DAYS)
def test_register_of_a_day_and_its_files_have_what_was_decided_and_published(
    client: Client, asked: dict[str, str], wanted: list[str]
) -> None:
    text = client.get(LIST, asked).text
    assert re.findall(r"Adopts (GB-\d)", text) == wanted
    told = json.loads(client.get(LIST, {**asked, "format": "json"}).content)
    assert [row["number"] for row in told["rows"]] == wanted
    assert told["about"]["as_of"] == asked.get("as_of", clock.today().isoformat())
    assert told["about"]["known_on"] == asked.get("known_on")
    lines = csv.DictReader(io.StringIO(client.get(LIST, {**asked, "format": "csv"}).content.decode("utf-8-sig")))
    assert [line["number"] for line in lines] == wanted
    answer = client.get(API, asked).json()
    assert [one["id"] for one in answer["items"]] == wanted
    assert [answer[name] for name in ("as_of", "known_on")] == [told["about"][name] for name in ("as_of", "known_on")]


@pytest.mark.parametrize(("asked", "wanted"), DAYS)
def test_decision_of_a_day_on_which_it_was_not_there_says_so_and_nothing_else(
    client: Client, asked: dict[str, str], wanted: list[str]
) -> None:
    for number in ("GB-1", "GB-2", "GB-3"):
        path = f"{LIST}{number}/"
        text = client.get(path, asked).text
        told = [words in text for words in (f"Adopts {number}", f"Says {number}", "was not there on this day")]
        assert told == [number in wanted, number in wanted, number not in wanted], number
        rows = json.loads(client.get(path, {**asked, "format": "json"}).content)["rows"]
        assert [row["number"] for row in rows] == ([number] if number in wanted else [])
        answer = client.get(f"{API}/{number}", asked)
        assert (answer.status_code, answer.json().get("id")) == ((200, number) if number in wanted else (404, None))
    assert client.get(f"{LIST}GB-4/", asked).status_code == 404


@pytest.mark.parametrize("path", [LIST, f"{LIST}GB-1/"])
def test_cited_address_of_decisions_shows_the_same_after_more_is_published(client: Client, path: str) -> None:
    """Whatever is decided and published on a later day."""
    text = html.unescape(client.get(path, {"as_of": "2018-12-31", "known_on": "2018-12-31"}).text)
    (address,) = re.findall(r'<span class="address">([^<]+)</span>', text)
    assert address == f"{settings.COFUND_SITE_URL}{path}?as_of=2018-12-31&known_on=2018-12-31"
    assert 'name="as_of"' in text
    assert 'name="known_on"' in text
    asked = address.removeprefix(settings.COFUND_SITE_URL)
    before = client.get(f"{asked}&format=json").content
    Decision.objects.filter(number="GB-4").update(published_at=clock.now())
    assert client.get(f"{asked}&format=json").content == before
    assert "GB-4" in client.get(LIST, {"as_of": "2018-12-31"}).text


def test_way_from_the_register_to_a_decision_and_back_keeps_the_day(client: Client) -> None:
    asked = "as_of=2016-12-31&known_on=2016-12-31"
    assert f"{LIST}GB-1/?{asked}" in html.unescape(client.get(f"{LIST}?{asked}").text)
    assert f'href="{LIST}?{asked}"' in html.unescape(client.get(f"{LIST}GB-1/?{asked}").text)


def test_day_that_is_none_is_refused(client: Client) -> None:
    for path in (LIST, f"{LIST}GB-1/"):
        answer = client.get(path, {"as_of": "never"})
        assert (answer.status_code, "no day of the calendar" in answer.text) == (400, True)
        assert client.get(path, {"as_of": "never", "format": "csv"}).status_code == 400
