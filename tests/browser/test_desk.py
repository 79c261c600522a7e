"""Desks and a partner's own pages in a real browser, and the invitation of a colleague without a script or a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.books import Office, shipped
from tests.browser.keys import Keys
from tests.browser.pages import VIEWPORTS, watch
from tests.rights import partner
from tests.waiting import everything

from cofund.records.directory.models import Message, User

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-battery"


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """One of everything that waits, and a partner's person who may do all."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made = everything(office)
    made["dora"] = partner("dora", office.organisation("JDRF"), "read", "delegate", password=PASSWORD)
    return made


def type_into(page: Page, name: str, text: str) -> None:
    """Go to a field with the keyboard, and type."""
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == name:
            break
        page.keyboard.press("Tab")
    page.keyboard.type(text)


def press(page: Page, text: str) -> None:
    """Go to a link or button with the keyboard, and press it."""
    for _ in range(80):
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            break
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_colleague_is_invited_sets_a_password_and_reads_the_desk_by_keyboard_without_javascript(
    people: dict[str, User], browser: Browser, live_server: LiveServer
) -> None:
    width, height = VIEWPORTS["desktop"]
    viewport = {"width": width, "height": height}
    contexts = [
        browser.new_context(base_url=live_server.url, viewport=viewport, java_script_enabled=False)  # type: ignore[arg-type]
        for _ in range(2)
    ]
    problems = [watch(context) for context in contexts]
    page = contexts[0].new_page()
    page.goto("/sign-in/")
    type_into(page, "username", "dora")
    type_into(page, "password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/")
    press(page, "People")
    press(page, "Invite a colleague")
    type_into(page, "name", "Nora New")
    type_into(page, "email", "not an address")
    press(page, "Invite")
    expect(page.locator(".error-summary")).to_contain_text("E-mail address")
    expect(page.get_by_label("Name")).to_have_value("Nora New")
    Keys(page).write("E-mail address", "nora@example.org")
    press(page, "Invite")
    expect(page.locator(".message-success")).to_contain_text("The invitation is on its way")
    expect(page.locator("#people")).to_contain_text("Invited, no password yet")
    found = re.search(r"/invitation/\S+/", Message.objects.get(purpose="invitation").text)
    assert found is not None
    page = contexts[1].new_page()
    page.goto(found[0])
    type_into(page, "password", "a-long-quiet-river")
    type_into(page, "again", "a-long-quiet-river")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/")
    type_into(page, "username", "nora@example.org")
    type_into(page, "password", "a-long-quiet-river")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/")
    expect(page.get_by_role("heading", level=1)).to_have_text("JDRF")
    expect(page.locator("#own")).to_contain_text("imi2-")
    page.goto(found[0])
    expect(page.get_by_text("This link no longer works")).to_be_visible()
    for context in contexts:
        context.close()
    assert [problem for each in problems for problem in each] == []
