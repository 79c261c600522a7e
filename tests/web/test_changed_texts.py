"""What partners answered after a changed text, on the pages that have to show it, and on none that must not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests import worlds
from tests.books import MILLION
from tests.topics import NEW_TEXT, SCIENCE, Topics

from cofund.actions import confirmations, topic_texts
from cofund.actions.actors import Actor
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.ledger.models import Confirmation
from cofund.records.programme.models import Decision, Topic
from cofund.rules import roles
from cofund.web.office import tokens

HEADING = "Not every partner stands by it as the text is now"
WORDS = "The scope is too wide"


@worlds.world
def world() -> Topics:
    """The Diabetes group with JDRF's seat, and the states' group."""
    return Topics.make()


@pytest.fixture
def question(world: Topics) -> Confirmation:
    """JDRF answered that it withdraws from T1, which is revised after its consultation."""
    topic = world.written()
    world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic))
    asked = topic_texts.write(SCIENCE, topic, "Title of T1", NEW_TEXT, "Grew").asked[0]
    confirmations.answer(Actor.of(world.person(roles.PARTNER)), asked, "withdraws", WORDS)
    Topic.objects.filter(pk=topic.pk).update(status="revised")
    return asked


def client(world: Topics, role: str) -> Client:
    """A browser in which somebody with this role is signed in."""
    made = Client()
    made.force_login(world.person(role))
    return made


def step(name: str) -> str:
    """The form of a step of T1."""
    return reverse("office-topic-step", args=["imi2", "T1", name])


def test_office_is_warned_on_the_topic_and_before_it_goes_to_the_board_and_is_adopted(
    world: Topics, question: Confirmation
) -> None:
    browser = client(world, roles.SCIENTIFIC_OFFICER)
    topic = reverse("office-topic", args=["imi2", "T1"])
    pages = [browser.get(page).content.decode() for page in (topic, step("propose"))]
    Topic.objects.update(status="proposed")
    pages.append(client(world, roles.GOVERNANCE_OFFICER).get(step("adopt")).content.decode())
    assert [(html.count(HEADING), WORDS in html) for html in pages] == [(1, True)] * 3
    assert HEADING not in browser.get(step("plan")).content.decode()


def test_warning_stops_nothing(world: Topics, question: Confirmation) -> None:
    browser = client(world, roles.SCIENTIFIC_OFFICER)
    assert (
        browser.post(step("propose"), {"token": tokens.new(), "reason": "Its groups were asked last year"}).status_code
        == 302
    )
    assert Topic.objects.get().status == "proposed"


def test_warning_is_gone_once_the_partner_stands_by_the_text(world: Topics, question: Confirmation) -> None:
    confirmations.answer(Actor.of(world.person(roles.PARTNER)), question, "stands")
    assert HEADING not in client(world, roles.SCIENTIFIC_OFFICER).get(step("propose")).content.decode()


def test_officer_is_led_to_the_withdrawal_and_partner_may_think_again(world: Topics, question: Confirmation) -> None:
    page = reverse("office-confirmation", args=[question.pk])
    assert question.contribution is not None
    href = reverse("office-contribution-act", args=[question.contribution.reference, "withdraw"])
    assert href in client(world, roles.OFFICER).get(page).content.decode()
    partner = client(world, roles.PARTNER)
    html = partner.get(page).content.decode()
    assert ("Send the answer" in html, href in html) == (True, False)
    assert partner.post(page, {"answer": "stands", "token": tokens.new()}).status_code == 302
    question.refresh_from_db()
    assert question.answer == "stands"


def test_what_is_kept_with_a_decision_is_for_the_office_alone(world: Topics) -> None:
    decision = Decision.objects.create(
        scheme=world.office.row,
        number="GB-1",
        decided_on=clock.today(),
        title="Adoption of T1",
        caveats=[f"JDRF will withdraw imi2-1: “{WORDS}”."],
        published_at=clock.now(),
    )
    page = reverse("office-decision", args=[decision.pk])
    office = client(world, roles.OFFICER).get(page).content.decode()
    assert ("What partners had said when it was taken" in office, WORDS in office) == (True, True)
    public = reverse("public-decision", args=["imi2", "GB-1"])
    for browser in (Client(), client(world, roles.PARTNER), client(world, roles.DELEGATE)):
        assert WORDS not in browser.get(public).content.decode()
        assert browser.get(page).status_code in (302, 403)
    listed = client(world, roles.OFFICER).get(reverse("office-decisions"), {"format": "json"}).content.decode()
    assert WORDS not in listed
