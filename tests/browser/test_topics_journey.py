"""The second way in, as people do it: JDRF's seat with its three ideas and two scopes, from the seat to an adopted topic."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.boards import PASSWORD, SECRETARY, Board
from tests.books import MILLION
from tests.browser import boards
from tests.browser.keys import Keys, window
from tests.browser.letters import type_letter, type_line
from tests.browser.pages import OpenPage
from tests.places import IDEAS, NEED, diabetes
from tests.topics import Topics

from cofund.actions.governance import groups
from cofund.queries import chains, funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import Comment, Credit, Decision, Group, Idea, Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2018-20-01"
ADDRESS = f"/office/imi2/topics/{TOPIC}/"
MET_ON = dt.date(2018, 11, 20)
# The numbers that the register gives: on the partner, then on the topic.
PARTNER, DECISION = "IMI2-GB-DEC-2018-01", "IMI2-GB-DEC-2018-02"


@pytest.fixture
def world(transactional_db: None) -> Topics:
    """IMI2 with the Diabetes group, in which nobody sits yet, a board of two, the people of the office and JDRF's; two topics that
    are being scoped. All that follows happens on pages."""
    world = diabetes()
    world.seat.delete()
    group = groups.add_group(SECRETARY, "imi2", groups.GroupWanted("Governing Board", Group.Kind.BOARD))
    board = Board(world.office, group, password=PASSWORD)
    board.sit("Union", "union")
    board.sit("EFPIA", "members")
    for name, role in (("olga", "officer"), ("greta", "governance_officer")):
        User.objects.create_user(name, password=PASSWORD, role=role, first_name=name.capitalize())
    return world


def sign_in(keys: Keys, name: str) -> None:
    """Sign in as a person does, out of whoever was signed in before."""
    keys.sign_in(name, PASSWORD)


def take_the_seat(keys: Keys) -> None:
    """The secretary gives JDRF its seat, and plans the meeting of the board."""
    sign_in(keys, "greta")
    keys.go("/office/governance/groups/imi2/diabetes/")
    keys.link("Add a seat")
    keys.write(
        "Organisation required" if keys.page.get_by_label("Organisation required").count() else "Organisation", "JDRF"
    )
    keys.write("From", "2017-01-10")
    keys.done("Add the seat", "The seat is added.")
    keys.go("/office/governance/groups/imi2/governing-board/")
    keys.link("Plan a meeting")
    keys.write("Title", boards.MEETING)
    keys.write("Day required", MET_ON.isoformat())
    # A meeting of a past day takes points only where it is known from a public source.
    keys.write("Source", "https://www.imi.europa.eu/about-imi/governance")
    keys.done("Plan the meeting", "The meeting is planned")


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
    """The topic is drafted and written, and the states are consulted: once in the past, and once more now."""
    keys.go(ADDRESS)
    keys.link("Begin drafting")
    keys.button("Begin drafting")
    keys.link("Write the first version")
    keys.write("Challenge", NEED)
    keys.write("Scope", "Studies of adults in three countries.")
    keys.write("What changed, and why", "First draft")
    keys.button("Keep this version")
    keys.go(ADDRESS)
    keys.link("Start a consultation")
    keys.choose("Who is consulted", text="States' group")
    keys.write("First day", "2018-05-02")
    keys.write("Last day", "2018-06-29")
    keys.button("Start the consultation")
    expect(keys.page.locator(".marks")).to_contain_text("Closed and answered")
    keys.link("Record a comment")
    keys.write("Who made it", "Belgium")
    keys.write("Came on", "2018-06-12")
    keys.write("How it came", "In a meeting")
    keys.write("Comment required", "Children should be part of it.")
    keys.done("Record the comment", "The comment is recorded.")
    answer(keys, "Accepted in part", "Children from twelve years on are part of it.")
    keys.go(ADDRESS)
    keys.link("Start a consultation")
    keys.choose("Who is consulted", text="States' group")
    keys.untick("The topic waits for it")
    keys.button("Start the consultation")
    expect(keys.page.locator(".marks")).to_contain_text("Open")


def answer(keys: Keys, given: str, words: str) -> None:
    """The office answers the one comment of the consultation that it looks at."""
    keys.link("Answer")
    keys.pick(keys.page.get_by_label(given, exact=True))
    keys.write("In words", words)
    keys.done("Keep the answer", "The answer is kept.")


def comment_and_answer(keys: Keys) -> None:
    """A delegate comments on the consultation of today, and the office answers."""
    sign_in(keys, "dora")
    keys.go("/office/consultations/?state=open")
    keys.link("States' group")
    keys.link("Comment")
    keys.write("Comment required", "Say how consent is asked for.")
    keys.done("Send the comment", "The comment is kept.")
    sign_in(keys, "sven")
    keys.go("/office/consultations/?state=open")
    keys.link("States' group")
    answer(keys, "Noted", "The call says it.")


def apply(keys: Keys) -> None:
    """JDRF writes its letter on its own desk; it comes to the office on paper, which hands it in."""
    sign_in(keys, "paula")
    keys.go("/office/applications/new/imi2/")
    keys.choose("Organisation required", text="JDRF")
    keys.choose("For which topic or project", value=f"topic:{TOPIC}")
    keys.done("Start the letter", "The application is started.")
    type_line(keys, 1, "2,000,000", year=2019)
    type_letter(
        keys,
        subject_matter="Type 1 diabetes",
        activities="Pays for studies of the beta cells",
        first_day_of_the_partnership="2019-01-01",
        last_day_of_the_partnership="2023-12-31",
        day_of_the_signature="2018-09-03",
    )
    keys.done("Save and look at it", "The draft is saved:")
    sign_in(keys, "olga")
    go_to_application(keys)
    boards.hand_in(keys, "2018-09-05")
    boards.check_and_schedule(keys, "2018-09-10")


def go_to_application(keys: Keys) -> None:
    """The page of JDRF's application."""
    keys.go("/office/applications/")
    keys.link(Application.objects.get().reference)


def revise_and_propose(keys: Keys) -> None:
    """The text is revised after JDRF's letter came, JDRF is asked and answers, and the topic goes before the board."""
    page = keys.page
    sign_in(keys, "sven")
    keys.go(f"{ADDRESS}text/")
    keys.link("Write the next version")
    keys.write("Scope", "Studies of adults and children in three countries.")
    keys.write("What changed, and why", "Children are part of it")
    keys.button("Keep this version")
    expect(page.locator("ins").nth(1)).to_contain_text("and children")
    expect(page.get_by_text("the partners are asked whether they stand")).to_be_visible()
    sign_in(keys, "paula")
    keys.go("/office/confirmations/")
    keys.link(TOPIC)
    keys.pick(page.get_by_label("It stands"))
    keys.done("Send the answer", "The answer is kept")
    sign_in(keys, "sven")
    keys.go(ADDRESS)
    keys.link("Put it before the board")
    keys.button("Put it before the board")
    expect(page.locator(".marks")).to_contain_text("Before the board")


def decide_and_endorse(keys: Keys) -> None:
    """The board meets, and decides on the partner and on the topic; JDRF's letter is endorsed by its decision."""
    page = keys.page
    boards.hold_meeting(keys, TOPIC, ("union", "efpia"))
    sign_in(keys, "olga")
    go_to_application(keys)
    keys.link("Approve")
    expect(page.get_by_label("Number of the decision")).to_have_value(PARTNER)
    keys.write("Reason", "The board decided")
    keys.done("Approve", "Approve: recorded.")
    keys.go(ADDRESS)
    expect(page.locator(".callout-warning")).to_contain_text(f"JDRF shaped {TOPIC} and gives to it")


def refuse_typed_number(keys: Keys) -> None:
    """A number that somebody types is refused while the board has not decided here."""
    sign_in(keys, "fred")
    keys.go(ADDRESS)
    keys.link("Adopt and reserve")
    keys.write("Number of the decision", "IMI2-TYPED")
    keys.write("Decided on", MET_ON.isoformat())
    keys.write("Reason", "The board decided")
    keys.button("Show what will happen")
    expect(keys.page.locator(".error-summary")).to_contain_text("The board has not decided here on the adoption")


def adopt(keys: Keys) -> None:
    """The finance officer adopts the topic as the board decided on its own point, and JDRF's match is reserved by that."""
    sign_in(keys, "fred")
    boards.reserve(keys, DECISION, f"Adoption of {TOPIC}", MET_ON)
    keys.go("/office/governance/decisions/?result=adopted")
    keys.link(DECISION)
    expect(keys.page.locator(".marks")).to_contain_text("Adopted")


def walk_the_chain(keys: Keys) -> None:
    """Everybody reads where the topic came from, both ways, and by which decision it was adopted."""
    page = keys.page
    sign_in(keys, "greta")
    for number in (PARTNER, DECISION):
        keys.go("/office/governance/decisions/")
        keys.link(number)
        keys.link("Publish")
        keys.done("Publish the decision", "The decision is published")
    keys.sign_out()
    keys.go(f"/programmes/imi2/topics/{TOPIC}/")
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
    """What stands at the end, out of the database, to the cent."""
    topic = Topic.objects.get(code=TOPIC)
    assert (topic.status, [idea.status for idea in Idea.objects.order_by("pk")]) == (
        "adopted",
        ["accepted", "merged", "parked"],
    )
    assert Credit.objects.filter(organisation__slug="jdrf", part="proposed").count() == 3
    assert Credit.objects.filter(organisation__slug="jdrf", part="scoped").count() == 2
    assert [(one.author_name, one.answer) for one in Comment.objects.order_by("pk")] == [
        ("Belgium", "partly"),
        ("dora", "noted"),
    ]
    assert [str(note.organisation) for note in chains.of_topic(topic).conflicts] == ["JDRF"]
    decisions = Decision.objects.order_by("number")
    assert [(one.number, one.is_taken_elsewhere) for one in decisions] == [(PARTNER, False), (DECISION, False)]
    assert (Application.objects.get().status, Contribution.objects.count()) == ("approved", 1)
    # 2.0 m of JDRF, matched one to one.
    money = funding.of_target("imi2", Target(topic=topic))
    assert (money.total_cents, money.public_cents) == (4 * MILLION, 2 * MILLION)
    assert verify("imi2").findings == ()


def walk(page: Page) -> None:
    """The whole way, by nothing but keys."""
    keys = Keys(page)
    take_the_seat(keys)
    suggest(keys)
    take_forward(keys)
    credit_scopes(keys)
    write_and_consult(keys)
    comment_and_answer(keys)
    apply(keys)
    revise_and_propose(keys)
    decide_and_endorse(keys)
    adopt(keys)
    walk_the_chain(keys)
    assert_done()


def test_seat_to_adoption_by_keyboard(world: Topics, open_page: OpenPage) -> None:
    walk(open_page("desktop"))


def test_seat_to_adoption_by_keyboard_without_javascript(
    world: Topics, browser: Browser, live_server: LiveServer
) -> None:
    page, problems = window(browser, live_server, "phone")
    walk(page)
    page.context.close()
    assert problems == []
