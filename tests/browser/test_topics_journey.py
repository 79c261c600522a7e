"""The second way in, as people do it: JDRF's seat with its three ideas and two scopes, from the seat to an adopted topic."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.books import MILLION
from tests.browser.pages import VIEWPORTS, OpenPage, watch
from tests.places import IDEAS, NEED, diabetes
from tests.topics import Topics

from cofund.queries import chains, clock
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.programme.models import Consultation, Credit, Idea, Topic
from cofund.rules import timeline

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-battery"


@pytest.fixture
def world(transactional_db: None) -> Topics:
    """IMI2 with the Diabetes group, JDRF in it, and the people of the office; two topics that JDRF helped to scope."""
    return diabetes()


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does, out of whoever was signed in before."""
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/office/ideas/")
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


def suggest(page: Page) -> None:
    """JDRF suggests its three ideas from its seat."""
    sign_in(page, "paula")
    for title in IDEAS:
        page.goto("/office/ideas/")
        press(page, "link", "Suggest a topic")
        expect(page.locator("#id_seat option:checked")).to_have_text("Diabetes strategic governing group (imi2)")
        page.get_by_label("Title of the idea").fill(title)
        page.get_by_label("The need, and why").fill(NEED)
        page.get_by_label("The idea may be read by everybody").check()
        press(page, "button", "Hand in the idea")
        expect(page.locator(".message-success")).to_contain_text("The idea is handed in.")
    expect(page.get_by_role("heading", level=1)).to_have_text(IDEAS[-1])
    expect(page.locator("#credits tbody tr")).to_contain_text("JDRF")


def take_forward(page: Page) -> None:
    """The office gives the first idea to the group and takes it forward; the others wait, or go into it."""
    sign_in(page, "sven")
    page.goto("/office/ideas/?view=board")
    press(page, "link", IDEAS[0])
    press(page, "link", "Give it to a group")
    press(page, "button", "Give it to a group")
    press(page, "link", "Take it forward")
    page.get_by_label("Reason").fill("It fits the agenda")
    page.get_by_label("Code of the new topic").fill("IMI2-2018-20-01")
    page.get_by_label("Title of the new topic").fill(IDEAS[0])
    press(page, "button", "Take it forward")
    expect(page.locator(".marks")).to_contain_text("Taken forward")
    page.goto("/office/ideas/imi2-idea-2/merge/")
    page.get_by_label("Into the idea").select_option(label=f"imi2-idea-1: {IDEAS[0]}")
    page.get_by_label("Reason").fill("The same need")
    press(page, "button", "Merge it into another")
    page.goto("/office/ideas/imi2-idea-3/park/")
    press(page, "button", "Park it")
    expect(page.locator(".error-summary")).to_contain_text("This field is required.")
    page.get_by_label("Reason").fill("Next year")
    press(page, "button", "Park it")


def credit_scopes(page: Page) -> None:
    """JDRF is credited for the scope of two further topics."""
    for code in ("IMI2-2016-10-01", "IMI2-2015-05-02"):
        page.goto(f"/office/imi2/topics/{code}/steps/credit/")
        page.get_by_label("For required").select_option(label="Scoped")
        page.get_by_label("From the seat").select_option(index=1)
        press(page, "button", "Credit somebody")
        expect(page.locator("#credits tbody tr")).to_contain_text("Diabetes strategic governing group")


def write_and_consult(page: Page) -> None:
    """The topic is drafted and written, and the states are consulted."""
    page.goto("/office/imi2/topics/IMI2-2018-20-01/")
    press(page, "link", "Begin drafting")
    press(page, "button", "Begin drafting")
    press(page, "link", "Write the first version")
    page.get_by_label("Challenge").fill(NEED)
    page.get_by_label("Scope").fill("Studies of adults in three countries.")
    page.get_by_label("What changed, and why").fill("First draft")
    press(page, "button", "Keep this version")
    page.goto("/office/imi2/topics/IMI2-2018-20-01/")
    press(page, "link", "Start a consultation")
    page.get_by_label("Who is consulted").select_option(label="States' group")
    press(page, "button", "Start the consultation")
    expect(page.locator(".marks")).to_contain_text("Open")


def comment_and_answer(page: Page) -> None:
    """A delegate comments, the office answers; the days of the consultation pass."""
    key = Consultation.objects.get().pk
    sign_in(page, "dora")
    page.goto(f"/office/consultations/{key}/")
    press(page, "link", "Comment")
    page.get_by_label("Comment required").fill("Children should be part of it.")
    press(page, "button", "Send the comment")
    sign_in(page, "sven")
    page.goto(f"/office/consultations/{key}/")
    press(page, "link", "Answer")
    page.get_by_label("Accepted in part").check()
    page.get_by_label("In words").fill("Children from twelve years on are part of it.")
    press(page, "button", "Keep the answer")
    today = clock.today()
    opened = today - dt.timedelta(days=timeline.CONSULTATION_DAYS + 1)
    Consultation.objects.filter(pk=key).update(opens_on=opened, closes_on=today - dt.timedelta(days=1))


def revise_and_propose(page: Page, world: Topics) -> None:
    """The text is revised after JDRF pledged, JDRF is asked, and the topic goes before the board."""
    topic = Topic.objects.get(code="IMI2-2018-20-01")
    world.office.endorse(
        world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic)).contribution
    )
    page.goto("/office/imi2/topics/IMI2-2018-20-01/text/")
    press(page, "link", "Write the next version")
    page.get_by_label("Scope").fill("Studies of adults and children in three countries.")
    page.get_by_label("What changed, and why").fill("Children are part of it")
    press(page, "button", "Keep this version")
    expect(page.locator("ins").nth(1)).to_contain_text("and children")
    expect(page.get_by_text("the partners are asked whether they stand")).to_be_visible()
    page.goto("/office/imi2/topics/IMI2-2018-20-01/")
    expect(page.locator(".callout-warning")).to_contain_text("JDRF shaped IMI2-2018-20-01 and gives to it")
    press(page, "link", "Put it before the board")
    press(page, "button", "Put it before the board")
    expect(page.locator(".marks")).to_contain_text("Before the board")


def adopt(page: Page) -> None:
    """The board adopts it, and the match of JDRF is reserved."""
    sign_in(page, "fred")
    page.goto("/office/imi2/topics/IMI2-2018-20-01/")
    press(page, "link", "Adopt and reserve")
    page.get_by_label("Number of the decision").fill("IMI2-GB-DEC-2018-20")
    page.get_by_label("Decided on").fill(clock.today().isoformat())
    page.get_by_label("Reason").fill("The board decided")
    press(page, "button", "Show what will happen")
    press(page, "button", "Adopt and reserve")
    expect(page.locator(".message-success")).to_contain_text("Reserved at adoption")


def walk_the_chain(page: Page) -> None:
    """Everybody reads where the topic came from, both ways."""
    page.context.clear_cookies()
    page.goto("/programmes/imi2/topics/IMI2-2018-20-01/")
    press(page, "link", "How it came about: from idea to project")
    # Where it came from is public; that JDRF gives to it is from the stage on from which the programme names who gives.
    expect(page.locator("main")).to_contain_text("Proposed by: JDRF, from a seat in Diabetes strategic governing group")
    expect(page.locator(".callout-warning")).to_have_count(0)
    press(page, "link", IDEAS[0])
    expect(page.get_by_role("heading", level=1)).to_have_text(IDEAS[0])
    press(page, "link", "The way from this idea to IMI2-2018-20-01 and on")
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
    """The whole way."""
    suggest(page)
    take_forward(page)
    credit_scopes(page)
    write_and_consult(page)
    comment_and_answer(page)
    revise_and_propose(page, world)
    adopt(page)
    walk_the_chain(page)
    assert_done()


def test_seat_to_adoption_by_keyboard(world: Topics, open_page: OpenPage) -> None:
    walk(open_page("desktop"), world)


def test_seat_to_adoption_without_javascript(world: Topics, browser: Browser, live_server: LiveServer) -> None:
    width, height = VIEWPORTS["phone"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, java_script_enabled=False
    )
    problems = watch(context)
    walk(context.new_page(), world)
    context.close()
    assert problems == []
