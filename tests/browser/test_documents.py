"""Documents in a real browser: a partner's statement is downloaded as what its page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, signed_in, watch
from tests.pdfs import read
from tests.places import documents

from cofund.records.directory.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """The round with a plan and a report, an auditor, and somebody of the partner."""
    return documents().people


def test_partner_downloads_the_statement_of_an_earlier_day_without_javascript(
    people: dict[str, User], browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": height}
    )
    problems = watch(context)
    page = context.new_page()
    signed_in(page, people["flora"], live_server)
    page.goto("/office/")
    page.get_by_role("main").get_by_role("link", name="Statements").click()
    page.get_by_label("As of").fill("2024-12-31")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("as of 31 December 2024")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("EUR 2,000,000")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as PDF").click()
    file = tmp_path / "statement.pdf"
    waiting.value.save_as(file)
    words = read(file.read_bytes())[1]
    assert "Statement as of 31 December 2024" in words and "EUR 2,000,000" in words
    context.close()
    assert problems == []
