"""A day that is assumed is marked on every page, wherever it stands: in a table, on a timeline, inside a sentence."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import DateField
from django.test import Client
from tests.pages import PLACES
from tests.worlds import world

from cofund.actions.demonstration.loading import load
from cofund.records.ledger.models import Entry
from cofund.web.formatting import day

pytestmark = pytest.mark.django_db
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {"td", "th", "dd", "li"}


@world
def demonstration() -> None:
    """The demonstration: its amounts are published, the days of most of its entries are assumed."""
    load()


class _Blocks(HTMLParser):
    """The text of each cell, list item and paragraph, whole. The ways to other days of the page say nothing of them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[tuple[str, list[str], bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            away = tag in ("script", "style") or ("class", "quick-days") in attrs
            self.open.append((tag, [], away or (bool(self.open) and self.open[-1][2])))

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1][2]:
            self.open[-1][1].append(data)

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            ended, parts, _ = self.open.pop()
            text = " ".join(" ".join(parts).split())
            if self.open:
                self.open[-1][1].append(text)
            inside = any(one in BLOCKS for one, _, _ in self.open)
            if text and (ended in BLOCKS or (ended == "p" and not inside)):
                self.found.append(text)
            if ended == tag:
                return


def assumed_alone() -> set[str]:
    """The days of entries of which something is assumed, and on which nothing else is said to have happened."""
    days = set(Entry.objects.exclude(assumption="").values_list("effective_on", flat=True))
    days -= set(Entry.objects.filter(assumption="").values_list("effective_on", flat=True))
    for model in apps.get_models():
        if model._meta.app_label in ("programme", "directory"):
            for field in model._meta.concrete_fields:
                if field.get_internal_type() == DateField().get_internal_type():
                    days -= set(model._default_manager.values_list(field.name, flat=True))
    return {day(one) for one in days}


def unmarked(html: str, days: set[str]) -> list[str]:
    """The blocks of a page that tell one of these days and do not say that it is assumed. An instant is no day."""
    parser = _Blocks()
    parser.feed(html)
    pattern = re.compile(rf"(?<!\d)({'|'.join(map(re.escape, sorted(days)))})(?!, \d\d:)")
    return [text for text in parser.found if pattern.search(text) and "assumed" not in text.casefold()]


@pytest.mark.parametrize("user", sorted(PLACES["demonstration"]))
def test_assumed_day_is_marked_wherever_it_stands(demonstration: None, user: str) -> None:
    days = assumed_alone()
    assert len(days) >= 5
    client = Client()
    if user:
        client.force_login(get_user_model().objects.get(username=user))
    bare = {}
    for address in PLACES["demonstration"][user]:
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            bare[address] = unmarked(answer.text, days)
    assert bare
    assert {address: found for address, found in bare.items() if found} == {}


def test_sentence_about_a_frozen_match_says_that_its_day_is_assumed(demonstration: None, client: Client) -> None:
    text = client.get("/contributions/imi2-3/").text
    assert "Decided by entry 66 (amended), 1 January 2020 (assumed)." in text
    assert "It was decided on 15 July 2014 (assumed): " in text
    assert "At the adoption, 15 July 2014 (assumed): " in text


def test_files_of_a_contribution_say_what_is_assumed_of_each_version(demonstration: None, client: Client) -> None:
    rows = client.get("/contributions/imi2-3/?format=json").json()["rows"]
    assert [row["true_from"] for row in rows] == ["2014-07-01", "2018-01-01", "2020-01-01"]
    assert all("assumed" in row["assumption"] for row in rows)
