"""After the text of a topic changed: partners' answers are seen before its match is reserved, and a partner is checked again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests import changed_texts
from tests.browser.pages import assert_accessible
from tests.changed_texts import PASSWORD

from cofund.queries import clock

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(transactional_db: None) -> dict[str, int | str]:
    """A topic before the board: JDRF withdraws, and wants to talk about its letter; Wellcome is late, and to be checked again."""
    return changed_texts.build()


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does."""
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/office/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/**")


@pytest.fixture
def decided(transactional_db: None) -> dict[str, int | str]:
    """The same, once the board has adopted the topic."""
    return changed_texts.build(is_decided=True)


def test_partners_answers_are_seen_before_the_match_is_reserved_and_kept_with_the_decision(
    decided: dict[str, int | str], page: Page
) -> None:
    sign_in(page, "fred")
    page.goto("/office/imi2/topics/T1/reserve/")
    page.get_by_label("Number of the decision").fill("GB-9")
    page.get_by_label("Decided on").fill(clock.today().isoformat())
    page.get_by_label("Reason").fill("The board adopted it")
    page.get_by_role("button", name="Show what will happen").click()
    warned = page.locator(".callout-warning").first
    expect(warned).to_contain_text("Not every partner stands by it as the text is now")
    expect(warned).to_contain_text("Children are no longer in its scope")
    expect(warned).to_contain_text("Wellcome has not said whether")
    assert_accessible(page)
    page.get_by_role("button", name="Adopt and reserve").click()
    page.goto("/office/governance/decisions/")
    page.get_by_role("link", name="GB-9").click()
    expect(page.locator("main")).to_contain_text("What partners had said when it was taken")
    expect(page.locator("main")).to_contain_text("JDRF wants to talk first about")
    assert_accessible(page)


def test_partner_in_the_books_is_checked_again_from_the_desk(keys: dict[str, int | str], page: Page) -> None:
    sign_in(page, "olga")
    page.get_by_role("link", name="Contributions whose partner to check again").first.click()
    page.get_by_role("link", name=str(keys["due"])).first.click()
    expect(page.locator("main")).to_contain_text("Wellcome is a constituent entity of EFPIA")
    page.get_by_role("button", name="Record the check").click()
    expect(page.locator(".error-summary")).to_contain_text("Why it may stay")
    page.get_by_label("Why it may stay").fill("It gives to this topic as a partner only")
    page.get_by_role("button", name="Record the check").click()
    expect(page.locator(".message-success")).to_contain_text("The check is recorded.")
    expect(page.locator(".callout-warning")).to_contain_text("It gives to this topic as a partner only")
