"""Every page of the site in a real browser: no barrier, no error, valid HTML, and nothing beside a narrow window.

The pages stand in `tests/pages.py`, one a line; the sites that they are shown on in `tests/places.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from tests import pages, places
from tests.addresses import FILES, NOT_SHOWN
from tests.browser.pages import (
    OpenPage,
    assert_accessible,
    assert_no_sideways_scroll,
    assert_nothing_cut,
    signed_in,
    size,
)
from tests.nu import assert_valid_html

pytestmark = pytest.mark.browser

# The page of components is for those who make pages.
ENGLISH_ALONE = frozenset({"design"})


class Keys(dict[str, str]):
    """The keys of an address, before there is anything: to ask for its name."""

    def __missing__(self, name: str) -> str:
        return "1"


@pytest.fixture(scope="module")
def sources() -> Iterator[dict[str, str]]:
    """The HTML of every page by its address; checked at the end of the module, in one run of the checker."""
    found: dict[str, str] = {}
    yield found
    if found:
        assert_valid_html(found)


@pytest.mark.parametrize("name", pages.PLACES)
def test_every_page_is_open_to_everybody(
    transactional_db: None,
    open_page: OpenPage,
    live_server: LiveServer,
    sources: dict[str, str],
    settings: Any,
    tmp_path: Path,
    name: str,
) -> None:
    settings.COFUND_HOME = settings.MEDIA_ROOT = tmp_path
    place = places.BUILDERS[name]()
    page, wrong = open_page("desktop"), []
    for who, addresses in pages.PLACES[name].items():
        signed_in(page, place.people[who] if who else None, live_server)
        for address in (each.format(**place.keys) for each in addresses):
            try:
                sources[f"{name} {who} {address}"] = looked_at(page, address)
            except AssertionError as error:
                wrong.append(f"{who} {address}: {error}")
    signed_in(page, None, live_server)
    for address in (each.format(**place.keys) for each in twins().get(name, [])):
        try:
            sources[f"{name} {address}"] = looked_at(page, address)
            assert page.evaluate("document.documentElement.lang") == "fr"
        except AssertionError as error:
            wrong.append(f"{address}: {error}")
    for who, addresses in FILES.get(name, {}).items():
        signed_in(page, place.people[who] if who else None, live_server)
        for address in (each.format(**place.keys) for each in addresses):
            status = page.context.request.get(address).status
            expected = 405 if resolve(address.split("?")[0]).url_name in NOT_SHOWN else 200
            wrong += [f"{who} {address}: {status}"] if status != expected else []
    assert not wrong, "\n".join(wrong)


def twins() -> dict[str, list[str]]:
    """One page of each kind that anybody reads, in French, by the place that has the first of them.

    The kinds are the addresses' own names. Another example of a kind has the same template and another record.
    """
    found: dict[str, str] = {}
    homes: dict[str, list[str]] = {}
    for name, people in pages.PLACES.items():
        for address in people.get("", []):
            kind = str(resolve(address.split("?")[0].format_map(Keys())).url_name)
            if kind not in found and kind not in ENGLISH_ALONE:
                found[kind] = f"/fr{address}"
                homes.setdefault(name, []).append(found[kind])
    return homes


def test_every_kind_of_public_page_has_a_french_one_that_is_looked_at() -> None:
    kinds = {str(resolve(each[3:].split("?")[0].format_map(Keys())).url_name) for of in twins().values() for each in of}
    assert {"home", "programme", "project", "topic", "search", "document", "contribute", "newsletter", "embed"} <= kinds


def looked_at(page: Page, address: str) -> str:
    """Open a page at the width of a desk and, without loading it again, of a phone; give its HTML as it was sent."""
    page.set_viewport_size(size("desktop"))
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == (400 if "=yesterday" in address else 200), answer.status
    assert_accessible(page)
    assert_nothing_cut(page)
    page.set_viewport_size(size("phone"))
    assert_no_sideways_scroll(page)
    assert_nothing_cut(page)
    return answer.text()
