"""The page of the design language in a real browser: light and dark, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.pages import OpenPage, assert_accessible, assert_no_sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL_TARGETS = """() => [...document.querySelectorAll("button, select, input:not([type=hidden]), nav a, .pill, .sort")]
    .filter(each => each.checkVisibility())
    .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
    .filter(([, box]) => box.height < 23.5 || box.width < 23.5).map(([html]) => html)"""


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_design_is_open_to_everybody(open_page: OpenPage, size: str, scheme: str) -> None:
    page = open_page(size)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/design/")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    assert page.evaluate(SMALL_TARGETS) == []


def test_design_is_dark_where_the_system_is(open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.goto("/design/")
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    page.emulate_media(media="print", color_scheme="dark")
    grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(15, 21, 20)", "rgb(255, 255, 255)"]


def test_design_begins_with_a_way_to_the_content(open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.goto("/design/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_design_explains_a_figure_without_a_mouse(open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto("/design/")
    said = page.locator("#key-formula-1")
    expect(said).to_be_hidden()
    page.get_by_role("button", name="About Used of the envelope").press("Enter")
    expect(said).to_be_visible()
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()


def test_design_shows_the_figures_behind_a_drawing(open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.goto("/design/")
    table = page.get_by_role("table", name="Envelope of a sample programme as of 31 December 2020: figures")
    expect(table).to_be_hidden()
    page.locator("#envelope summary").click()
    expect(table.get_by_role("row")).to_have_count(7)


def test_design_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/design/")
    page.locator("#partners-stage").select_option("pledged")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("link", name="Remove filter Status: Pledged")).to_be_visible()
