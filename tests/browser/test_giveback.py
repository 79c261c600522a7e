"""Cash, notices, close-out, reallocation and the trajectory in a real browser: open to everybody, and done without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch
from tests.browser.test_desk import signed_in
from tests.giveback import Shown
from tests.nu import assert_valid_html
from tests.rights import partner

from cofund.records.ledger.models import Notice

pytestmark = pytest.mark.browser


@pytest.fixture
def shown(transactional_db: None) -> Shown:
    """One of everything."""
    return Shown.make()


def addresses(shown: Shown) -> dict[str, list[str]]:
    """Which pages each role opens."""
    contribution = f"/office/contributions/{shown.contribution.reference}/"
    instalments = [f"/office/instalments/{one.pk}/" for one in (shown.late, shown.paid, shown.planned)]
    notice = f"/office/notices/{shown.notice.pk}/"
    return {
        "finance_officer": [
            "/office/",
            "/office/instalments/",
            "/office/instalments/?state=late",
            *instalments,
            f"{instalments[2]}change/",
            f"{instalments[2]}invoice/",
            f"{instalments[0]}receipt/",
            f"{instalments[0]}notice/",
            contribution,
            f"{contribution}instalments/new/",
            f"{contribution}notice/",
            notice,
            f"{notice}cure/",
            f"{notice}terminate/",
            f"{notice}withdraw/",
            "/office/edctp3/projects/one/",
            "/office/edctp3/projects/one/close-out/",
            "/office/edctp3/projects/one/close/",
            "/office/edctp3/envelope/",
            "/office/edctp3/tranches/b/reallocate/",
            "/office/edctp3/trajectory/",
            "/office/edctp3/trajectory/?by=partner",
            "/office/edctp3/trajectory/?by=year",
            "/programmes/edctp3/trajectory/",
        ],
        "partner": [
            "/office/",
            "/office/instalments/",
            *instalments[:1],
            notice,
            contribution,
            "/office/partner/trust/",
        ],
    }


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_is_open_to_everybody(shown: Shown, open_page: OpenPage, live_server: LiveServer, size: str) -> None:
    people = {
        "finance_officer": shown.cash.person("finance_officer"),
        "partner": partner("paul", shown.cash.office.organisation("Trust"), "read"),
    }
    html = {}
    for role, pages in addresses(shown).items():
        page = open_page(size)
        signed_in(page, people[role], live_server)
        for address in pages:
            answer = page.goto(address)
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            html[f"{role} {address}"] = answer.text()
            assert_accessible(page)
            assert_no_sideways_scroll(page)
    if size == "desktop":
        assert_valid_html(html)


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
