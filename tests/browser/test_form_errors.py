"""After a refused form the focus stands on what is wrong, with scripts and without, also where a panel answers while one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.pages import OpenPage, assert_accessible
from tests.browser.test_partners import sign_in
from tests.nu import assert_valid_html
from tests.places import partners

pytestmark = pytest.mark.browser

# Each form with the words of its button; all are sent empty.
OFFICE = (
    ("/office/partners/new/", "Add it"),
    ("/office/leads/new/imi2/", "Open the lead"),
    ("/office/imi2/pledge/", "Record the pledge"),
)
PUBLIC = (
    ("/sign-in/", "Sign in"),
    ("/ideas/suggest/", "Hand in the idea"),
    ("/check/ihi/", "Check the plan"),
)


@pytest.fixture
def site(transactional_db: None) -> None:
    """The demonstration."""
    partners()


def focused(page: Page) -> str:
    """What has the focus: the id of the element, else its name."""
    found: str = page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_summary_has_the_focus_after_a_refused_form(site: None, open_page: OpenPage, scripts: bool) -> None:
    page = open_page("desktop")
    if not scripts:
        page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    texts = {}
    for path, button in PUBLIC:
        refused(page, path, button, texts)
    sign_in(page)
    for path, button in OFFICE:
        refused(page, path, button, texts)
    assert_valid_html(texts)


def refused(page: Page, path: str, button: str, texts: dict[str, str]) -> None:
    """Send a form empty, twice: the second time its address may carry the place that it led to."""
    page.goto(path)
    for _ in range(2):
        form = page.locator("main form").last
        with page.expect_navigation():
            form.get_by_role("button", name=button, exact=True).last.click()
        expect(page.locator(".error-summary")).to_be_visible()
        assert (path, focused(page)) == (path, "form-errors")
        assert page.title().startswith("Error: ")
    texts[path] = page.content()
    assert_accessible(page)
    link = page.locator("#form-errors a").first
    if link.count():
        link.press("Enter")
        assert f"#{focused(page)}" == link.get_attribute("href")


def test_panel_that_answers_while_one_types_leaves_the_focus(site: None, page: Page) -> None:
    sign_in(page)
    page.goto("/office/imi2/pledge/")
    with page.expect_response("**/preview/**"):
        page.get_by_label("Amount", exact=False).first.press_sequentially("1,5")
    assert focused(page) == "id_amount"
