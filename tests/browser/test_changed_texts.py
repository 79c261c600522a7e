"""After the text of a topic changed: what partners are asked and told, and every page on which an answer that is no yes shows."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from tests.applications import brought_to, hold, meeting, relate
from tests.books import MILLION
from tests.browser.pages import OpenPage, assert_accessible, assert_no_sideways_scroll
from tests.nu import assert_valid_html
from tests.rights import grant
from tests.topics import NEW_TEXT, SCIENCE, Topics

from cofund.actions import confirmations, topic_steps, topic_texts
from cofund.actions.actors import Actor
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Confirmation
from cofund.records.programme.models import AgendaItem, Topic

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-battery"
PEOPLE = (("paula", "partner"), ("olga", "officer"), ("gina", "governance_officer"), ("fred", "finance_officer"))


@pytest.fixture
def keys(transactional_db: None) -> dict[str, int | str]:
    """A topic before the board: JDRF withdraws, and wants to talk about its letter; Wellcome is late, and to be checked again."""
    world = Topics.make()
    made = {
        name: User.objects.create_user(
            name, password=PASSWORD, role=role, organisation=world.jdrf if role == "partner" else None
        )
        for name, role in PEOPLE
    }
    grant(made["paula"], world.jdrf)
    topic = world.written("T1")
    alone = world.office.pledge(7 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic)).contribution
    parties = ("JDRF", "Helmsley Charitable Trust")
    joint = world.office.pledge(3 * MILLION, *parties, kind="FC_JU", target=Target(topic=topic)).contribution
    late = world.office.pledge(2 * MILLION, "Wellcome", kind="FC_JU", target=Target(topic=topic)).contribution
    for one in (alone, joint, late):
        world.office.endorse(one)
    letter = brought_to(world.office, "submitted", name="JDRF", topic=topic)
    asked = topic_texts.write(SCIENCE, topic, "Keep the beta cells", {**NEW_TEXT, "impact": "All ages."}, "Wider").asked
    rows = {row.reference: row for row in asked}
    actor = Actor.of(made["paula"])
    confirmations.answer(actor, rows[alone.reference], "withdraws", "Children are no longer in its scope.")
    confirmations.answer(actor, rows[letter.reference], "talks", "We would like to hear about the age groups.")
    Confirmation.objects.filter(pk=rows[late.reference].pk).update(answer_by_on=clock.today() - dt.timedelta(days=1))
    told = topic_texts.write(
        SCIENCE, topic, "Keep the beta cells", {**NEW_TEXT, "impact": "All age groups."}, "Wording", is_material=False
    )
    Topic.objects.filter(pk=topic.pk).update(status="revised")
    topic.refresh_from_db()
    topic_steps.propose(SCIENCE, topic)
    item = AgendaItem.objects.create(
        meeting=meeting(world.office, clock.today()), number=1, kind="topic", title="Adopt T1", topic=topic
    )
    relate(world.office.organisation("Wellcome"), "constituent_of", hold(world.office, "EFPIA", "member"))
    return {
        "item": item.pk,
        "open": rows[joint.reference].pk,
        "withdraws": rows[alone.reference].pk,
        "talks": rows[letter.reference].pk,
        "told": told.told[0].pk,
        "due": late.reference,
        "joint": joint.reference,
    }


PAGES = {
    "paula": [
        "/office/",
        "/office/tasks/?kind=text_told",
        "/office/confirmations/",
        "/office/confirmations/?state=all",
        "/office/confirmations/{open}/",
        "/office/confirmations/{withdraws}/",
        "/office/confirmations/{told}/",
        "/office/contributions/",
        "/office/contributions/{joint}/",
        "/office/partner/jdrf/statement/",
    ],
    "olga": [
        "/office/",
        "/office/tasks/?kind=confirmation_withdraws",
        "/office/confirmations/{withdraws}/",
        "/office/confirmations/{talks}/",
        "/office/imi2/topics/T1/",
        "/office/contributions/{due}/",
        "/office/contributions/{due}/check-again/",
    ],
    "gina": ["/office/imi2/topics/T1/steps/adopt/", "/office/governance/points/{item}/"],
}


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does."""
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/office/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/**")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_after_a_changed_text_are_open_to_everybody(
    keys: dict[str, int | str], open_page: OpenPage, size: str
) -> None:
    page = open_page(size)
    sources = {}
    for who, addresses in PAGES.items():
        sign_in(page, who)
        for address in addresses:
            answer = page.goto(address.format(**keys))
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            assert_accessible(page)
            assert_no_sideways_scroll(page)
            sources[f"{who}{address}"] = answer.text()
    if size == "desktop":
        assert_valid_html(sources)


def test_partners_answers_are_seen_before_the_match_is_reserved_and_kept_with_the_decision(
    keys: dict[str, int | str], page: Page
) -> None:
    sign_in(page, "fred")
    page.goto("/office/imi2/topics/T1/reserve/")
    page.get_by_label("Number of the decision").fill("GB-9")
    page.get_by_label("Decided on").fill(clock.today().isoformat())
    page.get_by_label("Reason").fill("The board adopted it")
    page.get_by_role("button", name="Show what will happen").click()
    warned = page.locator(".callout-warning").first
    expect(warned).to_contain_text("Not every partner stands by it as the text is now")
    expect(warned).to_contain_text("Children are no longer in its scope")
    expect(warned).to_contain_text("Wellcome has not said whether")
    assert_accessible(page)
    page.get_by_role("button", name="Adopt and reserve").click()
    page.goto("/office/governance/decisions/")
    page.get_by_role("link", name="GB-9").click()
    expect(page.locator("main")).to_contain_text("What partners had said when it was taken")
    expect(page.locator("main")).to_contain_text("JDRF wants to talk first about")
    assert_accessible(page)


def test_partner_in_the_books_is_checked_again_from_the_desk(keys: dict[str, int | str], page: Page) -> None:
    sign_in(page, "olga")
    page.get_by_role("link", name="Contributions whose partner to check again").first.click()
    page.get_by_role("link", name=str(keys["due"])).first.click()
    expect(page.locator("main")).to_contain_text("Wellcome is a constituent entity of EFPIA")
    page.get_by_role("button", name="Record the check").click()
    expect(page.locator(".error-summary")).to_contain_text("Why it may stay")
    page.get_by_label("Why it may stay").fill("It gives to this topic as a partner only")
    page.get_by_role("button", name="Record the check").click()
    expect(page.locator(".message-success")).to_contain_text("The check is recorded.")
    expect(page.locator(".callout-warning")).to_contain_text("It gives to this topic as a partner only")
