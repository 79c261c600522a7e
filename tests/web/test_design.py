"""The page of the design language: what the policy of the site demands of its HTML, and what every page owes."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from tests.nu import assert_valid_html

import cofund.web
from cofund.web.public import errors


class Reading(HTMLParser):
    """Reads what matters here: the ranks of headings, ids, attributes, and text that scripts or styles would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.ranks: list[int] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id" and value]
        if re.fullmatch(r"h[1-6]", tag):
            self.ranks.append(int(tag[1]))


@pytest.fixture
def html(client: Client) -> str:
    return client.get("/design/").text


def read(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    return reading


def test_page_forbids_inline_script_and_style(client: Client) -> None:
    policy = client.get("/design/").headers["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert [rules["default-src"], rules["script-src"], rules["style-src"]] == ["'none'", "'self'", "'self'"]


def test_page_has_no_inline_script_or_style(html: str) -> None:
    reading = read(html)
    assert {name for name in reading.attributes if name == "style" or name.startswith("on")} == set()
    assert [tag for tag in reading.tags if tag == "style"] == []
    assert re.findall(r"<script[^>]*>(.+?)</script>", html) == []


def test_headings_begin_with_one_and_skip_no_rank(html: str) -> None:
    ranks = read(html).ranks
    assert [rank for rank in ranks if rank == 1] == [1]
    assert ranks[0] == 1
    assert [pair for pair in itertools.pairwise(ranks) if pair[1] > pair[0] + 1] == []


def test_ids_are_there_once(html: str) -> None:
    ids = read(html).ids
    assert sorted(ids) == sorted(set(ids))


def test_amounts_are_found_as_plain_text(html: str) -> None:
    assert [text for text in ("106,185,752", "EUR 201.0 m", "49.9 %", "14 March 2021") if text not in html] == []


def test_a_filter_stays_in_the_address(client: Client) -> None:
    html = client.get("/design/", {"stage": "pledged", "sort": "-amount"}).text
    assert html.count("Status: Pledged") == 1
    assert html.count('aria-sort="descending"') == 1


def test_html_is_valid() -> None:
    pages = {"design": Client().get("/design/").text}
    for page in (
        errors.BAD_REQUEST,
        errors.FORBIDDEN,
        errors.STALE_FORM,
        errors.NOT_FOUND,
        errors.TOO_MANY,
        errors.SERVER_ERROR,
    ):
        pages[f"{page.code} {page.heading}"] = errors.render(page).text
    assert_valid_html(pages)


def test_an_address_without_a_page_says_what_to_do(client: Client) -> None:
    answer = client.get("/no-such-page")
    assert [answer.status_code, answer.text.count("<h1>There is no page at this address</h1>")] == [404, 1]


def test_a_form_without_its_token_says_that_nothing_was_recorded() -> None:
    answer = errors.stale_form(RequestFactory().post("/pledges/"), "no cookie")
    assert [answer.status_code, answer.text.count("nothing was recorded")] == [403, 1]


def test_an_error_inside_is_told_calmly() -> None:
    answer = errors.server_error(RequestFactory().get("/"))
    assert [answer.status_code, answer.text.count("nothing is half done")] == [500, 1]


def test_page_shows_every_component_there_is(client: Client) -> None:
    folder = Path(cofund.web.__file__).parent / "templates"
    there = {str(path.relative_to(folder)) for path in (folder / "cofund/components").rglob("*.html")}
    shown = {template.name for template in client.get("/design/").templates}
    # What the office answers while one types in the field for an organisation, which is shown.
    assert there - shown == {"cofund/components/suggestions.html"}
