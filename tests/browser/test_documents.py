"""Documents in a real browser: every page open to everybody, and a partner's statement downloaded as what its page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch
from tests.browser.test_desk import signed_in
from tests.nu import assert_valid_html
from tests.pdfs import read
from tests.rights import partner
from tests.rounds import YEAR, Round

from cofund.records.directory.models import User

pytestmark = pytest.mark.browser
PAGES = {
    "auditor": [
        "/office/documents/",
        "/office/ihi/documents/",
        f"/office/ihi/documents/annual-report/?year={YEAR}",
        f"/office/ihi/documents/annual-report/?year={YEAR}&sheet=contributions",
        "/office/ihi/documents/states/?sheet=crossed",
        "/office/ihi/documents/article-116e/?sheet=participants",
        f"/office/ihi/documents/ikaa-plan/?year={YEAR}",
        f"/office/ihi/documents/ikaa-report/?year={YEAR}&sheet=lines",
        "/office/ihi/leverage/",
        "/office/ihi/leverage/?earlier_on=2023-12-31&earlier_known_on=2023-01-01&sheet=restatements",
        "/programmes/ihi/documents/",
        "/programmes/ihi/documents/article-116e/",
    ],
    "partner": ["/office/partner/foundation-f/statement/", "/office/partner/foundation-f/statement/?as_of=2022-01-01"],
}


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """The round with a plan and a report, an auditor, and somebody of the partner."""
    site = Round.opened()
    site.plan("approved")
    site.report("validated")
    auditor = User.objects.create(username="ada", role="auditor")
    return {"auditor": auditor, "partner": partner("flora", site.partner, "read")}


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_is_open_to_everybody(
    people: dict[str, User], open_page: OpenPage, live_server: LiveServer, size: str
) -> None:
    html = {}
    for role, addresses in PAGES.items():
        page = open_page(size)
        signed_in(page, people[role], live_server)
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            html[f"{role} {address}"] = answer.text()
            assert_accessible(page)
            assert_no_sideways_scroll(page)
    if size == "desktop":
        assert_valid_html(html)


def test_partner_downloads_the_statement_of_an_earlier_day_without_javascript(
    people: dict[str, User], browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": height}
    )
    problems = watch(context)
    page = context.new_page()
    signed_in(page, people["partner"], live_server)
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
