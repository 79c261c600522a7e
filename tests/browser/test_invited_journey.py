"""The first way in, as people do it: Wellcome is invited for VALUE-Dx, applies, is approved and stands in the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.boards import PASSWORD, SECRETARY, Board
from tests.books import MILLION, Office, shipped
from tests.browser import boards
from tests.browser.keys import Keys, window
from tests.browser.letters import type_letter, type_line
from tests.browser.pages import OpenPage, assert_accessible, assert_no_sideways_scroll

from cofund.actions.governance import groups
from cofund.queries import funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import AuditEvent, Organisation, User
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import Decision, Group, Lead, Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2017-13-03"
WELLCOME = "The Wellcome Trust"
BOARD = dt.date(2017, 10, 12)
# The numbers that the register gives: on the partner, then on the topic.
DECISION, ADOPTION = "IMI2-GB-DEC-2017-01", "IMI2-GB-DEC-2017-02"
# How a page is looked at on the way.
Look = Callable[[Page], None]


@pytest.fixture
def board(transactional_db: None) -> Board:
    """IMI2 with the topic of VALUE-Dx being drafted, EFPIA's 2.0 m in kind behind it, and a board of two that meets before it is
    adopted. The amounts are the test's own: Wellcome's was not published."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    topic = office.topic(TOPIC)
    title = "The value of diagnostics to combat antimicrobial resistance"
    Topic.objects.filter(pk=topic.pk).update(title=title, adoption_planned_on=dt.date(2017, 11, 10))
    office.endorse(
        office.pledge(2 * MILLION, "EFPIA", role="member", kind="IK", target=Target(topic=topic)).contribution
    )
    Organisation.objects.create(slug="wellcome", name=WELLCOME, short_name="Wellcome", kind="foundation", country="GB")
    group = groups.add_group(SECRETARY, "imi2", groups.GroupWanted("Governing Board", Group.Kind.BOARD))
    board = Board(office, group, password=PASSWORD)
    board.sit("Union", "union")
    board.sit("EFPIA", "members")
    board.meeting(BOARD, is_open=False)
    for name, role in (("olga", "officer"), ("greta", "governance_officer"), ("fred", "finance_officer")):
        User.objects.create_user(name, password=PASSWORD, role=role, first_name=name.capitalize())
    return board


def sound(page: Page) -> None:
    """Fail where a page is not open to everybody, or wider than its window."""
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def open_lead(keys: Keys, look: Look) -> None:
    """The officer opens the lead, writes to Wellcome, and finds the topic."""
    keys.go("/office/leads/")
    keys.link("Open a lead")
    keys.link("Innovative Medicines Initiative 2")
    keys.write("Organisation required", "Wellcome")
    keys.choose("How it came", value="invited")
    keys.write("First contact on", "2017-03-01")
    keys.choose("Kind optional", value="FC_JU")
    keys.write("Amount that it may bring", "3,500,000")
    keys.write("How likely, in percent", "60")
    keys.done("Open the lead", "The lead is open.")
    keys.link("Record the contact")
    keys.write("Day of it", "2017-03-01")
    keys.write("What happened", "Asked whether it would help to design a project on diagnostics")
    keys.done("Record the contact", "now stands in “Contacted”")
    keys.link("Topic found")
    keys.choose("Topic that fits", place=1)
    keys.write("Day of it", "2017-06-01")
    keys.done("Record the topic that fits", "now stands in “Topic found”")
    look(keys.page)


def apply(keys: Keys, look: Look) -> None:
    """From the page of the lead to the letter, which is handed in; the lead is applying."""
    page = keys.page
    keys.link("Start the application")
    expect(page.get_by_label("Organisation required")).to_have_value("The Wellcome Trust")
    expect(page.locator("#id_target")).to_have_value(f"topic:{TOPIC}")
    keys.done("Start the letter", "The application is started.")
    expect(page.get_by_label("Amount of line 1 ")).to_have_value("3,500,000")
    type_line(keys, 1, "3,500,000", year=2018)
    type_letter(
        keys,
        subject_matter="The value of diagnostics",
        activities="Takes part in the design of the studies",
        first_day_of_the_partnership="2018-01-01",
        last_day_of_the_partnership="2022-12-31",
        day_of_the_signature="2017-07-10",
    )
    keys.done("Save and look at it", "The draft is saved:")
    boards.hand_in(keys, "2017-08-01")
    keys.link(Lead.objects.get().reference)
    expect(page.locator(".marks")).to_contain_text("Applying")
    expect(page.get_by_role("link", name="Start the application")).to_have_count(0)
    look(page)
    keys.link(Application.objects.get().reference)


def approve(keys: Keys, look: Look) -> None:
    """The officer approves with the board's decision, which the form knows; the contribution stands in the books."""
    page = keys.page
    keys.sign_in("olga", PASSWORD)
    keys.go(f"/office/applications/{Application.objects.get().reference}/")
    keys.link("Approve")
    expect(page.get_by_label("Number of the decision")).to_have_value(DECISION)
    expect(page.get_by_label("Decided on")).to_have_value(BOARD.isoformat())
    keys.write("Reason", "The board decided")
    keys.done("Approve", "Approve: recorded.")
    lead = Lead.objects.get()
    keys.link(lead.reference)
    expect(page.locator(".marks")).to_contain_text("Converted")
    expect(page.locator("main")).to_contain_text("Approved")
    look(page)
    keys.link(given().reference)
    expect(page.locator("main")).to_contain_text("Endorsed")
    keys.go("/office/partners/wellcome/")
    assert page.locator(f'a[href="/office/leads/{lead.reference}/"]').count() > 0
    assert page.locator(f'a[href="/office/applications/{Application.objects.get().reference}/"]').count() > 0


def adopt(keys: Keys) -> None:
    """The finance officer adopts the topic as the board decided, and the match is reserved."""
    keys.sign_in("fred", PASSWORD)
    boards.reserve(keys, ADOPTION, f"Adoption of {TOPIC}", BOARD)


def given() -> Contribution:
    """What Wellcome gives."""
    return Contribution.objects.get(parties__slug="wellcome")


def assert_as_it_should_be(board: Board) -> None:
    """What stands in the records at the end, to the cent."""
    lead, application = Lead.objects.get(), Application.objects.get()
    steps = ["new", "contacted", "fit_found", "applying", "converted"]
    assert (lead.route, lead.stage, lead.organisation.name) == ("invited", "converted", WELLCOME)
    assert list(lead.steps.values_list("stage", flat=True)) == steps
    assert (application.lead, application.status, application.decision and application.decision.number) == (
        lead,
        "approved",
        DECISION,
    )
    told = AuditEvent.objects.filter(subject=f"imi2/lead/{lead.reference}").order_by("pk")
    assert list(told.values_list("action", "actor_name"))[-2:] == [
        ("start application of lead", "Olga"),
        ("convert lead", "Olga"),
    ]
    topic = Topic.objects.get(code=TOPIC)
    money = funding.of_target("imi2", Target(topic=topic))
    # 2.0 m in kind and 3.5 m in cash, each matched one to one.
    assert (topic.status, money.total_cents, money.public_cents) == ("adopted", 11 * MILLION, 550_000_000)
    assert verify("imi2").findings == ()


def walk(page: Page, board: Board, look: Look) -> None:
    """The whole way, by nothing but keys."""
    keys = Keys(page)
    keys.sign_in("olga", PASSWORD)
    open_lead(keys, look)
    apply(keys, look)
    boards.check_and_schedule(keys, "2017-09-01")
    boards.propose(keys, TOPIC, "2017-07-01", "2017-09-15")
    boards.hold_meeting(keys, TOPIC, ("union", "efpia"))
    assert list(Decision.objects.filter(group=board.group).values_list("number", flat=True)) == [DECISION, ADOPTION]
    approve(keys, look)
    adopt(keys)
    assert_as_it_should_be(board)


def test_wellcome_is_invited_and_stands_in_the_books_by_keyboard(board: Board, open_page: OpenPage) -> None:
    walk(open_page("desktop"), board, sound)


def test_wellcome_is_invited_and_stands_in_the_books_by_keyboard_on_a_phone_without_javascript(
    board: Board, browser: Browser, live_server: LiveServer
) -> None:
    page, problems = window(browser, live_server, "phone")
    # axe-core is a script itself, which never ends where none may run.
    walk(page, board, assert_no_sideways_scroll)
    page.context.close()
    assert problems == []
