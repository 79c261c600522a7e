"""Texts of topics in their versions, and whether partners' contributions stand after a change: who is asked, told, and answers."""

from __future__ import annotations

import datetime as dt

import pytest
from tests import worlds
from tests.books import MILLION, refused
from tests.topics import NEW_TEXT as NEW
from tests.topics import SCIENCE, TEXT, Topics

from cofund.actions import confirmations, contributions, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.queries import clock
from cofund.queries import confirmations as asked_of
from cofund.queries import topic_texts as reading
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, Contact, Message, PartnerRight, User
from cofund.records.ledger.models import Confirmation, Contribution
from cofund.records.programme.models import Topic
from cofund.rules import roles


@worlds.world
def world() -> Topics:
    """The Diabetes group with JDRF's seat, and the states' group."""
    return Topics.make()


def pledge(world: Topics, topic: Topic, amount: int = 2 * MILLION, name: str = "JDRF") -> Contribution:
    """A pledge to a topic."""
    return world.office.pledge(amount, name, kind="FC_JU", target=Target(topic=topic)).contribution


def test_versions_are_numbered_and_differences_are_word_by_word(world: Topics) -> None:
    topic = world.written()
    topic_texts.write(SCIENCE, topic, "Better title", NEW, "The states asked for more", seen=1)
    topic.refresh_from_db()
    assert topic.title == "Better title"
    found = reading.read(reading.versions(topic), "2", "1")
    assert found is not None
    assert (found.version.number, found.added, found.removed) == (2, 1, 0)
    assert [section.key for section in found.sections if section.change and section.change.is_change] == ["scope"]


def test_version_that_changes_nothing_or_says_not_why_is_refused(world: Topics) -> None:
    topic = world.written()
    write = topic_texts.write
    assert (
        refused(lambda: write(SCIENCE, topic, "Title of T1", TEXT, "Nothing")).wrong
        == "Nothing differs from version 1."
    )
    assert refused(lambda: write(SCIENCE, topic, "Title of T1", NEW, " ")).fields["field"] == "reason"
    assert refused(lambda: write(SCIENCE, topic, " ", NEW, "Why")).fields["field"] == "title"
    unwritten = world.topic("T2")
    assert refused(lambda: write(SCIENCE, unwritten, "Title", {}, "Why")).fields["field"] == "challenge"


def test_version_written_beside_another_is_refused(world: Topics) -> None:
    topic = world.written()
    topic_texts.write(SCIENCE, topic, "Title of T1", NEW, "First", seen=1)
    error = refused(lambda: topic_texts.write(SCIENCE, topic, "Title of T1", TEXT, "Second", seen=1))
    assert error.wrong == "Somebody wrote version 2 since you began."


def test_material_change_after_a_pledge_asks_the_partner_through_the_outbox(world: Topics) -> None:
    topic = world.written()
    partner = world.person(roles.PARTNER)
    Contact.objects.create(organisation=world.jdrf, name="First", email="first@example.org", is_first=True)
    Contact.objects.create(organisation=world.jdrf, name="Second", email="second@example.org")
    made = pledge(world, topic)
    written = topic_texts.write(SCIENCE, topic, "Title of T1", NEW, "The scope grew")
    assert [one.contribution for one in written.asked] == [made]
    told = Message.objects.filter(purpose="confirm contribution").order_by("recipient")
    assert [one.recipient for one in told] == ["first@example.org", "partner@example.org"]
    assert "The scope grew" in told[0].text
    assert list(asked_of.waiting(partner)) == list(written.asked)


def test_wording_alone_asks_nobody_but_tells_and_the_first_version_does_neither(world: Topics) -> None:
    topic, partner = world.topic(), world.person(roles.PARTNER)
    made = pledge(world, topic)
    first = topic_texts.write(SCIENCE, topic, "Title", TEXT, "First")
    second = topic_texts.write(SCIENCE, topic, "Title", NEW, "Typos", is_material=False)
    assert (first.asked, first.told, second.asked) == ((), (), ())
    assert [(one.contribution, one.needs_answer, one.answer_by_on) for one in second.told] == [(made, False, None)]
    told = Message.objects.get(purpose="tell of changed text")
    assert told.recipient == "partner@example.org"
    assert f"/office/confirmations/{second.told[0].pk}/" in told.text
    assert "you need not answer" in told.text
    assert list(asked_of.waiting(partner)) == []
    assert refused(lambda: confirmations.answer(Actor.of(partner), second.told[0], "stands"), NotAllowed).wrong


def test_withdrawn_contribution_is_not_asked(world: Topics) -> None:
    topic = world.written()
    contributions.withdraw(world.office.actor, pledge(world, topic), world.office.grounds())
    assert topic_texts.write(SCIENCE, topic, "Title of T1", NEW, "Grew").asked == ()


def asked(world: Topics) -> Confirmation:
    """A question to JDRF."""
    topic = world.written()
    pledge(world, topic)
    return topic_texts.write(SCIENCE, topic, "Title of T1", NEW, "The scope grew").asked[0]


def test_partner_answers_after_talking_and_then_for_good(world: Topics) -> None:
    row, actor = asked(world), Actor.of(world.person(roles.PARTNER))
    assert refused(lambda: confirmations.answer(actor, row, "talks")).fields["field"] == "answer_text"
    confirmations.answer(actor, row, "talks", "We would like to hear more")
    confirmations.answer(actor, row, "stands")
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("stands", "partner")
    assert (
        refused(lambda: confirmations.answer(actor, row, "withdraws", "No")).wrong
        == "It is answered already: it stands."
    )
    newer = asked_again(world)
    assert refused(lambda: confirmations.answer(actor, newer, "maybe")).fields["field"] == "answer"
    assert AuditEvent.objects.filter(action="answer confirmation").count() == 2


def asked_again(world: Topics) -> Confirmation:
    """A question about the next version."""
    topic = world.topic("T1")
    return topic_texts.write(SCIENCE, topic, "Title of T1", {**NEW, "impact": "More."}, "Impact").asked[0]


def test_older_question_is_closed_by_a_newer_one(world: Topics) -> None:
    row, actor = asked(world), Actor.of(world.person(roles.PARTNER))
    newer = asked_again(world)
    assert refused(lambda: confirmations.answer(actor, row, "stands")).wrong == "The text has changed again since."
    assert list(asked_of.waiting(world.person(roles.PARTNER))) == [newer]


def test_only_who_may_sign_for_the_organisation_answers(world: Topics) -> None:
    row = asked(world)
    reader = User.objects.create_user("reader", role="partner", organisation=world.jdrf)
    stranger = User.objects.create_user("stranger", role="partner", organisation=world.office.organisation("Other"))
    PartnerRight.objects.create(user=reader, organisation=world.jdrf, right="read", granted_at=clock.now())
    PartnerRight.objects.create(user=stranger, organisation=world.jdrf, right="sign", granted_at=clock.now())
    for user in (reader, stranger, world.person(roles.OFFICER)):
        with pytest.raises(NotAllowed):
            confirmations.answer(Actor.of(user), row, "stands")
    row.refresh_from_db()
    assert row.answer == ""
    assert [asked_of.visible(user).count() for user in (reader, stranger, world.person(roles.OFFICER))] == [1, 0, 1]


def test_published_texts_begin_with_the_first_that_was_consulted_on(world: Topics) -> None:
    start = clock.now() - dt.timedelta(days=60)
    topic = world.written(at=start)
    topic_texts.write(SCIENCE, topic, "Title of T1", NEW, "Second", at=start + dt.timedelta(days=5))
    assert reading.published(topic) == []
    world.consulted(topic, world.states, days_ago=50)
    topic_texts.write(SCIENCE, topic, "Title of T1", TEXT, "Third", at=start + dt.timedelta(days=30))
    assert [row.number for row in reading.published(topic)] == [3, 2]
