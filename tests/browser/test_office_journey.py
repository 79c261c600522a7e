"""Scenario S1 as a person does it, with the keyboard alone: a foundation knocks, and seven million of its money bring as many."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.books import MILLION, Office
from tests.browser.keys import Keys
from tests.places import office_of_imi2

from cofund.queries import funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.programme.models import Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2015-03-05"
PASSWORD = "correct-horse-battery"
FREE = "Envelope “Matched by Associated Partners”: free, no decision has taken it"


@pytest.fixture
def office(transactional_db: None) -> Office:
    """IMI2 with 5.0 m reserved for two partners, and a topic to which EFPIA's 7.0 m in kind are pledged."""
    return office_of_imi2()


def type_pledge(keys: Keys) -> None:
    """Type the pledge of the foundation."""
    keys.go("/office/imi2/pledge/")
    # The scheme has ended, so that today cannot stand.
    keys.write("Day it is about", "2015-10-01")
    keys.choose("For which topic or project", value=f"topic:{TOPIC}")
    keys.write("Partner required", "Bill & Melinda Gates Foundation")
    keys.choose("Given as", value="partner:FC_JU")
    keys.write("Amount required", "7,000,000")
    keys.pick(keys.page.get_by_role("group", name="Other Union funds").locator("[value=yes]"))
    keys.write("Reason", "The foundation knocked and offers cash")


def changes(page: Page) -> dict[str, tuple[str, str]]:
    """What the page says will happen: label to now and after."""
    rows = page.locator(".changes tbody tr").all()
    found = {}
    for row in rows:
        cells = row.locator("td").all_inner_texts()
        found[row.locator("th").inner_text().split("\n")[0]] = (cells[0].split("\n")[0], cells[1].split("\n")[0])
    return found


def decide(keys: Keys, number: str, on: str = "2015-12-08", reason: str = "The board decided") -> None:
    """Fill the form of an act that a decision allows, and look at what will happen."""
    keys.write("Number of the decision", number)
    keys.write("Decided on", on)
    keys.write("Reason", reason)
    keys.button("Show what will happen")


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


def endorse_and_reserve(keys: Keys) -> None:
    """From the page of the pledge to the adoption of its topic."""
    keys.link("Endorse")
    decide(keys, "IMI2-GB-DEC-2015-21")
    assert changes(keys.page)["Contribution endorsed"] == ("EUR 0", "EUR 7,000,000")
    keys.done("Endorse", "Endorsed: recorded as entry")
    keys.link(keys.page.get_by_role("link", name="Adopt and reserve"))
    decide(keys, "IMI2-GB-DEC-2015-22")
    said = changes(keys.page)
    assert said[FREE] == ("EUR 208,000,000", "EUR 201,000,000")
    assert said["Total behind it"] == ("EUR 28,000,000", "EUR 28,000,000")
    keys.done("Adopt and reserve", "Reserved at adoption: recorded as entry")


def assert_topic_as_in_the_scenario() -> None:
    """The figures of S1 out of the books, and books that verify."""
    money = funding.of_target("imi2", Target(topic=Topic.objects.get(code=TOPIC)))
    assert money.total_cents == 28 * MILLION
    assert money.public_cents == 14 * MILLION
    assert money.through_office_cents == 21 * MILLION
    assert (money.leverage.l1, money.leverage.l2) == (2, 4)
    assert Office("imi2").standing("B").free_cents == 201 * MILLION
    assert verify("imi2").findings == ()


def test_pledge_to_adoption_with_the_panel_by_keyboard(office: Office, keys: Keys) -> None:
    keys.sign_in("fred", PASSWORD)
    type_pledge(keys)
    # Where scripts run the panel follows what is typed.
    if not keys.has_scripts:
        keys.button("Show what this unlocks")
    assert_panel(keys.page)
    keys.look()
    keys.done("Record the pledge", "The pledge is recorded as imi2-")
    endorse_and_reserve(keys)
    assert_topic_as_in_the_scenario()


def test_second_adoption_is_refused_and_offers_to_amend_the_work_plan_by_keyboard(office: Office, keys: Keys) -> None:
    target = Target(topic=office.topic(TOPIC))
    office.reserve(target)
    late = office.pledge(7 * MILLION, "Gates", kind="FC_JU", target=target).contribution
    office.endorse(late)
    keys.sign_in("fred", PASSWORD)
    keys.go(f"/office/imi2/topics/{TOPIC}/reserve/")
    decide(keys, "IMI2-GB-DEC-2016-01", "2016-01-20", "The board met after the adoption")
    expect(keys.page.get_by_role("alert")).to_contain_text("It was adopted on 2015-10-01")
    keys.look()
    keys.button("Amend the work plan")
    expect(keys.page.locator(".changes")).to_be_visible()
    assert changes(keys.page)[FREE] == ("EUR 208,000,000", "EUR 201,000,000")
    keys.done("Adopt and reserve", "Reserved at adoption: recorded as entry")
    assert office.standing("B").free_cents == 201 * MILLION


def test_pledge_above_the_envelope_is_refused_with_an_offer_by_keyboard(office: Office, keys: Keys) -> None:
    page = keys.page
    keys.sign_in("fred", PASSWORD)
    type_pledge(keys)
    keys.write("Amount required", "300,000,000")
    if not keys.has_scripts:
        keys.button("Show what this unlocks")
    expect(page.locator("#unlock .callout-warning")).to_contain_text("EUR 208,000,000 is left")
    keys.button("Record the pledge")
    expect(page.locator(".refusal-figures")).to_contain_text("EUR 300,000,000")
    expect(page.locator(".refusal-figures")).to_contain_text("EUR 208,000,000")
    keys.look()
    keys.button("Record the part above as unmatched")
    expect(page.locator(".tiles")).to_contain_text("EUR 92,000,000")
