"""After the text of a topic changed, with the keyboard alone: partners' answers are seen before its match is reserved, and a
partner is checked again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests import changed_texts
from tests.browser.keys import Keys
from tests.changed_texts import PASSWORD

from cofund.queries import clock

pytestmark = pytest.mark.browser


@pytest.fixture
def before(transactional_db: None) -> dict[str, int | str]:
    """A topic before the board: JDRF withdraws, and wants to talk about its letter; Wellcome is late, and to be checked again."""
    return changed_texts.build()


@pytest.fixture
def decided(transactional_db: None) -> dict[str, int | str]:
    """The same, once the board has adopted the topic."""
    return changed_texts.build(is_decided=True)


def test_partners_answers_are_seen_before_the_match_is_reserved_and_kept_with_the_decision_by_keyboard(
    decided: dict[str, int | str], keys: Keys
) -> None:
    keys.sign_in("fred", PASSWORD)
    keys.go("/office/imi2/topics/T1/reserve/")
    keys.write("Number of the decision", "GB-9")
    keys.write("Decided on", clock.today().isoformat())
    keys.write("Reason", "The board adopted it")
    keys.button("Show what will happen")
    warned = keys.page.locator(".callout-warning").first
    expect(warned).to_contain_text("Not every partner stands by it as the text is now")
    expect(warned).to_contain_text("Children are no longer in its scope")
    expect(warned).to_contain_text("Wellcome has not said whether")
    keys.look()
    keys.button("Adopt and reserve")
    keys.go("/office/governance/decisions/")
    keys.link(keys.page.get_by_role("link", name="GB-9"))
    expect(keys.page.locator("main")).to_contain_text("What partners had said when it was taken")
    expect(keys.page.locator("main")).to_contain_text("JDRF wants to talk first about")
    keys.look()


def test_partner_in_the_books_is_checked_again_from_the_desk_by_keyboard(
    before: dict[str, int | str], keys: Keys
) -> None:
    keys.sign_in("olga", PASSWORD)
    keys.link(keys.page.get_by_role("link", name="Contributions whose partner to check again"))
    keys.link(keys.page.get_by_role("link", name=str(before["due"])))
    expect(keys.page.locator("main")).to_contain_text("Wellcome is a constituent entity of EFPIA")
    keys.button("Record the check")
    expect(keys.page.locator(".error-summary")).to_contain_text("Why it may stay")
    keys.look()
    keys.write("Why it may stay", "It gives to this topic as a partner only")
    keys.done("Record the check", "The check is recorded.")
    expect(keys.page.locator(".callout-warning")).to_contain_text("It gives to this topic as a partner only")
    keys.look()
