"""The public pages in a real browser: nobody is kept out, nothing leaves the machine, and no script is needed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.pages import OpenPage, assert_accessible

from cofund.actions.demonstration.loading import load

pytestmark = pytest.mark.browser


@pytest.fixture
def site(transactional_db: None) -> None:
    """The demonstration, in the database that the live server reads."""
    load()


def test_pages_are_readable_in_the_dark(site: None, open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.emulate_media(color_scheme="dark")
    for address in ("/", "/programmes/imi2/", "/programmes/imi2/projects/innodia/"):
        page.goto(address)
        assert_accessible(page)


def test_stranger_finds_the_reason_of_a_match(site: None, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto("/")
    page.get_by_role("link", name="Open Innovative Medicines Initiative 2").click()
    page.get_by_role("link", name="INNODIA", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("INNODIA")
    page.get_by_role("link", name="JDRF, Helmsley Charitable Trust").click()
    expect(page.locator(".explanation-because")).to_have_text(
        "because the match was frozen at EUR 5,419,784 when the topic was adopted. "
        "It was decided on 15 July 2014 (assumed): its part of the public money, shared in proportion to what "
        "each asks for, and frozen when the topic is adopted: 17,630,000 is to be "
        "shared, and it asks for 5,657,245 of the 18,402,437 that all ask for."
    )


def test_past_day_is_asked_for_without_scripts(site: None, open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/programmes/imi2/projects/innodia/")
    page.get_by_label("As of", exact=True).fill("2017-12-31")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#sources tbody tr").nth(1)).to_contain_text("5,657,245")
    page.get_by_role("link", name="1 January 2020").first.click()
    expect(page.locator("#sources tbody tr").nth(1)).to_contain_text("10,451,361")


def test_movements_are_filtered_without_scripts(site: None, open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/programmes/imi2/movements/B/")
    page.get_by_label("What was done").select_option("reserve")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#movements tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Remove filter What was done: Reserved at adoption").click()
    expect(page.locator("#movements tbody tr")).to_have_count(18)
