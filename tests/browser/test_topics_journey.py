"""The second way in, as people do it: JDRF's seat with its three ideas and two scopes, from the seat to an adopted topic."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.applications import adoption
from tests.books import MILLION
from tests.browser.keys import Keys, window
from tests.browser.pages import OpenPage
from tests.places import IDEAS, NEED, diabetes
from tests.topics import Topics

from cofund.queries import chains, clock
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.programme.models import Consultation, Credit, Idea, Topic
from cofund.rules import timeline

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-battery"
DECISION = "IMI2-GB-DEC-2018-20"


@pytest.fixture
def world(transactional_db: None) -> Topics:
    """IMI2 with the Diabetes group, JDRF in it, and the people of the office; two topics that JDRF helped to scope."""
    return diabetes()


def sign_in(keys: Keys, name: str) -> None:
    """Sign in as a person does, out of whoever was signed in before."""
    keys.sign_in(name, PASSWORD)


def suggest(keys: Keys) -> None:
    """JDRF suggests its three ideas from its seat."""
    page = keys.page
    sign_in(keys, "paula")
    for title in IDEAS:
        keys.go("/office/ideas/")
        keys.link("Suggest a topic")
        expect(page.locator("#id_seat option:checked")).to_have_text("Diabetes strategic governing group (imi2)")
        keys.write("Title of the idea", title)
        keys.write("The need, and why", NEED)
        keys.tick("The idea may be read by everybody")
        keys.done("Hand in the idea", "The idea is handed in.")
    expect(page.get_by_role("heading", level=1)).to_have_text(IDEAS[-1])
    expect(page.locator("#credits tbody tr")).to_contain_text("JDRF")


def take_forward(keys: Keys) -> None:
    """The office gives the first idea to the group and takes it forward; the others wait, or go into it."""
    sign_in(keys, "sven")
    keys.go("/office/ideas/?view=board")
    keys.link(IDEAS[0])
    keys.link("Give it to a group")
    keys.button("Give it to a group")
    keys.link("Take it forward")
    keys.write("Reason", "It fits the agenda")
    keys.write("Code of the new topic", "IMI2-2018-20-01")
    keys.write("Title of the new topic", IDEAS[0])
    keys.button("Take it forward")
    expect(keys.page.locator(".marks")).to_contain_text("Taken forward")
    # Everybody reads it once the office shows it.
    keys.link("Show it in public")
    keys.button("Show it in public")
    keys.go("/office/ideas/imi2-idea-2/merge/")
    keys.choose("Into the idea", text=f"imi2-idea-1: {IDEAS[0]}")
    keys.write("Reason", "The same need")
    keys.button("Merge it into another")
    keys.go("/office/ideas/imi2-idea-3/park/")
    keys.button("Park it")
    expect(keys.page.locator(".error-summary")).to_contain_text("it cannot be left empty.")
    keys.write("Reason", "Next year")
    keys.button("Park it")


def credit_scopes(keys: Keys) -> None:
    """JDRF is credited for the scope of two further topics."""
    for code in ("IMI2-2016-10-01", "IMI2-2015-05-02"):
        keys.go(f"/office/imi2/topics/{code}/steps/credit/")
        keys.choose("For required", text="Scoped")
        keys.choose("From the seat", place=1)
        keys.button("Credit somebody")
        expect(keys.page.locator("#credits tbody tr")).to_contain_text("Diabetes strategic governing group")


def write_and_consult(keys: Keys) -> None:
    """The topic is drafted and written, and the states are consulted."""
    keys.go("/office/imi2/topics/IMI2-2018-20-01/")
    keys.link("Begin drafting")
    keys.button("Begin drafting")
    keys.link("Write the first version")
    keys.write("Challenge", NEED)
    keys.write("Scope", "Studies of adults in three countries.")
    keys.write("What changed, and why", "First draft")
    keys.button("Keep this version")
    keys.go("/office/imi2/topics/IMI2-2018-20-01/")
    keys.link("Start a consultation")
    keys.choose("Who is consulted", text="States' group")
    keys.button("Start the consultation")
    expect(keys.page.locator(".marks")).to_contain_text("Open")


def comment_and_answer(keys: Keys) -> None:
    """A delegate comments, the office answers; the days of the consultation pass."""
    key = Consultation.objects.get().pk
    sign_in(keys, "dora")
    keys.go(f"/office/consultations/{key}/")
    keys.link("Comment")
    keys.write("Comment required", "Children should be part of it.")
    keys.button("Send the comment")
    sign_in(keys, "sven")
    keys.go(f"/office/consultations/{key}/")
    keys.link("Answer")
    keys.pick(keys.page.get_by_label("Accepted in part"))
    keys.write("In words", "Children from twelve years on are part of it.")
    keys.button("Keep the answer")
    today = clock.today()
    opened = today - dt.timedelta(days=timeline.CONSULTATION_DAYS + 1)
    Consultation.objects.filter(pk=key).update(opens_on=opened, closes_on=today - dt.timedelta(days=1))


def revise_and_propose(keys: Keys, world: Topics) -> None:
    """The text is revised after JDRF pledged, JDRF is asked, and the topic goes before the board."""
    page = keys.page
    topic = Topic.objects.get(code="IMI2-2018-20-01")
    world.office.endorse(
        world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic)).contribution
    )
    keys.go("/office/imi2/topics/IMI2-2018-20-01/text/")
    keys.link("Write the next version")
    keys.write("Scope", "Studies of adults and children in three countries.")
    keys.write("What changed, and why", "Children are part of it")
    keys.button("Keep this version")
    expect(page.locator("ins").nth(1)).to_contain_text("and children")
    expect(page.get_by_text("the partners are asked whether they stand")).to_be_visible()
    keys.go("/office/imi2/topics/IMI2-2018-20-01/")
    expect(page.locator(".callout-warning")).to_contain_text("JDRF shaped IMI2-2018-20-01 and gives to it")
    keys.link("Put it before the board")
    keys.button("Put it before the board")
    expect(page.locator(".marks")).to_contain_text("Before the board")


def adopt(keys: Keys, world: Topics) -> None:
    """A number that somebody types is refused; the board decides on its own point, and JDRF's match is reserved by that."""
    page = keys.page
    sign_in(keys, "fred")
    keys.go("/office/imi2/topics/IMI2-2018-20-01/")
    keys.link("Adopt and reserve")
    keys.write("Number of the decision", "IMI2-TYPED")
    keys.write("Decided on", clock.today().isoformat())
    keys.write("Reason", "The board decided")
    keys.button("Show what will happen")
    expect(page.locator(".error-summary")).to_contain_text("The board has not decided here on the adoption")
    adoption(world.office, Target(topic=Topic.objects.get(code="IMI2-2018-20-01")), clock.today(), DECISION)
    keys.go("/office/imi2/topics/IMI2-2018-20-01/")
    keys.link("Adopt and reserve")
    expect(page.get_by_label("Number of the decision")).to_have_value(DECISION)
    keys.write("Reason", "The board decided")
    keys.button("Show what will happen")
    keys.done("Adopt and reserve", "Reserved at adoption")
    keys.go("/office/governance/decisions/?result=adopted")
    keys.link(DECISION)
    expect(page.locator(".marks")).to_contain_text("Adopted")


def walk_the_chain(keys: Keys) -> None:
    """Everybody reads where the topic came from, both ways, and by which decision it was adopted."""
    page = keys.page
    keys.sign_out()
    keys.go("/programmes/imi2/topics/IMI2-2018-20-01/")
    expect(page.locator("main")).to_contain_text(DECISION)
    keys.link("How it came about: from idea to project")
    # Where it came from is public; that JDRF gives to it is from the stage on from which the programme names who gives.
    expect(page.locator("main")).to_contain_text("Proposed by: JDRF, from a seat in Diabetes strategic governing group")
    expect(page.locator(".callout-warning")).to_have_count(0)
    keys.link(IDEAS[0])
    expect(page.get_by_role("heading", level=1)).to_have_text(IDEAS[0])
    keys.link("The way from this idea to IMI2-2018-20-01 and on")
    expect(page.locator(".chain-stop").first).to_contain_text("Diabetes strategic governing group")


def assert_done() -> None:
    """What stands at the end, out of the database."""
    topic = Topic.objects.get(code="IMI2-2018-20-01")
    assert (topic.status, [idea.status for idea in Idea.objects.order_by("pk")]) == (
        "adopted",
        ["accepted", "merged", "parked"],
    )
    assert Credit.objects.filter(organisation__slug="jdrf", part="proposed").count() == 3
    assert Credit.objects.filter(organisation__slug="jdrf", part="scoped").count() == 2
    assert [str(note.organisation) for note in chains.of_topic(topic).conflicts] == ["JDRF"]
    assert verify("imi2").findings == ()


def walk(page: Page, world: Topics) -> None:
    """The whole way, by nothing but keys."""
    keys = Keys(page)
    suggest(keys)
    take_forward(keys)
    credit_scopes(keys)
    write_and_consult(keys)
    comment_and_answer(keys)
    revise_and_propose(keys, world)
    adopt(keys, world)
    walk_the_chain(keys)
    assert_done()


def test_seat_to_adoption_by_keyboard(world: Topics, open_page: OpenPage) -> None:
    walk(open_page("desktop"), world)


def test_seat_to_adoption_by_keyboard_without_javascript(
    world: Topics, browser: Browser, live_server: LiveServer
) -> None:
    page, problems = window(browser, live_server, "phone")
    walk(page, world)
    page.context.close()
    assert problems == []
