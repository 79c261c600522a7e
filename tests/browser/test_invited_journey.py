"""The first way in, as people do it: Wellcome is invited for VALUE-Dx, applies, is approved and stands in the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.boards import PASSWORD, SECRETARY, Board
from tests.books import MILLION, Office, shipped
from tests.browser.letters import fill_letter, fill_line
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch

from cofund.actions.governance import groups
from cofund.queries import funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import AuditEvent, Organisation, User
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import Group, Lead, Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2017-13-03"
WELLCOME = "The Wellcome Trust"
BOARD = dt.date(2017, 10, 12)
POINT = f"Application of Wellcome for {TOPIC}"
DECISION = "IMI2-GB-DEC-2017-01"
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


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does, after signing out whoever was there."""
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/**")


def press(page: Page, role: str, name: str) -> None:
    """Reach a link or button by the keyboard's focus, and press Enter."""
    found = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    found.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def done(page: Page, button: str, words: str) -> None:
    """Press a button, and read that it is done."""
    press(page, "button", button)
    expect(page.locator(".message-success")).to_contain_text(words)


def open_lead(page: Page, look: Look) -> None:
    """The officer opens the lead, writes to Wellcome, and finds the topic."""
    page.goto("/office/leads/")
    press(page, "link", "Open a lead")
    press(page, "link", "Innovative Medicines Initiative 2")
    page.get_by_label("Organisation required").fill("Wellcome")
    page.get_by_label("How it came").select_option("invited")
    page.get_by_label("First contact on").fill("2017-03-01")
    page.get_by_label("Kind optional").select_option("FC_JU")
    page.get_by_label("Amount that it may bring").fill("3,500,000")
    page.get_by_label("How likely, in percent").fill("60")
    done(page, "Open the lead", "The lead is open.")
    press(page, "link", "Record the contact")
    page.get_by_label("Day of it").fill("2017-03-01")
    page.get_by_label("What happened").fill("Asked whether it would help to design a project on diagnostics")
    done(page, "Record the contact", "now stands in “Contacted”")
    press(page, "link", "Topic found")
    page.get_by_label("Topic that fits").select_option(index=1)
    page.get_by_label("Day of it").fill("2017-06-01")
    done(page, "Record the topic that fits", "now stands in “Topic found”")
    look(page)


def apply(page: Page, look: Look) -> None:
    """From the page of the lead to the letter, which is handed in; the lead is applying."""
    press(page, "link", "Start the application")
    expect(page.get_by_label("Organisation required")).to_have_value("The Wellcome Trust")
    expect(page.locator("#id_target")).to_have_value(f"topic:{TOPIC}")
    done(page, "Start the letter", "The application is started.")
    expect(page.get_by_label("Amount of line 1 ")).to_have_value("3,500,000")
    fill_line(page, 1, "3,500,000", year=2018)
    fill_letter(
        page,
        subject_matter="The value of diagnostics",
        activities="Takes part in the design of the studies",
        first_day_of_the_partnership="2018-01-01",
        last_day_of_the_partnership="2022-12-31",
        day_of_the_signature="2017-07-10",
    )
    done(page, "Save and look at it", "The draft is saved:")
    press(page, "link", "Hand it in")
    done(page, "Hand it in", "Hand it in: recorded.")
    press(page, "link", Lead.objects.get().reference)
    expect(page.locator(".marks")).to_contain_text("Applying")
    expect(page.get_by_role("link", name="Start the application")).to_have_count(0)
    look(page)
    press(page, "link", Application.objects.get().reference)


def check_and_schedule(page: Page) -> None:
    """The officer checks the letter, and puts it on the agenda of the board."""
    press(page, "link", "Check it")
    page.get_by_label("Day it is about").fill("2017-09-01")
    press(page, "button", "Check it")
    press(page, "link", "Accept the warnings")
    page.get_by_label("Reason").fill("The signed paper is in the office")
    press(page, "button", "Accept the warnings")
    press(page, "link", "Put it on an agenda")
    page.get_by_label("Meeting of the Governing Board").select_option(index=1)
    done(page, "Put it on an agenda", "Put it on an agenda: recorded.")


def hold_meeting(page: Page) -> None:
    """The governance officer opens the meeting; both votes are cast from their seats, and the board's decision gets its number."""
    sign_in(page, "greta")
    open_meeting(page)
    for link, words in (("Publish the agenda", "The agenda is published"), ("Open the meeting", "The meeting is open")):
        press(page, "link", link)
        done(page, link, words)
    press(page, "link", "Record who is there")
    for box in page.locator("form select").all():
        box.select_option("yes")
    done(page, "Record the attendance", "The attendance is recorded")
    for name in ("union", "efpia"):
        sign_in(page, name)
        open_meeting(page)
        press(page, "link", f"1. {POINT}")
        press(page, "link", "Vote")
        page.get_by_label("Yes", exact=True).check()
        page.get_by_label("I have read what is asked").check()
        done(page, "Cast the vote", "Your vote is cast")
    sign_in(page, "greta")
    open_meeting(page)
    press(page, "link", f"1. {POINT}")
    press(page, "link", "Decide")
    page.get_by_label("Conflicts of interest were asked for").check()
    done(page, "Record the decision", "The result is recorded")
    expect(page.get_by_role("link", name=DECISION)).to_have_count(1)


def open_meeting(page: Page) -> None:
    """From the list of meetings to the one of the board."""
    page.goto("/office/governance/meetings/")
    press(page, "link", "41st meeting")


def approve(page: Page, look: Look) -> None:
    """The officer approves with the board's decision, which the form knows; the contribution stands in the books."""
    sign_in(page, "olga")
    page.goto(f"/office/applications/{Application.objects.get().reference}/")
    press(page, "link", "Approve")
    expect(page.get_by_label("Number of the decision")).to_have_value(DECISION)
    expect(page.get_by_label("Decided on")).to_have_value(BOARD.isoformat())
    page.get_by_label("Reason").fill("The board decided")
    done(page, "Approve", "Approve: recorded.")
    lead = Lead.objects.get()
    press(page, "link", lead.reference)
    expect(page.locator(".marks")).to_contain_text("Converted")
    expect(page.locator("main")).to_contain_text("Approved")
    look(page)
    press(page, "link", given().reference)
    expect(page.locator("main")).to_contain_text("Endorsed")
    page.goto("/office/partners/wellcome/")
    assert page.locator(f'a[href="/office/leads/{lead.reference}/"]').count() > 0
    assert page.locator(f'a[href="/office/applications/{Application.objects.get().reference}/"]').count() > 0


def adopt(page: Page) -> None:
    """The finance officer adopts the topic, and the match is reserved."""
    sign_in(page, "fred")
    page.goto(f"/office/imi2/topics/{TOPIC}/")
    press(page, "link", "Adopt and reserve")
    page.get_by_label("Number of the decision").fill("IMI2-GB-DEC-2017-02")
    page.get_by_label("Decided on").fill("2017-11-10")
    page.get_by_label("Reason").fill("The board adopted the work plan")
    press(page, "button", "Show what will happen")
    done(page, "Adopt and reserve", "Reserved at adoption")


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
    """The whole way."""
    sign_in(page, "olga")
    open_lead(page, look)
    apply(page, look)
    check_and_schedule(page)
    hold_meeting(page)
    approve(page, look)
    adopt(page)
    assert_as_it_should_be(board)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_wellcome_is_invited_and_stands_in_the_books_by_keyboard(board: Board, open_page: OpenPage, size: str) -> None:
    walk(open_page(size), board, sound)


def test_wellcome_is_invited_and_stands_in_the_books_without_javascript(
    board: Board, browser: Browser, live_server: LiveServer
) -> None:
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, java_script_enabled=False
    )
    problems = watch(context)
    # axe-core is a script itself, which never ends where none may run.
    walk(context.new_page(), board, assert_no_sideways_scroll)
    context.close()
    assert problems == []
