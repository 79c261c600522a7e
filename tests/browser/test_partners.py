"""Pages about organisations in a real browser: adding with a warning, merging and undoing, without scripts and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.keys import Keys
from tests.nu import assert_valid_html
from tests.places import partners

from cofund.queries import demonstration
from cofund.queries.verification import verify

pytestmark = pytest.mark.browser


@pytest.fixture
def site(transactional_db: None) -> None:
    """The demonstration with a record of ROR, a past organisation, a contact, and a second row of one foundation."""
    partners()


def test_duplicate_is_warned_of_before_an_organisation_is_added_by_keyboard(site: None, keys: Keys) -> None:
    page = keys.page
    keys.sign_in("officer", demonstration.PASSWORD)
    keys.go("/office/partners/")
    keys.link("Add an organisation")
    keys.write("Legal name", "Bill and Melinda Gates Fund")
    keys.write("Country", "US")
    keys.button("Add it")
    expect(page.locator("#likely")).to_contain_text("same name but for its legal form, same country")
    expect(page.get_by_role("alert")).to_contain_text("The site probably has it already")
    keys.look()
    assert_valid_html({"likely": page.content()})
    keys.tick("this is another organisation")
    keys.button("Add it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bill and Melinda Gates Fund")


def test_merge_is_done_and_undone_by_keyboard(site: None, keys: Keys) -> None:
    page = keys.page
    keys.sign_in("officer", demonstration.PASSWORD)
    keys.go("/office/partners/gates-fdn/merge/gates-foundation/")
    keys.link("Keep Gates Foundation instead")
    page.wait_for_url("**/gates-foundation/merge/gates-fdn/")
    keys.write("Reason", "The same foundation, written short")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/partners/gates-foundation/")
    expect(page.locator("#merges")).to_contain_text("The same foundation, written short")
    keys.look()
    keys.go("/partners/gates-fdn/")
    assert page.url.endswith("/partners/gates-foundation/")
    keys.go("/office/partners/gates-fdn/")
    expect(page.get_by_text("Merged into Bill & Melinda Gates Foundation")).to_be_visible()
    keys.look()
    keys.go("/office/partners/gates-foundation/")
    keys.link("Undo")
    keys.write("Reason", "Two after all")
    keys.button("Undo it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gates Fdn")
    assert verify("imi2").findings == ()


def test_what_open_data_know_is_taken_over_by_keyboard(site: None, keys: Keys) -> None:
    page = keys.page
    keys.sign_in("officer", demonstration.PASSWORD)
    keys.go("/office/partners/autistica/")
    keys.link(page.get_by_role("link", name="Look and take it over"))
    keys.button("Take it over")
    expect(page.get_by_role("link", name="036gts662")).to_have_attribute("href", "https://ror.org/036gts662")
    keys.link(page.get_by_role("link", name="Look and link it"))
    keys.button("It is the same organisation")
    expect(page.locator("#past")).to_contain_text("Same participant identification code")
