"""The pages of errors in a real browser: everything that holds for a page holds for them, whoever reads and in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.error_urls import PAGES
from tests.browser.pages import (
    OpenPage,
    assert_accessible,
    assert_no_sideways_scroll,
    assert_nothing_cut,
    signed_in,
    size,
)
from tests.nu import assert_valid_html

from cofund.records.directory.models import User

pytestmark = pytest.mark.browser


def test_every_page_of_an_error_is_open_to_everybody(
    transactional_db: None, open_page: OpenPage, live_server: LiveServer, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.browser.error_urls"
    assert {page.code for page in PAGES.values()} == {400, 403, 404, 429, 500}
    texts: dict[str, str] = {}
    page = open_page("desktop")
    for who in (None, User.objects.create_user("officer", role="officer")):
        signed_in(page, who, live_server)
        for name in PAGES:
            for language in ("", "/fr"):
                address = f"{language}/shown-error/{name}/"
                texts[f"{who} {address}"] = looked_at(page, address, name)
    assert_valid_html(texts)


def looked_at(page: Page, address: str, name: str) -> str:
    """Look at one at both widths; it says its heading and leads on."""
    page.set_viewport_size(size("desktop"))
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == PAGES[name].code
    assert_accessible(page)
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator("main a, main li").count() >= 1
    page.set_viewport_size(size("phone"))
    assert_no_sideways_scroll(page)
    assert_nothing_cut(page)
    return answer.text()
