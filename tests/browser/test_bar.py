"""The bar of the desk and the search on a phone: what a reader looks for stands where it is seen first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import OpenPage, assert_accessible, signed_in
from tests.place import by_username

from cofund.actions.demonstration.loading import load

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]


def test_search_is_narrowed_above_its_results(open_page: OpenPage) -> None:
    load()
    page = open_page("phone")
    page.goto("/search/?q=project")
    folded, chosen = page.locator(".facets summary"), page.locator(".facets a").first
    expect(folded).to_be_visible()
    expect(chosen).to_be_hidden()
    assert top(page, ".facets summary") < top(page, ".hits")
    folded.click()
    expect(chosen).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/search/?q=project")
    expect(chosen).to_be_visible()
    expect(folded).to_be_hidden()


def test_bar_of_the_desk_is_one_line_and_leads_to_the_search(open_page: OpenPage, live_server: LiveServer) -> None:
    load()
    page = open_page("desktop")
    page.goto("/fr/")
    heights = [height(page)]
    signed_in(page, by_username()["officer"], live_server)
    page.goto("/office/imi2/books/")
    heights.append(height(page))
    assert heights == [56, 56]
    expect(page.locator(".programme-name")).to_have_text("Innovative Medicines Initiative 2")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")


def top(page: Page, selector: str) -> float:
    """How far down a part of the page begins, in pixels."""
    found: float = page.locator(selector).evaluate("each => each.getBoundingClientRect().top")
    return found


def height(page: Page) -> int:
    """How high the bar of the site is, in whole pixels."""
    found: int = page.locator(".bar").evaluate("each => Math.round(each.getBoundingClientRect().height)")
    return found
