"""Scenario S9 as people do it, with the keyboard alone: a secretary and delegates, a conflict of interest, what everybody reads."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.boards import PASSWORD, Board
from tests.browser.keys import Keys

from cofund.records.directory.models import User
from cofund.records.programme.models import Decision, Vote

pytestmark = pytest.mark.browser
PAPER = "A sister company of a member supplies this partner"
POINT = "Approve a contributing partner"
VOTES = (("union", "Yes"), ("cocir", "Yes"), ("europabio", "Yes"), ("medtech-europe", "No"))


@pytest.fixture
def board(transactional_db: None) -> Board:
    """The board of IHI, and its secretary."""
    board = Board.of_ihi(PASSWORD)
    User.objects.create_user("greta", password=PASSWORD, role="governance_officer", first_name="Greta")
    return board


def plan(keys: Keys) -> None:
    """The secretary plans the meeting, puts the point on its agenda with a confidential annex, and publishes the agenda."""
    keys.go("/office/governance/groups/ihi/governing-board/")
    keys.link("Plan a meeting")
    keys.write("Title", "41st meeting")
    keys.write("Day required", "2024-03-05")
    # A meeting of a past day takes points only where it is known from a public source.
    keys.write("Source", "https://www.ihi.europa.eu/about-ihi/governance")
    keys.done("Plan the meeting", "The meeting is planned")
    keys.link("Put a point on the agenda")
    keys.choose("About", value="other")
    keys.write("Title", POINT)
    keys.write("What the group is asked", "The board is asked to approve the partner.")
    keys.done("Put it on the agenda", "The point is on the agenda")
    keys.link("Add a paper")
    keys.write("Title", "Annex")
    keys.write("Text", PAPER)
    keys.done("Add the paper", "The paper is added")
    keys.link("41st meeting")
    keys.link("Publish the agenda")
    keys.done("Publish the agenda", "The agenda is published")
    keys.link("Open the meeting")
    keys.done("Open the meeting", "The meeting is open")
    keys.link("Record who is there")
    for box in keys.page.locator("form select").all():
        keys.choose(box, value="yes")
    keys.done("Record the attendance", "The attendance is recorded")


def open_point(keys: Keys, title: str = POINT) -> None:
    """From the menu over the list of meetings to the point."""
    keys.link("Meetings")
    keys.link("41st meeting")
    keys.link(f"1. {title}")


def declare(keys: Keys) -> None:
    """EFPIA's delegate declares the conflict, and the annex is gone."""
    page = keys.page
    open_point(keys)
    expect(page.locator("main")).to_contain_text(PAPER)
    keys.link("Declare a conflict of interest")
    keys.write("What the conflict is", "A sister company supplies the partner")
    keys.done("Declare the conflict", "The conflict is declared")
    expect(page.locator("main")).not_to_contain_text(PAPER)
    expect(page.locator("main")).to_contain_text("You declared a conflict of interest on this point")
    expect(page.get_by_role("link", name="Vote", exact=True)).to_have_count(0)


def vote(keys: Keys, choice: str) -> None:
    """A delegate votes and reads the own vote."""
    open_point(keys)
    keys.link("Vote")
    keys.pick(keys.page.get_by_label(choice, exact=True))
    keys.tick("I have read what is asked")
    keys.done("Cast the vote", "Your vote is cast")
    expect(keys.page.locator("main")).to_contain_text(choice)


def decide(keys: Keys) -> None:
    """The secretary sees what the result is, because of what, and records it."""
    open_point(keys)
    tally = keys.page.locator(".explanation")
    expect(tally.locator(".explanation-result")).to_have_text("Adopted")
    expect(tally.locator(".explanation-because")).to_contain_text("75 of 87.5 points say yes, 85.7 %")
    keys.link("Decide")
    keys.tick("Conflicts of interest were asked for")
    keys.done("Record the decision", "The result is recorded")
    keys.link("IHI-GB-DEC-2024-01")
    keys.link("Publish")
    keys.done("Publish the decision", "The decision is published")


def read_as_everybody(keys: Keys) -> None:
    """Anybody reads decision and agenda, and not the annex."""
    main = keys.page.locator("main")
    keys.sign_out()
    keys.go("/programmes/ihi/")
    keys.link("Decisions")
    keys.link("IHI-GB-DEC-2024-01")
    expect(main).to_contain_text("85.7 %")
    expect(main).to_contain_text("EFPIA declared a conflict of interest")
    expect(main).not_to_contain_text("A sister company")
    keys.link("Governing Board")
    keys.link("41st meeting")
    expect(main).to_contain_text(POINT)
    expect(main).not_to_contain_text(PAPER)


def test_board_votes_with_a_conflict_of_interest_by_keyboard(board: Board, keys: Keys) -> None:
    keys.sign_in("greta", PASSWORD)
    plan(keys)
    keys.sign_in("efpia", PASSWORD)
    declare(keys)
    for name, choice in VOTES:
        keys.sign_in(name, PASSWORD)
        vote(keys, choice)
    assert list(Vote.objects.order_by("pk").values_list("choice", flat=True)) == [one.lower() for _, one in VOTES]
    keys.sign_in("greta", PASSWORD)
    decide(keys)
    read_as_everybody(keys)
    decision = Decision.objects.get()
    assert (decision.number, decision.grounds["share"]) == ("IHI-GB-DEC-2024-01", "6/7")


def test_board_without_a_quorum_defers_by_keyboard(board: Board, keys: Keys) -> None:
    meeting = board.meeting()
    board.item(meeting)
    board.attend(meeting, "Union")
    keys.sign_in("greta", PASSWORD)
    open_point(keys, "Approve the work programme")
    expect(keys.page.locator(".explanation-result")).to_have_text("No quorum: deferred")
    keys.look()
    keys.link("Decide")
    keys.tick("Conflicts of interest were asked for")
    keys.done("Record the decision", "The result is recorded")
    expect(keys.page.locator("main")).to_contain_text("There was no quorum, so nothing was decided.")
    keys.look()
    assert Decision.objects.count() == 0
