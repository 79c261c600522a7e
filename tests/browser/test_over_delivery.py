"""Over-delivery as people meet it: said before a report is handed in and checked, and beside the other figures afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page
from tests.boards import PASSWORD
from tests.books import FINANCE
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll
from tests.nu import assert_valid_html
from tests.rounds import AT, YEAR, Round

from cofund.actions.rounds import checking, reports
from cofund.actions.rounds.checking import Acceptance
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.records.directory.models import User
from cofund.records.ledger.models import Report

pytestmark = pytest.mark.browser
AFTER_IT = "EUR 50,000 over-delivery"


@pytest.fixture
def site(transactional_db: None) -> Round:
    """A partner gave EUR 50,000 more in kind than it had committed, and drafts EUR 1,000 for the year after."""
    site = Round.opened()
    report = site.grant_report(210_000_000)
    checking.validate(FINANCE, report, {1: Acceptance(205_000_000, "Travel")}, at=AT)
    year = YEAR + 1
    wanted = NewReport(site.partner, year, dt.date(year, 1, 1), dt.date(year, 12, 31), Report.Source.GRANT)
    draft = reports.start(FINANCE, site.scheme, wanted, at=AT)
    reports.write_line(FINANCE, draft, Reported(100_000, contribution=site.given), at=AT)
    User.objects.create_user("fred", password=PASSWORD, role="finance_officer")
    return site


def sign_in(page: Page) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("fred")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/**")


@pytest.mark.parametrize("size", VIEWPORTS)
def test_pages_say_what_is_beyond_the_commitment(site: Round, open_page: OpenPage, size: str) -> None:
    page = open_page(size)
    sign_in(page)
    draft = Report.objects.get(status=Report.Status.DRAFT).reference
    pages = {
        f"/office/round/reports/{draft}/": "EUR 1,000 more than is committed",
        f"/office/round/reports/{draft}/submit/": "EUR 1,000 more than is committed. What the office accepts of it stands apart",
        f"/office/contributions/{site.given.reference}/": "accepted beyond what is committed",
        "/office/ihi/projects/x/": "Beside it EUR 50,000 were delivered beyond what is committed",
        "/programmes/ihi/projects/x/": "Beside it EUR 50,000 were delivered beyond what is committed",
        "/partners/foundation-f/": AFTER_IT,
    }
    html: dict[str, str] = {}
    for address, words in pages.items():
        page.goto(address)
        assert words in page.inner_text("main"), address
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        html[address] = page.content()
    assert_valid_html(html)
