"""Scenario S9 as people do it: a secretary and delegates, a conflict of interest, and what everybody reads afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.boards import PASSWORD, Board
from tests.browser.keys import Keys
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, watch

from cofund.records.directory.models import User
from cofund.records.programme.models import Decision

pytestmark = pytest.mark.browser
PAPER = "A sister company of a member supplies this partner"


@pytest.fixture
def board(transactional_db: None) -> Board:
    """The board of IHI, and its secretary."""
    board = Board.of_ihi(PASSWORD)
    User.objects.create_user("greta", password=PASSWORD, role="governance_officer", first_name="Greta")
    return board


@pytest.fixture
def page_without_scripts(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A window in which no script runs."""
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, java_script_enabled=False
    )
    problems = watch(context)
    yield context.new_page()
    context.close()
    assert problems == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Sign in as a person does, after signing out whoever was there."""
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/**")


def press(page: Page, button: str, done: str) -> None:
    """Press a button, and read that it is done."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".message-success")).to_contain_text(done)


def plan(page: Page) -> None:
    """The secretary plans the meeting, puts the point on its agenda with a confidential annex, and publishes the agenda."""
    page.goto("/office/governance/groups/ihi/governing-board/")
    page.get_by_role("link", name="Plan a meeting").click()
    page.get_by_label("Title").fill("41st meeting")
    page.get_by_label("Day required").fill("2024-03-05")
    # A meeting of a past day takes points only where it is known from a public source.
    page.get_by_label("Source").fill("https://www.ihi.europa.eu/about-ihi/governance")
    press(page, "Plan the meeting", "The meeting is planned")
    page.get_by_role("link", name="Put a point on the agenda").click()
    page.get_by_label("About").select_option("other")
    page.get_by_label("Title").fill("Approve a contributing partner")
    page.get_by_label("What the group is asked").fill("The board is asked to approve the partner.")
    press(page, "Put it on the agenda", "The point is on the agenda")
    page.get_by_role("link", name="Add a paper").click()
    page.get_by_label("Title").fill("Annex")
    page.get_by_label("Text").fill(PAPER)
    press(page, "Add the paper", "The paper is added")
    page.get_by_role("link", name="41st meeting").click()
    page.get_by_role("link", name="Publish the agenda").click()
    press(page, "Publish the agenda", "The agenda is published")
    page.get_by_role("link", name="Open the meeting").click()
    press(page, "Open the meeting", "The meeting is open")
    page.get_by_role("link", name="Record who is there").click()
    # `all()` waits for nothing: once the button after them is there, so are all boxes.
    expect(page.get_by_role("button", name="Record the attendance", exact=True)).to_be_visible()
    for box in page.locator("form select").all():
        box.select_option("yes")
    press(page, "Record the attendance", "The attendance is recorded")


def open_point(page: Page) -> None:
    """From the list of meetings to the point."""
    page.goto("/office/governance/meetings/")
    page.get_by_role("link", name="41st meeting").click()
    page.get_by_role("link", name="1. Approve a contributing partner").click()


def declare(page: Page) -> None:
    """EFPIA's delegate declares the conflict, and the annex is gone."""
    open_point(page)
    expect(page.locator("main")).to_contain_text(PAPER)
    page.get_by_role("link", name="Declare a conflict of interest").click()
    page.get_by_label("What the conflict is").fill("A sister company supplies the partner")
    press(page, "Declare the conflict", "The conflict is declared")
    expect(page.locator("main")).not_to_contain_text(PAPER)
    expect(page.locator("main")).to_contain_text("You declared a conflict of interest on this point")
    expect(page.get_by_role("link", name="Vote", exact=True)).to_have_count(0)


def vote(page: Page, choice: str) -> None:
    """A delegate votes and reads the own vote."""
    open_point(page)
    page.get_by_role("link", name="Vote", exact=True).click()
    page.get_by_label(choice, exact=True).check()
    page.get_by_label("I have read what is asked").check()
    press(page, "Cast the vote", "Your vote is cast")
    expect(page.locator("main")).to_contain_text(choice)


def decide(page: Page) -> None:
    """The secretary sees what the result is, because of what, and records it."""
    open_point(page)
    tally = page.locator(".explanation")
    expect(tally.locator(".explanation-result")).to_have_text("Adopted")
    expect(tally.locator(".explanation-because")).to_contain_text("75 of 87.5 points say yes, 85.7 %")
    page.get_by_role("link", name="Decide", exact=True).click()
    page.get_by_label("Conflicts of interest were asked for").check()
    press(page, "Record the decision", "The result is recorded")
    page.get_by_role("link", name="IHI-GB-DEC-2024-01").click()
    page.get_by_role("link", name="Publish", exact=True).click()
    press(page, "Publish the decision", "The decision is published")


def read_as_everybody(page: Page) -> None:
    """Anybody reads decision and agenda, and not the annex."""
    page.context.clear_cookies()
    page.goto("/programmes/ihi/")
    page.get_by_role("link", name="Decisions", exact=True).click()
    page.get_by_role("link", name="IHI-GB-DEC-2024-01").click()
    expect(page.locator("main")).to_contain_text("85.7 %")
    expect(page.locator("main")).to_contain_text("EFPIA declared a conflict of interest")
    expect(page.locator("main")).not_to_contain_text("A sister company")
    page.get_by_role("link", name="Governing Board").click()
    page.get_by_role("link", name="41st meeting").click()
    expect(page.locator("main")).to_contain_text("Approve a contributing partner")
    expect(page.locator("main")).not_to_contain_text(PAPER)


def whole_journey(page: Page) -> None:
    """Everything of S9 in its order."""
    sign_in(page, "greta")
    plan(page)
    sign_in(page, "efpia")
    declare(page)
    for name, choice in (("union", "Yes"), ("cocir", "Yes"), ("europabio", "Yes"), ("medtech-europe", "No")):
        sign_in(page, name)
        vote(page, choice)
    sign_in(page, "greta")
    decide(page)
    read_as_everybody(page)
    decision = Decision.objects.get()
    assert (decision.number, decision.grounds["share"]) == ("IHI-GB-DEC-2024-01", "6/7")


def test_board_votes_with_a_conflict_of_interest(board: Board, open_page: OpenPage) -> None:
    whole_journey(open_page("desktop"))


def test_board_votes_without_javascript(board: Board, page_without_scripts: Page) -> None:
    whole_journey(page_without_scripts)


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key to a field or button of a name or id."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || document.activeElement.id") == name:
            return
    raise AssertionError(f"Tab leads to no {name}")


def tab_to_link(page: Page, text: str) -> None:
    """Go on with the Tab key to a link, and follow it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab leads to no link {text}")


def test_vote_is_cast_with_the_keyboard_alone(board: Board, open_page: OpenPage) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    page = open_page("desktop")
    Keys(page).sign_in("cocir", PASSWORD)
    tab_to_link(page, "Meetings")
    page.wait_for_url("**/meetings/")
    tab_to_link(page, "41st meeting")
    page.wait_for_url(f"**/meetings/{meeting.pk}/")
    tab_to_link(page, "1. Approve the work programme")
    page.wait_for_url(f"**/points/{item.pk}/")
    tab_to_link(page, "Vote")
    page.wait_for_url("**/vote/")
    tab_to(page, "choice")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, "confirmed")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".message-success")).to_contain_text("Your vote is cast")
    assert [row.choice for row in item.votes.all()] == ["no"]


def test_board_without_a_quorum_defers(board: Board, open_page: OpenPage) -> None:
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting, "Union")
    page = open_page("phone")
    sign_in(page, "greta")
    page.goto(f"/office/governance/points/{item.pk}/")
    expect(page.locator(".explanation-result")).to_have_text("No quorum: deferred")
    page.get_by_role("link", name="Decide", exact=True).click()
    page.get_by_label("Conflicts of interest were asked for").check()
    press(page, "Record the decision", "The result is recorded")
    expect(page.locator("main")).to_contain_text("There was no quorum, so nothing was decided.")
    assert_accessible(page)
    assert Decision.objects.count() == 0
