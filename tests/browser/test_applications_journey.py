"""An application as people make it: from a draft through the board into the books, for PERISCOPE, with 201.0 m left at the end."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.applications import brought_to, line, meeting, start, write
from tests.applications import decide as by_the_board
from tests.books import MILLION, Office, shipped
from tests.browser.keys import Keys
from tests.browser.letters import fill_letter, fill_line
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch
from tests.nu import assert_valid_html

from cofund.actions.applications import letters
from cofund.queries import funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2015-03-05"
PASSWORD = "correct-horse-battery"
GATES = "Bill & Melinda Gates Foundation"
BOARD = dt.date(2015, 11, 20)


@pytest.fixture
def office(transactional_db: None) -> Office:
    """IMI2 with 5.0 m reserved for two partners, a topic with EFPIA's 7.0 m in kind, and a board that meets."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    diabetes = Target(topic=office.topic("IMI2-2014-02-01"))
    for name, amount in (("JDRF", 280_000_000), ("Helmsley Charitable Trust", 220_000_000)):
        office.endorse(office.pledge(amount, name, kind="FC_JU", target=diabetes).contribution)
    office.reserve(diabetes)
    topic = office.topic(TOPIC)
    Topic.objects.filter(pk=topic.pk).update(title="Pertussis vaccination", adoption_planned_on=dt.date(2015, 12, 8))
    office.endorse(
        office.pledge(7 * MILLION, "EFPIA", role="member", kind="IK", target=Target(topic=topic)).contribution
    )
    gates = Organisation.objects.create(slug="gates", name=GATES, kind="foundation", country="US")
    meeting(office, BOARD)
    User.objects.create_user("fred", password=PASSWORD, role="finance_officer", first_name="Fred", last_name="Finance")
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


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_of_applications_is_open_to_everybody(office: Office, open_page: OpenPage, size: str) -> None:
    office.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    topic = office.topic(TOPIC)
    returned = start(office, "JDRF", topic=topic)
    write(office, returned, line(MILLION, "IK", place="third", currency="USD"))
    checked = brought_to(office, "eligible", name=GATES, topic=topic)
    Application.objects.filter(pk=checked.pk).update(
        findings=[
            {
                "code": "role",
                "severity": weight,
                "words": "A foundation with two hats",
                "article": "Article 2(7)",
                "remedy": "End one of the two.",
                "accepted": False,
            }
            for weight in ("block", "warn", "info")
        ]
    )
    proposed = start(office, "Simons Foundation", topic=topic)
    Application.objects.filter(pk=proposed.pk).update(topic=None, proposal="SEP-1", status="submitted")
    approved = start(office, "Helmsley Charitable Trust", topic=topic)
    write(office, approved, line(2 * MILLION))
    Application.objects.filter(pk=approved.pk).update(status="approved")
    approved.letters.update(status="endorsed")
    letters.write_next(office.actor, approved, "More money", at=office.at)
    write(office, approved, {**line(3 * MILLION), "number": 1}, line(MILLION))
    base = "/office/applications/"
    addresses = [
        base,
        f"{base}?status=lapsed",
        f"{base}new/",
        f"{base}new/imi2/",
        f"{base}way-in/imi2/",
        f"{base}way-in/imi2/?organisation=JDRF&direct=yes&offers=FC_JU",
        *(f"{base}{row.reference}/" for row in (returned, checked, approved)),
        f"{base}{returned.reference}/letter/",
        f"{base}{checked.reference}/in-time/",
        *(f"{base}{checked.reference}/{step}/" for step in ("schedule", "approve", "return", "check", "reject")),
        f"{base}{checked.reference}/approve-on-conditions/",
        f"{base}{proposed.reference}/",
        f"{base}{proposed.reference}/name-target/",
    ]
    page = open_page(size)
    sign_in(page, "fred")
    html = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
        html[address] = answer.text()
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    if size == "desktop":
        assert_valid_html(html)
