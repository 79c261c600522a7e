"""Numbers in addresses: what only looks like one is none, wherever one is read, and fails no page."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests import places
from tests.worlds import world

from cofund.records.directory.models import User

pytestmark = pytest.mark.django_db
# Digits of another script, a power, more than any table holds, more than Python reads.
NONE = ("٣", "²", "9" * 20, "9" * 5000)
ASKED = {
    "": [("/programmes/imi2/movements/B/", "page"), ("/programmes/imi2/contributions/", "page"), ("/search/", "page")],
    "officer": [
        ("/office/imi2/books/", "page"),
        ("/office/contributions/", "page"),
        ("/office/tasks/", "page"),
        ("/office/leads/table/", "owner"),
        ("/office/pairings/", "q"),
        ("/office/round/", "year"),
    ],
    "governance": [("/office/ideas/", "group"), ("/office/governance/decisions/", "year")],
}
YEARS = ("٢٠١٦", "²²²²", "0000", "20166")


@world
def site() -> None:
    places.BUILDERS["demonstration"]()


@pytest.mark.parametrize("who", ASKED)
def test_what_only_looks_like_a_number_fails_no_page(site: None, who: str) -> None:
    reader = Client(raise_request_exception=False)
    if who:
        reader.force_login(User.objects.get(username=who))
    for path, name in ASKED[who]:
        for text in (*NONE, *YEARS):
            assert reader.get(path, {name: text}).status_code == 200, (path, name, text[:20])


@pytest.mark.parametrize("text", [*NONE, *YEARS])
def test_search_counts_what_it_lists(site: None, client: Client, text: str) -> None:
    """A year that is none fits nothing, in the count and in the list alike."""
    found = unescape(client.get("/search/", {"year": text[:200]}).text)
    assert (">0 results<" in found, '<ol class="hits">' in found) == (True, False)
    listed = client.get("/search/", {"year": text[:200], "format": "json"}).json()["rows"]
    assert listed == []


def test_page_that_is_no_number_is_the_first(site: None, client: Client) -> None:
    """As where none is asked for."""
    path = "/programmes/imi2/movements/B/"
    first, other = client.get(path).text, client.get(path, {"page": "2"}).text
    rows = [text.partition("<tbody>")[2].partition("</tbody>")[0] for text in (first, other)]
    assert rows[0] != rows[1]
    assert client.get(path, {"page": "٢"}).text.partition("<tbody>")[2].partition("</tbody>")[0] == rows[0]
