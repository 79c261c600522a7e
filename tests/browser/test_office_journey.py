"""Scenario S1 as a person does it: a foundation knocks, and seven million of its money bring seven more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.books import MILLION, Office, shipped
from tests.browser.keys import Keys
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch
from tests.nu import assert_valid_html
from tests.rights import ALL, partner

from cofund.queries import funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2015-03-05"
PASSWORD = "correct-horse-battery"


@pytest.fixture
def office(transactional_db: None) -> Office:
    """IMI2 with 5.0 m reserved for two partners, and a topic to which EFPIA's 7.0 m in kind are pledged."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    diabetes = Target(topic=office.topic("IMI2-2014-02-01"))
    for name, amount in (("JDRF", 280_000_000), ("Helmsley Charitable Trust", 220_000_000)):
        office.endorse(office.pledge(amount, name, kind="FC_JU", target=diabetes).contribution)
    office.reserve(diabetes)
    topic = office.topic(TOPIC)
    Topic.objects.filter(pk=topic.pk).update(title="Pertussis vaccination research")
    office.endorse(
        office.pledge(7 * MILLION, "EFPIA", role="member", kind="IK", target=Target(topic=topic)).contribution
    )
    Organisation.objects.create(slug="gates", name="Bill & Melinda Gates Foundation", kind="foundation", country="US")
    User.objects.create_user("fred", password=PASSWORD, role="finance_officer", first_name="Fred", last_name="Finance")
    User.objects.create_user("anna", password=PASSWORD, role="auditor", first_name="Anna", last_name="Auditor")
    partner("paul", Organisation.objects.get(slug="jdrf"), *ALL, password=PASSWORD)
    return office


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/")


def fill_pledge(page: Page) -> None:
    """Type the pledge of the foundation."""
    page.goto("/office/imi2/pledge/")
    page.get_by_label("For which topic or project").select_option(f"topic:{TOPIC}")
    page.get_by_label("Partner required").fill("Bill & Melinda Gates Foundation")
    page.get_by_label("Given as").select_option("partner:FC_JU")
    page.get_by_label("Amount required").fill("7,000,000")
    page.get_by_label("The partner states that no other Union funds").check()
    page.get_by_label("Day it is about").fill("2015-10-01")
    page.get_by_label("Reason").fill("The foundation knocked and offers cash")


def changes(page: Page) -> dict[str, tuple[str, str]]:
    """What the page says will happen: label to now and after."""
    rows = page.locator(".changes tbody tr").all()
    found = {}
    for row in rows:
        cells = row.locator("td").all_inner_texts()
        found[row.locator("th").inner_text().split("\n")[0]] = (cells[0].split("\n")[0], cells[1].split("\n")[0])
    return found


def decide(page: Page, number: str, *, more: dict[str, str] | None = None) -> None:
    """Fill the form of an act that a decision allows, look at what will happen, and stop there."""
    page.get_by_label("Number of the decision").fill(number)
    page.get_by_label("Decided on").fill("2015-12-08")
    page.get_by_label("Reason").fill("The board decided")
    for label, value in (more or {}).items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.locator(".changes")).to_be_visible()


def assert_panel(page: Page) -> None:
    """The panel says what is unlocked, why, and what becomes of topic and envelope."""
    panel = page.locator("#unlock")
    expect(panel.locator(".explanation-result")).to_have_text("EUR 7,000,000")
    expect(panel.locator(".explanation-because")).to_contain_text("the ratio is 1 : 1")
    expect(panel.locator(".increase")).to_contain_text("+100 %")
    page.wait_for_load_state("networkidle")
    assert changes(page) == {
        "Total behind it": ("EUR 14,000,000", "EUR 28,000,000"),
        "European Union": ("EUR 7,000,000", "EUR 14,000,000"),
        "Associated Partners": ("EUR 0", "EUR 7,000,000"),
        "EFPIA companies": ("EUR 7,000,000", "EUR 7,000,000"),
        "Through the budget of the Programme Office": ("EUR 7,000,000", "EUR 21,000,000"),
        "L1 Partner multiplier": ("not known", "2.00"),
        "L2 Project multiplier": ("not known", "4.00"),
        "Open in the envelope “Matched by Associated Partners”": ("EUR 208,000,000", "EUR 201,000,000"),
    }


def endorse_and_reserve(page: Page) -> None:
    """From the page of the pledge to the adoption of its topic."""
    page.get_by_role("link", name="Endorse", exact=True).click()
    decide(page, "IMI2-GB-DEC-2015-21")
    assert changes(page)["Contribution endorsed"] == ("EUR 0", "EUR 7,000,000")
    page.get_by_role("button", name="Endorse", exact=True).click()
    expect(page.locator(".message-success")).to_contain_text("Endorsed: recorded as entry")
    page.get_by_role("link", name="Adopt and reserve").click()
    decide(page, "IMI2-GB-DEC-2015-22")
    said = changes(page)
    free = "Envelope “Matched by Associated Partners”: free, no decision has taken it"
    assert said[free] == ("EUR 208,000,000", "EUR 201,000,000")
    assert said["Total behind it"] == ("EUR 28,000,000", "EUR 28,000,000")
    page.get_by_role("button", name="Adopt and reserve").click()
    expect(page.locator(".message-success")).to_contain_text("Reserved at adoption: recorded as entry")


def assert_topic_as_in_the_scenario() -> None:
    """The figures of S1 out of the books, and books that verify."""
    money = funding.of_target("imi2", Target(topic=Topic.objects.get(code=TOPIC)))
    assert money.total_cents == 28 * MILLION
    assert money.public_cents == 14 * MILLION
    assert money.through_office_cents == 21 * MILLION
    assert (money.leverage.l1, money.leverage.l2) == (2, 4)
    assert Office("imi2").standing("B").free_cents == 201 * MILLION
    assert verify("imi2").findings == ()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pledge_to_adoption_with_the_live_panel(office: Office, open_page: OpenPage, size: str) -> None:
    page = open_page(size)
    sign_in(page, "fred")
    fill_pledge(page)
    assert_panel(page)
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Record the pledge").click()
    expect(page.locator(".message-success")).to_contain_text("The pledge is recorded as imi2-")
    endorse_and_reserve(page)
    assert_topic_as_in_the_scenario()


def test_pledge_to_adoption_without_javascript(office: Office, browser: Browser, live_server: LiveServer) -> None:
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, java_script_enabled=False
    )
    problems = watch(context)
    page = context.new_page()
    sign_in(page, "fred")
    fill_pledge(page)
    page.get_by_role("button", name="Show what this unlocks").click()
    assert_panel(page)
    page.get_by_role("button", name="Record the pledge").click()
    expect(page.locator(".message-success")).to_contain_text("The pledge is recorded as imi2-")
    endorse_and_reserve(page)
    context.close()
    assert problems == []
    assert_topic_as_in_the_scenario()


def test_second_adoption_is_refused_and_offers_to_amend_the_work_plan(office: Office, open_page: OpenPage) -> None:
    target = Target(topic=office.topic(TOPIC))
    office.reserve(target)
    late = office.pledge(7 * MILLION, "Gates", kind="FC_JU", target=target).contribution
    office.endorse(late)
    page = open_page("desktop")
    sign_in(page, "fred")
    page.goto(f"/office/imi2/topics/{TOPIC}/reserve/")
    page.get_by_label("Number of the decision").fill("IMI2-GB-DEC-2016-01")
    page.get_by_label("Decided on").fill("2016-01-20")
    page.get_by_label("Reason").fill("The board met after the adoption")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_role("alert")).to_contain_text("It was adopted on 2015-10-01")
    assert_accessible(page)
    page.get_by_role("button", name="Amend the work plan").click()
    expect(page.locator(".changes")).to_be_visible()
    free = "Envelope “Matched by Associated Partners”: free, no decision has taken it"
    assert changes(page)[free] == ("EUR 208,000,000", "EUR 201,000,000")
    page.get_by_role("button", name="Adopt and reserve").click()
    expect(page.locator(".message-success")).to_contain_text("Reserved at adoption: recorded as entry")
    assert office.standing("B").free_cents == 201 * MILLION


def test_pledge_is_written_with_the_keyboard_alone(office: Office, open_page: OpenPage) -> None:
    page = open_page("desktop")
    keys = Keys(page)
    keys.sign_in("fred", PASSWORD)
    keys.go("/office/imi2/pledge/")
    # The scheme has ended, so that today cannot stand.
    keys.write("Day it is about", "2015-10-01")
    keys.choose("For which topic or project", value=f"topic:{TOPIC}")
    keys.write(page.locator("#id_organisation"), "Bill & Melinda Gates Foundation")
    keys.choose("Given as", value="partner:FC_JU")
    keys.write("Amount required", "7000000")
    keys.pick(page.get_by_role("group", name="Other Union funds").locator("[value=yes]"))
    keys.write("Reason", "The foundation knocked")
    assert_panel(page)
    page.wait_for_load_state("networkidle")
    keys.done("Record the pledge", "The pledge is recorded as imi2-")


def test_pledge_above_the_envelope_is_refused_with_an_offer(office: Office, open_page: OpenPage) -> None:
    page = open_page("desktop")
    sign_in(page, "fred")
    fill_pledge(page)
    page.get_by_label("Amount required").fill("300,000,000")
    expect(page.locator("#unlock .callout-warning")).to_contain_text("EUR 208,000,000 is left")
    page.get_by_role("button", name="Record the pledge").click()
    expect(page.locator(".refusal-figures")).to_contain_text("EUR 300,000,000")
    expect(page.locator(".refusal-figures")).to_contain_text("EUR 208,000,000")
    assert_accessible(page)
    page.get_by_role("button", name="Record the part above as unmatched").click()
    expect(page.locator(".tiles")).to_contain_text("EUR 92,000,000")


PAGES = {
    "fred": [
        "/office/",
        "/office/pledge/",
        "/office/imi2/pledge/",
        "/office/contributions/",
        "/office/imi2/contributions/?stage=endorsed",
        "/office/contributions/imi2-3/",
        "/office/contributions/imi2-8/withdraw/",
        "/office/imi2/topics/",
        "/office/imi2/topics/new/",
        f"/office/imi2/topics/{TOPIC}/",
        "/office/imi2/envelope/",
        "/office/imi2/tranches/B/cut/",
        "/office/books/",
        "/office/imi2/books/",
        "/office/imi2/books/7/",
        "/office/imi2/books/verify/",
    ],
    "anna": ["/office/"],
    "paul": ["/office/", "/office/contributions/imi2-3/"],
}


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_of_the_office_is_open_to_everybody(office: Office, open_page: OpenPage, size: str) -> None:
    html = {}
    for name, addresses in PAGES.items():
        page = open_page(size)
        page.goto("/sign-in/")
        assert_accessible(page)
        sign_in(page, name)
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            html[f"{name} {address}"] = answer.text()
            assert_accessible(page)
            assert_no_sideways_scroll(page)
    if size == "desktop":
        assert_valid_html(html)
