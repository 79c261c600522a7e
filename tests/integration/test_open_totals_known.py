"""Open data adds up to sums that are stated here by hand: before and after a correction and a withdrawal, without what is held
back, and in another currency, which every file states."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import beancount.loader
import pytest
from django.test import Client
from lxml import etree
from tests import publishing, worlds
from tests.books import MILLION, Office, fund
from tests.integration.test_open_totals import READERS as FILES
from tests.integration.test_open_totals import Asked, Totals, by_project, of_rows, text

from cofund.actions.contributions import deliver, reduce, withdraw

pytestmark = pytest.mark.django_db

# What was given, and what IMI2 adds: as much for each contribution, in whole euros, cents dropped.
OTHERS_OF_P1 = (5_271_828_18 + 5_271_828_00) + (7_161_803_39 + 7_161_803_00)
P1 = (3_141_592_65 + 3_141_592_00) + OTHERS_OF_P1
P2 = 11_057_721_56 + 11_057_721_00
BEFORE, AFTER = date(2022, 6, 30), date(2023, 6, 30)


@worlds.world
def office() -> Office:
    """Two projects that were recorded in 2022; in 2023 it is recorded that a contribution was lowered to 9.0 m long ago."""
    office = publishing.programme(datetime(2022, 1, 2, tzinfo=UTC))
    office.at = datetime(2023, 1, 2, tzinfo=UTC)
    reduce(office.actor, publishing.of("Sorrel Foundation"), 9 * MILLION, office.grounds(), at=office.at)
    return office


def api_pages(asked: Asked) -> Iterator[Any]:
    """The pages of the list of projects in the API."""
    days = {"as_of": asked.on.isoformat()} | ({"known_on": asked.known_on.isoformat()} if asked.known_on else {})
    address: str | None = f"/api/v1/programmes/{asked.scheme}/projects?{urlencode(days | {'limit': '1'})}"
    while address:
        answer = Client().get(address)
        assert answer.status_code == 200
        page = answer.json()
        yield page
        address = page["links"]["next"]


def of_api(asked: Asked) -> Totals:
    """What the API tells of each project, a page at a time."""
    return {one["id"]: one["total"]["amount_cents"] for page in api_pages(asked) for one in page["items"]}


# The API tells of a project also what is endorsed for it, as its page does. Here all of it is in the grant, so that it must tell
# what the files tell.
READERS = {**FILES, "API": of_api}


def totals(known_on: date) -> dict[str, Totals]:
    """The totals of each file, as true on one day and as known on another."""
    return {name: read(Asked("imi2", BEFORE, known_on)) for name, read in READERS.items()}


@pytest.mark.parametrize(("known_on", "p2"), [(BEFORE, P2), (AFTER, 2 * 9 * MILLION)])
def test_totals_are_of_what_was_known(office: Office, known_on: date, p2: int) -> None:
    told = {"p1": P1, "p2": p2}
    assert totals(known_on) == dict.fromkeys(READERS, told)
    assert by_project("imi2", of_rows(Asked("imi2", BEFORE, known_on))) == told


def test_totals_leave_out_what_is_held_back(office: Office) -> None:
    publishing.hold(office, publishing.of("Quince Trust"), "amount")
    # Its match is left out with it; what the two others gave still counts.
    assert totals(BEFORE) == {name: {"p1": OTHERS_OF_P1, "p2": P2} for name in READERS}


def test_totals_leave_what_was_delivered_of_a_contribution_that_was_withdrawn_after_the_grant(office: Office) -> None:
    ended = office.grounds(date(2023, 3, 1))
    # Of one nothing had come, of the other 2.0 m, to which as much of its match goes as it is of the contribution, in whole cents:
    # 2 000 000 x 3 141 592.00 / 3 141 592.65 = 1 999 999.58.
    withdraw(office.actor, publishing.of("Walnut Fund"), ended, at=office.at)
    deliver(office.actor, publishing.of("Quince Trust"), 2 * MILLION, ended, at=office.at)
    withdraw(office.actor, publishing.of("Quince Trust"), ended, at=office.at)
    told = {"p1": (2 * MILLION + 1_999_999_58) + (7_161_803_39 + 7_161_803_00), "p2": 2 * 9 * MILLION}
    asked = Asked("imi2", AFTER)
    assert {name: read(asked) for name, read in READERS.items()} == dict.fromkeys(READERS, told)
    assert by_project("imi2", of_rows(asked)) == told
    # Before that day all of it stood.
    asked = replace(asked, on=date(2023, 2, 28))
    assert {name: read(asked)["p1"] for name, read in READERS.items()} == dict.fromkeys(READERS, P1)


def test_totals_of_a_programme_in_francs_are_in_francs_in_every_file() -> None:
    rules = fund(cap="9_000_000", ratio='"1/2"').replace('code = "fund"', 'code = "alpine"').replace('"EUR"', '"CHF"')
    # One in euro beside it: no file may take its currency, or its money.
    Office.with_scheme(fund(cap="9_000_000"), "fund").committed(52_000_00, "Trust")
    Office.with_scheme(rules, "alpine").committed(37_000_10, "Trust")
    # Half as much is added, and half a cent is no cent.
    told = {"p1": 37_000_10 + 18_500_05}
    for asked, currency, totals_of in (
        (Asked("alpine", AFTER), "CHF", told), (Asked("fund", AFTER), "EUR", {"p1": 2 * 52_000_00}),
    ):  # fmt: skip
        assert {name: read(asked) for name, read in READERS.items()} == dict.fromkeys(READERS, totals_of)
        assert by_project(asked.scheme, of_rows(asked)) == totals_of
        assert currencies(asked) == {name: {currency} for name in READERS}


def currencies(asked: Asked) -> dict[str, set[str]]:
    """Every currency that each file states anywhere."""
    activities = etree.fromstring(text("iati.xml", asked).encode())
    entries, _, options = beancount.loader.load_string(text("journal.beancount", asked))
    units = {posting.units.currency for entry in entries for posting in getattr(entry, "postings", ())}
    return {
        "360Giving JSON": {row["currency"] for row in json.loads(text("grants.json", asked))["grants"]},
        "360Giving CSV": {row["currency"] for row in csv.DictReader(io.StringIO(text("grants.csv", asked)))},
        "IATI": set(activities.xpath("//@default-currency | //@currency")),
        "books as CSV": {row["currency"] for row in csv.DictReader(io.StringIO(text("journal.csv", asked)))},
        "books as a journal": units | set(options["operating_currency"]),
        "API": set(re.findall(r'"currency": "([^"]*)"', json.dumps(list(api_pages(asked))))),
    }
