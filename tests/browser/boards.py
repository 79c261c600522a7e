"""The board's part of a journey, with the keyboard alone: an application is scheduled, points are voted on, decided, and used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from playwright.sync_api import expect
from tests.boards import PASSWORD
from tests.browser.keys import Keys

MEETING = "41st meeting"


def hand_in(keys: Keys, received_on: str) -> None:
    """The officer hands in a letter that came on paper on a day of the past."""
    keys.link("Hand it in")
    keys.write("Came to the office on", received_on)
    keys.done("Hand it in", "Hand it in: recorded.")


def propose(keys: Keys, topic: str, opened_on: str, closed_on: str) -> None:
    """The officer writes the text of a topic, types a consultation of the past, and puts the topic before the board."""
    address = f"/office/imi2/topics/{topic}/"
    keys.go(address)
    keys.link("Write the first version")
    keys.write("Challenge", "The need is told in the call.")
    keys.write("Scope", "The studies are told in the call.")
    keys.write("What changed, and why", "As it was published")
    keys.button("Keep this version")
    keys.go(address)
    keys.link("Start a consultation")
    keys.write("First day", opened_on)
    keys.write("Last day", closed_on)
    keys.button("Start the consultation")
    keys.go(address)
    keys.link("Put it before the board")
    keys.button("Put it before the board")
    expect(keys.page.locator(".marks")).to_contain_text("Before the board")


def check_and_schedule(keys: Keys, on: str) -> None:
    """The officer checks the letter as of a day, accepts what only warns, and puts it on the agenda of the board."""
    keys.link("Check it")
    keys.write("Day it is about", on)
    keys.button("Check it")
    keys.link("Accept the warnings")
    keys.write("Reason", "The signed paper is in the office")
    keys.button("Accept the warnings")
    keys.link("Put it on an agenda")
    keys.choose("Meeting of the Governing Board", place=1)
    keys.done("Put it on an agenda", "Put it on an agenda: recorded.")
    expect(keys.page.locator("main")).to_contain_text("The board has not decided yet")
    expect(keys.page.get_by_role("link", name="Approve", exact=True)).to_have_count(0)


def hold_meeting(keys: Keys, topic: str, delegates: Sequence[str]) -> None:
    """The secretary adds the adoption of the topic, and holds the meeting; delegates vote; both points get their decisions."""
    keys.sign_in("greta", PASSWORD)
    open_meeting(keys)
    keys.link("Put a point on the agenda")
    keys.choose("About", value="topic")
    keys.write("Title", f"Adoption of {topic}")
    keys.choose("Topic", value=_value(keys, topic))
    keys.done("Put it on the agenda", "The point is on the agenda")
    open_meeting(keys)
    for link, words in (("Publish the agenda", "The agenda is published"), ("Open the meeting", "The meeting is open")):
        keys.link(link)
        keys.done(link, words)
    keys.link("Record who is there")
    expect(keys.page.get_by_role("button", name="Record the attendance", exact=True)).to_be_visible()
    for box in keys.page.locator("form select").all():
        keys.choose(box, value="yes")
    keys.done("Record the attendance", "The attendance is recorded")
    for name in delegates:
        keys.sign_in(name, PASSWORD)
        for number in (1, 2):
            _open_point(keys, number)
            keys.link("Vote")
            keys.pick(keys.page.get_by_label("Yes", exact=True))
            keys.tick("I have read what is asked")
            keys.done("Cast the vote", "Your vote is cast")
    keys.sign_in("greta", PASSWORD)
    for number in (1, 2):
        _open_point(keys, number)
        keys.link("Decide")
        keys.tick("Conflicts of interest were asked for")
        keys.done("Record the decision", "The result is recorded")


def reserve(keys: Keys, number: str, point: str, on: dt.date) -> None:
    """The finance officer goes from the board's decision to the adoption: its number and day are filled in."""
    open_meeting(keys)
    keys.link(f"2. {point}")
    keys.link("Reserve the match in the books")
    expect(keys.page.get_by_label("Number of the decision")).to_have_value(number)
    expect(keys.page.get_by_label("Decided on")).to_have_value(on.isoformat())
    keys.write("Day it is about", on.isoformat())
    keys.write("Reason", "The board adopted the topic")
    keys.button("Show what will happen")
    keys.done("Adopt and reserve", "Reserved at adoption")


def open_meeting(keys: Keys) -> None:
    """From the list of meetings to the one of the board."""
    keys.go("/office/governance/meetings/")
    keys.link(MEETING)


def _open_point(keys: Keys, number: int) -> None:
    """From the list of meetings to a point of the board's agenda."""
    open_meeting(keys)
    name = keys.page.get_by_role("link").filter(has_text=f"{number}. ").first.inner_text()
    keys.link(name)


def _value(keys: Keys, topic: str) -> str:
    """The value of a topic's choice in the list of the form."""
    found = keys.page.get_by_label("Topic").locator("option").filter(has_text=topic).first.get_attribute("value")
    assert found, f"{topic} is not in the list"
    return found
