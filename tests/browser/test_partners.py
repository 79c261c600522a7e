"""Pages about organisations in a real browser: adding with a warning, merging and undoing, without scripts and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.keys import Keys
from tests.browser.pages import OpenPage, assert_accessible, assert_no_sideways_scroll
from tests.nu import assert_valid_html

from cofund.actions.demonstration.loading import load
from cofund.queries import demonstration
from cofund.queries.verification import verify
from cofund.records.corpus.models import ImportRun, PastOrganisation, RorName, RorRecord
from cofund.records.directory.models import Contact, Interest, Organisation, OrganisationRelation

pytestmark = pytest.mark.browser


@pytest.fixture
def site(transactional_db: None) -> None:
    """The demonstration with a record of ROR, a past organisation, a contact, and a second row of one foundation."""
    load()
    run = ImportRun.objects.create(source="ROR", file_name="a", file_bytes=1, started_at="2025-01-01T00:00Z")
    autistica = RorRecord.objects.create(
        run=run, id="036gts662", name="Autistica", status="active", country="GB",
        links=[{"type": "website", "value": "https://www.autistica.org.uk"}],
    )  # fmt: skip
    RorName.objects.create(record=autistica, key="autistica", first_word="autistica", country="GB")
    PastOrganisation.objects.create(run=run, pic=910577025, name="AUTISTICA", country="UK")
    jdrf = Organisation.objects.get(slug="jdrf")
    Contact.objects.create(organisation=jdrf, name="Jo Example", email="jo@example.org", is_first=True)
    Organisation.objects.create(slug="gates-fdn", name="Gates Fdn", country="US")


def sign_in(page: Page) -> None:
    """Sign in as the officer of the demonstration."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("officer")
    page.get_by_label("Password").fill(demonstration.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/")


def addresses() -> list[str]:
    """Every page about organisations."""
    contact, interest = Contact.objects.get(), Interest.objects.get(organisation__slug="jdrf")
    relation = OrganisationRelation.objects.get(organisation__slug="childrens-tumor-foundation")
    one = "/office/partners/jdrf/"
    return [
        *("/office/partners/", "/office/partners/?kind=foundation&country=US&sort=-next", "/office/partners/new/"),
        *(one, "/office/partners/childrens-tumor-foundation/", "/office/partners/autistica/"),
        *("/office/partners/efpia/?lane=Record", "/office/partners/?q=nothing+fits"),
        *(f"{one}{act}/" for act in ("edit", "name", "plan", "exchange", "relation", "contact", "interest", "merge")),
        *(f"/office/partners/contacts/{contact.pk}/", f"/office/partners/contacts/{contact.pk}/left/"),
        *(f"/office/partners/interests/{interest.pk}/end/", f"/office/partners/relations/{relation.pk}/end/"),
        *("/office/partners/gates-foundation/merge/gates-fdn/", "/office/partners/autistica/ror/036gts662/"),
        *("/office/partners/autistica/past/910577025/", "/partners/childrens-tumor-foundation/"),
    ]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_keep_nobody_out(site: None, open_page: OpenPage, size: str) -> None:
    page = open_page(size)
    sign_in(page)
    html = {}
    for address in addresses():
        page.goto(address)
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        html[address] = page.context.request.get(page.url).text()
    if size == "desktop":
        assert_valid_html(html)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_duplicate_is_warned_of_before_an_organisation_is_added(site: None, open_page: OpenPage, size: str) -> None:
    page = open_page(size)
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    sign_in(page)
    page.goto("/office/partners/")
    page.get_by_role("link", name="Add an organisation").click()
    page.get_by_label("Legal name").fill("Bill and Melinda Gates Fund")
    page.get_by_label("Country").fill("US")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#likely")).to_contain_text("same name but for its legal form, same country")
    expect(page.get_by_role("alert")).to_contain_text("The site probably has it already")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    assert_valid_html({"likely": page.content()})
    page.get_by_label("this is another organisation").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bill and Melinda Gates Fund")


def test_merge_is_done_and_undone_by_keyboard(site: None, open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("desktop")
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    keys = Keys(page)
    keys.sign_in("officer", demonstration.PASSWORD)
    keys.go("/office/partners/gates-fdn/merge/gates-foundation/")
    keys.link("Keep Gates Foundation instead")
    page.wait_for_url("**/gates-foundation/merge/gates-fdn/")
    keys.write("Reason", "The same foundation, written short")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/partners/gates-foundation/")
    expect(page.locator("#merges")).to_contain_text("The same foundation, written short")
    assert_accessible(page)
    keys.go("/partners/gates-fdn/")
    assert page.url.endswith("/partners/gates-foundation/")
    keys.go("/office/partners/gates-fdn/")
    expect(page.get_by_text("Merged into Bill & Melinda Gates Foundation")).to_be_visible()
    assert_accessible(page)
    keys.go("/office/partners/gates-foundation/")
    keys.link("Undo")
    keys.write("Reason", "Two after all")
    keys.button("Undo it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gates Fdn")
    assert verify("imi2").findings == ()


def test_what_open_data_know_is_taken_over(site: None, open_page: OpenPage) -> None:
    page = open_page("desktop")
    sign_in(page)
    page.goto("/office/partners/autistica/")
    page.get_by_role("link", name="Look and take it over").click()
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_role("link", name="036gts662")).to_have_attribute("href", "https://ror.org/036gts662")
    page.get_by_role("link", name="Look and link it").click()
    page.get_by_role("button", name="It is the same organisation").click()
    expect(page.locator("#past")).to_contain_text("Same participant identification code")
