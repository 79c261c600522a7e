"""Desks and a partner's own pages in a real browser, and the invitation of a colleague without a script or a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.books import Office, shipped
from tests.browser.keys import Keys
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch
from tests.nu import assert_valid_html
from tests.rights import partner
from tests.waiting import everything

from cofund.queries import invitations
from cofund.records.directory.models import Message, User

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-battery"
PAGES = {
    "partner": [
        "/office/",
        "/office/tasks/",
        "/office/profile/",
        "/office/profile/calendar/",
        "/office/partner/jdrf/",
        "/office/partner/jdrf/statement/",
        "/office/partner/jdrf/people/",
        "/office/partner/jdrf/people/invite/",
    ],
    "delegate": ["/office/", "/office/tasks/"],
    "officer": [
        "/office/",
        "/office/tasks/",
        "/office/tasks/?who=everybody&due=overdue",
        "/office/imi2/topics/W1/in-time/",
        "/office/partner/jdrf/people/",
    ],
    "scientific_officer": ["/office/"],
    "governance_officer": ["/office/"],
    "finance_officer": ["/office/"],
    "auditor": ["/office/"],
}


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """One of everything that waits, and a partner's person who may do all."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made = everything(office)
    made["dora"] = partner("dora", office.organisation("JDRF"), "read", "delegate", password=PASSWORD)
    return made


def signed_in(page: Page, user: User, server: LiveServer) -> None:
    """Sign in without the form: passwords are hashed for long, and the form is tested elsewhere."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_desk_is_open_to_everybody(
    people: dict[str, User], open_page: OpenPage, live_server: LiveServer, size: str
) -> None:
    html = {}
    for role, addresses in PAGES.items():
        page = open_page(size)
        signed_in(page, people[role], live_server)
        person = [f"/office/partner/jdrf/people/{people['dora'].pk}/"] if role == "partner" else []
        for address in [*addresses, *person]:
            answer = page.goto(address)
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            html[f"{role} {address}"] = answer.text()
            assert_accessible(page)
            assert_no_sideways_scroll(page)
    page = open_page(size)
    dirk = partner("dirk", people["dora"].organisation or people["partner"].organisation)
    for address in (f"/invitation/{invitations.token_of(dirk)}/", "/invitation/none/"):
        answer = page.goto(address)
        assert answer is not None
        html[address] = answer.text()
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    if size == "desktop":
        assert_valid_html(html)


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
