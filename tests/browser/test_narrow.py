"""What a narrow window makes of a table: rows become blocks, and to those who listen they stay rows."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.pages import VIEWPORTS, OpenPage, assert_nothing_cut

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]

# Each value with the name that stands before it, row by row; what is not shown is left out.
SHOWN = """rows => rows.map(row => [...row.querySelectorAll("td")].filter(each => each.offsetWidth > 1).map(
    each => [getComputedStyle(each, "::before").content.split(" / ")[0], each.innerText.split("\\n")[0]].join(" ")))"""
DISPLAYS = """() => ["", " tbody tr", " td", " caption"].map(
    part => getComputedStyle(document.querySelector("#partners table" + part)).display)"""


def test_phone_shows_a_row_as_a_block_of_named_values(open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto("/design/")
    rows = page.locator("#partners tbody tr")
    shown = rows.evaluate_all(SHOWN)
    assert [shown[0][1:4], shown[3]] == [
        ['"Amount (EUR)" verified 10,450,000', '"Share" 33.3 %', '"Since" 14 March 2021'],
        ['"Amount (EUR)" 15,610,000', '"Share" 100.0 %'],
    ]
    edges = rows.locator("td data").evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
    assert [edge for edge in edges if edge > VIEWPORTS["phone"][0]] == []
    assert_nothing_cut(page)


def test_phone_still_sorts_and_explains_the_columns(open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto("/design/")
    heads = page.locator("#partners thead")
    heads.get_by_role("button", name="About Amount (EUR)").click()
    expect(page.get_by_text("Cash and in kind as of the day above, counted once.")).to_be_visible()
    page.keyboard.press("Escape")
    heads.get_by_role("link", name="Since").click()
    expect(page.locator("#partners thead [aria-sort=ascending]")).to_have_text("Since")


def test_block_is_still_a_row_to_those_who_listen(open_page: OpenPage) -> None:
    """The browser itself is asked: what a style does to the meaning of a table is its to say."""
    page = open_page("phone")
    page.goto("/design/")
    # With the two cells of the sum in which nothing belongs, and which nobody sees.
    assert [len(heard(page, role)) for role in ("table", "row", "columnheader", "rowheader", "cell")] == [
        1,
        5,
        5,
        4,
        16,
    ]
    assert [name for name in heard(page, "cell") if "Amount" in name or "Share" in name] == []


def test_desk_and_paper_show_a_table(open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto("/design/")
    found = [page.evaluate(DISPLAYS)]
    page.emulate_media(media="print")
    found.append(page.evaluate(DISPLAYS))
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    found.append(page.evaluate(DISPLAYS))
    table = ["table", "table-row", "table-cell", "table-caption"]
    assert found == [["block", "block", "flow-root", "block"], table, table]


def heard(page: Page, role: str) -> list[str]:
    """What the browser tells a screen reader of the parts of the table of samples that have a role: their names."""
    session = page.context.new_cdp_session(page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    table = session.send("DOM.querySelector", {"nodeId": root, "selector": "#partners table"})["nodeId"]
    nodes: list[dict[str, Any]] = session.send("Accessibility.queryAXTree", {"nodeId": table, "role": role})["nodes"]
    return [node.get("name", {}).get("value", "") for node in nodes if not node["ignored"]]
