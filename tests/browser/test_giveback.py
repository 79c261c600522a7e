"""Cash, notices, close-out, reallocation and the trajectory in a real browser: open to everybody, and done without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, signed_in, watch
from tests.giveback import Shown

from cofund.records.ledger.models import Notice

pytestmark = pytest.mark.browser


@pytest.fixture
def shown(transactional_db: None) -> Shown:
    """One of everything."""
    return Shown.make()


def test_missing_payment_is_terminated_without_javascript(
    shown: Shown, browser: Browser, live_server: LiveServer
) -> None:
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": height}
    )
    problems = watch(context)
    page = context.new_page()
    signed_in(page, shown.cash.person("finance_officer"), live_server)
    page.goto("/office/instalments/?state=late")
    page.get_by_role("link", name=f"{shown.contribution.reference}, {shown.late.number}").click()
    page.get_by_role("link", name="Default of payment").click()
    page.get_by_role("link", name="Terminate what is missing").click()
    page.get_by_label("Number of the decision of the").fill("GB-15")
    page.get_by_label("Decided on").fill(shown.cash.day(0).isoformat())
    page.get_by_label("Reason").fill("The period has passed")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.locator("#effect")).to_contain_text("Contribution withdrawn")
    page.get_by_role("button", name="Terminate what is missing").click()
    expect(page.get_by_text("Contribution terminated")).to_be_visible()
    shown.notice.refresh_from_db()
    assert shown.notice.status == Notice.Status.TERMINATED
    context.close()
    assert problems == []
