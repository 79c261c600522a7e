"""An application as people make it, with the keyboard alone: from a draft through the board into the books, for PERISCOPE."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from tests.applications import decide as by_the_board
from tests.applications import line, meeting, start, write
from tests.books import MILLION, Office
from tests.browser.keys import Keys
from tests.browser.letters import type_letter, type_line
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


def begin(keys: Keys) -> None:
    """Start the application, as the partner's person, and come to its letter."""
    keys.go("/office/applications/new/imi2/")
    keys.choose("Organisation required", text=GATES)
    keys.choose("For which topic or project", value=f"topic:{TOPIC}")
    keys.done("Start the letter", "The application is started.")


def write_and_hand_in(keys: Keys) -> None:
    """From an empty letter to one that is handed in; a line is added and taken back on the way."""
    page = keys.page
    type_line(keys, 1, "7,000,000")
    keys.button("Add a line")
    expect(page.get_by_label("Amount of line 1 ")).to_have_value("7,000,000")
    type_line(keys, 2, "1")
    keys.tick("Take out line 2")
    type_letter(keys)
    keys.button("Show what this unlocks")
    expect(page.locator("#line-unlocks")).to_contain_text("EUR 7,000,000")
    keys.done("Save and look at it", "The draft is saved:")
    keys.link("Hand it in")
    keys.done("Hand it in", "Hand it in: recorded.")


def bring_before_the_board(keys: Keys, address: str) -> None:
    """The office's part: check, accept the warning that no paper is here, and put it on the agenda."""
    page = keys.page
    keys.go(address)
    keys.link("Check it")
    keys.write("Day it is about", "2015-10-20")
    keys.button("Check it")
    expect(page.locator("#findings")).to_contain_text("The signed document itself is not here.")
    keys.link("Accept the warnings")
    keys.write("Reason", "The signed paper is in the office")
    keys.button("Accept the warnings")
    keys.link("Put it on an agenda")
    keys.choose("Meeting of the Governing Board", place=1)
    keys.done("Put it on an agenda", "Put it on an agenda: recorded.")
    expect(page.locator("main")).to_contain_text("The board has not decided yet")
    expect(page.get_by_role("link", name="Approve", exact=True)).to_have_count(0)


def approve(keys: Keys, address: str) -> None:
    """The approval, once the board decided: the form knows its decision."""
    page = keys.page
    keys.go(address)
    keys.link("Approve")
    expect(page.locator(".facts")).to_contain_text("would unlock EUR 7,000,000")
    expect(page.get_by_label("Number of the decision")).to_have_value("IMI2-GB-DEC-2015-21")
    keys.write("Reason", "The board decided")
    keys.done("Approve", "Approve: recorded.")


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


def test_application_goes_from_draft_to_the_books_by_keyboard(office: Office, keys: Keys) -> None:
    keys.sign_in("paul", PASSWORD)
    begin(keys)
    keys.look()
    write_and_hand_in(keys)
    # As if it had been handed in then: a letter is checked as of no day before.
    handed_in_at = dt.datetime(2015, 10, 20, tzinfo=dt.UTC)
    Letter.objects.filter(submitted_at__isnull=False).update(submitted_at=handed_in_at)
    address = f"/office/applications/{Application.objects.get().reference}/"
    keys.sign_in("fred", PASSWORD)
    bring_before_the_board(keys, address)
    by_the_board(office, Application.objects.get(), "IMI2-GB-DEC-2015-21")
    approve(keys, address)
    keys.look()
    assert_as_in_the_scenario(office)


def test_letter_is_saved_by_the_enter_key(office: Office, keys: Keys) -> None:
    row, page = start(office, GATES, topic=office.topic(TOPIC)), keys.page
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


def test_panel_follows_what_is_typed(office: Office, page: Page) -> None:
    row, keys = start(office, GATES, topic=office.topic(TOPIC)), Keys(page)
    keys.sign_in("fred", PASSWORD)
    keys.go(f"/office/applications/{row.reference}/letter/")
    keys.pick(page.get_by_role("group", name="No other Union funds pay").get_by_label("Yes"))
    keys.choose("Kind of line 1 ", value="FC_JU")
    keys.write("Amount of line 1 ", "7,000,000")
    expect(page.locator("#line-unlocks")).to_contain_text("EUR 7,000,000")
    page.wait_for_load_state("networkidle")


def test_late_board_is_refused_with_the_days_and_offers_to_amend_the_work_plan_by_keyboard(
    office: Office, keys: Keys
) -> None:
    office.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    Topic.objects.filter(code=TOPIC).update(adoption_planned_on=dt.date(2015, 11, 1))
    # Booked through the clock above, as the fixture recorded its entries today.
    row = start(office, GATES, topic=office.topic(TOPIC))
    write(office, row, line(7 * MILLION))
    Application.objects.filter(pk=row.pk).update(status="eligible")
    keys.sign_in("fred", PASSWORD)
    keys.go(f"/office/applications/{row.reference}/schedule/")
    keys.choose("Meeting of the Governing Board", place=1)
    keys.button("Put it on an agenda")
    expect(keys.page.get_by_role("alert")).to_contain_text("19 days after")
    keys.look()
    keys.button(keys.page.get_by_role("button", name="amend the work plan"))
    expect(keys.page.locator(".message-success")).to_contain_text("Put it on an agenda: recorded.")
