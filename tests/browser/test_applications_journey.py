"""An application as people make it: from a draft through the board into the books, for PERISCOPE, with 201.0 m left at the end."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.applications import decide as by_the_board
from tests.applications import line, meeting, start, write
from tests.books import MILLION, Office
from tests.browser.keys import Keys
from tests.browser.letters import fill_letter, fill_line
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch
from tests.places import two_partners

from cofund.queries import funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2015-03-05"
PASSWORD = "correct-horse-battery"
GATES = "Bill & Melinda Gates Foundation"
BOARD = dt.date(2015, 11, 20)


@pytest.fixture
def office(transactional_db: None) -> Office:
    """IMI2 with 5.0 m reserved for two partners, a topic with EFPIA's 7.0 m in kind, and a board that meets."""
    office = two_partners("Pertussis vaccination")
    Topic.objects.filter(code=TOPIC).update(adoption_planned_on=dt.date(2015, 12, 8))
    gates = Organisation.objects.get(slug="gates")
    meeting(office, BOARD)
    paul = User.objects.create_user("paul", password=PASSWORD, role="partner", organisation=gates, first_name="Paul")
    for right in ("apply", "sign"):
        PartnerRight.objects.create(
            user=paul, organisation=gates, right=right, granted_at=dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
        )
    return office


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/")


def begin(page: Page) -> None:
    """Start the application, as the partner's person, and come to its letter."""
    page.goto("/office/applications/new/imi2/")
    page.get_by_label("Organisation required").select_option(label=GATES)
    page.get_by_label("For which topic or project").select_option(f"topic:{TOPIC}")
    page.get_by_role("button", name="Start the letter").click()
    page.wait_for_url("**/letter/")


def write_and_hand_in(page: Page) -> None:
    """From an empty letter to one that is handed in; a line is added and taken back on the way."""
    fill_line(page, 1, "7,000,000")
    page.get_by_role("button", name="Add a line").click()
    expect(page.get_by_label("Amount of line 1 ")).to_have_value("7,000,000")
    fill_line(page, 2, "1")
    page.get_by_label("Take out line 2").check()
    fill_letter(page)
    page.get_by_role("button", name="Show what this unlocks").click()
    expect(page.locator("#line-unlocks")).to_contain_text("EUR 7,000,000")
    page.get_by_role("button", name="Save and look at it").click()
    expect(page.locator(".message-success")).to_contain_text("The draft is saved:")
    page.get_by_role("link", name="Hand it in").click()
    page.get_by_role("button", name="Hand it in").click()
    expect(page.locator(".message-success")).to_contain_text("Hand it in: recorded.")


def decide(page: Page, address: str, office: Office) -> None:
    """The office's part: check, accept the warning that no paper is here, agenda, and the approval once the board decided."""
    # As if it had been handed in then: a letter is checked as of no day before.
    handed_in_at = dt.datetime(2015, 10, 20, tzinfo=dt.UTC)
    Letter.objects.filter(submitted_at__isnull=False).update(submitted_at=handed_in_at)
    page.goto(address)
    page.get_by_role("link", name="Check it").click()
    page.get_by_label("Day it is about").fill("2015-10-20")
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("#findings")).to_contain_text("The signed document itself is not here.")
    page.get_by_role("link", name="Accept the warnings").click()
    page.get_by_label("Reason").fill("The signed paper is in the office")
    page.get_by_role("button", name="Accept the warnings").click()
    page.get_by_role("link", name="Put it on an agenda").click()
    page.get_by_label("Meeting of the Governing Board").select_option(index=1)
    page.get_by_role("button", name="Put it on an agenda").click()
    expect(page.locator("main")).to_contain_text("The board has not decided yet")
    expect(page.get_by_role("link", name="Approve", exact=True)).to_have_count(0)
    by_the_board(office, Application.objects.get(), "IMI2-GB-DEC-2015-21")
    page.goto(address)
    page.get_by_role("link", name="Approve", exact=True).click()
    expect(page.locator(".facts")).to_contain_text("would unlock EUR 7,000,000")
    expect(page.get_by_label("Number of the decision")).to_have_value("IMI2-GB-DEC-2015-21")
    page.get_by_label("Reason").fill("The board decided")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".message-success")).to_contain_text("Approve: recorded.")


def assert_as_in_the_scenario(office: Office) -> None:
    """The figures of S1: 201.0 m open now, and free once the topic is adopted."""
    row = Application.objects.get()
    contribution = row.letters.get().lines.get().contribution
    assert row.status == "approved" and contribution is not None
    assert office.standing("B").open_cents == 201 * MILLION
    target = Target(topic=Topic.objects.get(code=TOPIC))
    office.reserve(target, dt.date(2015, 12, 8))
    money = funding.of_target("imi2", target)
    assert (money.total_cents, money.public_cents, money.through_office_cents) == (
        28 * MILLION,
        14 * MILLION,
        21 * MILLION,
    )
    assert (money.leverage.l1, money.leverage.l2, office.standing("B").free_cents) == (2, 4, 201 * MILLION)
    assert verify("imi2").findings == ()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_application_goes_from_draft_to_the_books(office: Office, open_page: OpenPage, size: str) -> None:
    partner = open_page(size)
    sign_in(partner, "paul")
    begin(partner)
    assert_accessible(partner)
    write_and_hand_in(partner)
    address = f"/office/applications/{Application.objects.get().reference}/"
    page = open_page(size)
    sign_in(page, "fred")
    decide(page, address, office)
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    assert_as_in_the_scenario(office)


def test_application_goes_from_draft_to_the_books_without_javascript(
    office: Office, browser: Browser, live_server: LiveServer
) -> None:
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, java_script_enabled=False
    )
    problems = watch(context)
    page = context.new_page()
    sign_in(page, "paul")
    begin(page)
    write_and_hand_in(page)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "fred")
    decide(page, f"/office/applications/{Application.objects.get().reference}/", office)
    context.close()
    assert problems == []
    assert_as_in_the_scenario(office)


def test_letter_is_saved_with_the_keyboard_alone(office: Office, open_page: OpenPage) -> None:
    row = start(office, GATES, topic=office.topic(TOPIC))
    page = open_page("desktop")
    keys = Keys(page)
    keys.sign_in("fred", PASSWORD)
    keys.go(f"/office/applications/{row.reference}/letter/")
    keys.write(page.locator("#id_subject_matter"), "Pertussis")
    keys.choose(page.locator("#id_line-0-kind"), value="FC_JU")
    keys.write(page.locator("#id_line-0-amount_cents"), "7000000")
    # Enter in a field saves, and does not add a line.
    page.keyboard.press("Enter")
    expect(page.locator(".message-success")).to_contain_text("The draft is saved:")
    one = row.letters.get().lines.get()
    assert (one.kind, one.amount_cents, row.letters.get().subject_matter) == ("FC_JU", 7 * MILLION, "Pertussis")


def test_panel_follows_what_is_typed(office: Office, open_page: OpenPage) -> None:
    row = start(office, GATES, topic=office.topic(TOPIC))
    page = open_page("desktop")
    sign_in(page, "fred")
    page.goto(f"/office/applications/{row.reference}/letter/")
    page.get_by_role("group", name="No other Union funds pay").get_by_label("Yes").check()
    page.get_by_label("Kind of line 1 ").select_option("FC_JU")
    page.get_by_label("Amount of line 1 ").press_sequentially("7,000,000")
    expect(page.locator("#line-unlocks")).to_contain_text("EUR 7,000,000")
    page.wait_for_load_state("networkidle")


def test_late_board_is_refused_with_the_days_and_offers_to_amend_the_work_plan(
    office: Office, open_page: OpenPage
) -> None:
    office.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    Topic.objects.filter(code=TOPIC).update(adoption_planned_on=dt.date(2015, 11, 1))
    # Booked through the clock above, as the fixture recorded its entries today.
    row = start(office, GATES, topic=office.topic(TOPIC))
    write(office, row, line(7 * MILLION))
    Application.objects.filter(pk=row.pk).update(status="eligible")
    page = open_page("desktop")
    sign_in(page, "fred")
    page.goto(f"/office/applications/{row.reference}/schedule/")
    page.get_by_label("Meeting of the Governing Board").select_option(index=1)
    page.get_by_role("button", name="Put it on an agenda").click()
    expect(page.get_by_role("alert")).to_contain_text("19 days after")
    assert_accessible(page)
    page.get_by_role("button", name="amend the work plan").click()
    expect(page.locator(".message-success")).to_contain_text("Put it on an agenda: recorded.")
