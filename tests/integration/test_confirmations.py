"""Who hears of a changed text and how: pledges, letters in every state, and what an answer that is no yes leads to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests import worlds
from tests.applications import adoption, brought_to, decide_point, line, meeting, start
from tests.books import MILLION, refused
from tests.topics import GOVERNANCE, SCIENCE, TEXT, Topics

from cofund.actions import confirmations, contributions, topic_steps, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.applications import submitting
from cofund.actions.topic_texts import Written
from cofund.queries import clock, objections, short_papers
from cofund.queries import confirmations as asked_of
from cofund.queries.pools import Target
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import Ask
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import AuditEvent, Message
from cofund.records.ledger.models import Application, Confirmation, Contribution
from cofund.records.programme.models import AgendaItem, Decision, Topic
from cofund.rules import roles
from cofund.rules.confirming import answer_by

AT = dt.datetime(2015, 9, 1, 9, tzinfo=dt.UTC)
ASKED_ON = dt.date(2026, 3, 2)


@worlds.world
def world() -> Topics:
    """The Diabetes group with JDRF's seat, and the states' group."""
    return Topics.make()


def change(topic: Topic, *, is_material: bool = True, scope: str = "Find out much more.") -> Written:
    """Write another version."""
    topic.refresh_from_db()
    return topic_texts.write(SCIENCE, topic, topic.title, {**TEXT, "scope": scope}, "Grew", is_material=is_material)


def references(rows: tuple[Confirmation, ...]) -> list[str]:
    """What they are about."""
    return sorted(row.reference for row in rows)


def pledge(world: Topics, topic: Topic, name: str = "JDRF", amount: int = 2 * MILLION) -> Contribution:
    """A pledge to a topic."""
    return world.office.pledge(amount, name, kind="FC_JU", target=Target(topic=topic)).contribution


def kinds_of(world: Topics, role: str) -> dict[str, list[str]]:
    """The tasks about texts of somebody with a role: their titles by kind, as the desk lists them."""
    reader = Reader.of(world.person(role))
    wanted = [kind for kind in listing.HEADINGS if kind.startswith("confirmation") or kind == "text_told"]
    found = {kind: [task.title for task in listing.listed(reader, Ask(kind=kind))[0]] for kind in wanted}
    return {kind: titles for kind, titles in found.items() if titles}


@pytest.mark.parametrize(
    ("papers_on", "due_on"),
    [
        (None, dt.date(2026, 3, 16)),
        (dt.date(2026, 4, 1), dt.date(2026, 3, 16)),
        (dt.date(2026, 3, 10), dt.date(2026, 3, 10)),
        (dt.date(2026, 3, 3), dt.date(2026, 3, 5)),
        (dt.date(2026, 2, 1), dt.date(2026, 3, 5)),
    ],
)
def test_answer_is_due_in_two_weeks_or_with_the_papers_but_never_at_once(
    papers_on: dt.date | None, due_on: dt.date
) -> None:
    assert answer_by(ASKED_ON, papers_on) == due_on


@pytest.mark.parametrize("state", ["submitted", "eligible", "scheduled", "conditional"])
def test_letter_that_is_handed_in_and_not_booked_is_asked_about(world: Topics, state: str) -> None:
    topic = world.written()
    world.person(roles.PARTNER)
    row = brought_to(world.office, "submitted", name="JDRF", topic=topic)
    Application.objects.update(status=state)
    written = change(topic)
    assert [(one.application, one.contribution, one.answer_by_on) for one in written.asked] == [
        (row, None, clock.today() + dt.timedelta(days=14))
    ]
    told = Message.objects.get(purpose="confirm contribution")
    assert told.subject == "T1 has changed: does your application stand?"
    assert f"/office/confirmations/{written.asked[0].pk}/" in told.text
    assert list(asked_of.waiting(world.person(roles.PARTNER))) == list(written.asked)


def test_approved_letter_is_asked_about_as_the_contribution_that_it_became(world: Topics) -> None:
    topic = world.written()
    world.office.at = AT
    row = brought_to(world.office, "approved", name="JDRF", topic=topic)
    booked = Contribution.objects.get(letter_lines__letter__application=row)
    assert [(one.application, one.contribution) for one in change(topic).asked] == [(None, booked)]


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "lapsed"])
def test_application_that_came_to_nothing_hears_nothing(world: Topics, state: str) -> None:
    topic = world.written()
    brought_to(world.office, "submitted", name="JDRF", topic=topic)
    Application.objects.update(status=state)
    written = change(topic)
    assert (written.asked, written.told) == ((), ())


def test_letter_that_is_still_being_written_is_told_of_any_change(world: Topics) -> None:
    topic = world.written()
    world.person(roles.PARTNER)
    draft = start(world.office, "JDRF", topic=topic)
    material, wording = change(topic), change(topic, is_material=False, scope="Find out more of it.")
    assert (material.asked, references(material.told), references(wording.told)) == (
        (),
        [draft.reference],
        [draft.reference],
    )
    assert "what you hand in is about the new text" in Message.objects.latest("pk").text


def test_letter_that_says_the_same_as_a_pledge_is_not_asked_about_beside_it(world: Topics) -> None:
    topic = world.written()
    made = pledge(world, topic)
    brought_to(world.office, "submitted", line(2 * MILLION), name="JDRF", topic=topic)
    assert references(change(topic).asked) == [made.reference]


def test_letter_that_says_more_than_the_pledge_is_asked_about_beside_it(world: Topics) -> None:
    topic = world.written()
    made = pledge(world, topic)
    row = brought_to(world.office, "submitted", line(3 * MILLION), name="JDRF", topic=topic)
    assert references(change(topic).asked) == sorted([made.reference, row.reference])


def test_booked_contribution_is_told_of_wording(world: Topics) -> None:
    topic = world.written()
    made = pledge(world, topic)
    world.office.endorse(made)
    assert references(change(topic, is_material=False).told) == [made.reference]


def test_wording_closes_no_open_question(world: Topics) -> None:
    topic, partner = world.written(), world.person(roles.PARTNER)
    made = pledge(world, topic)
    question = change(topic).asked[0]
    change(topic, is_material=False, scope="Find out much more!")
    assert list(asked_of.waiting(partner)) == [question]
    assert kinds_of(world, roles.PARTNER) == {
        "confirmation": [f"{made.reference} to T1"],
        "text_told": [f"{made.reference} to T1"],
    }


def test_notice_leaves_the_desk_with_a_newer_one_and_after_a_month(world: Topics) -> None:
    topic, partner = world.written(), world.person(roles.PARTNER)
    pledge(world, topic)
    change(topic, is_material=False)
    second = change(topic, is_material=False, scope="Find out much more!").told[0]
    assert list(asked_of.told(asked_of.visible(partner), clock.today())) == [second]
    assert list(asked_of.told(asked_of.visible(partner), clock.today() + dt.timedelta(days=31))) == []


def test_question_about_a_letter_ends_with_one_about_what_it_became(world: Topics) -> None:
    topic, partner = world.written(), world.person(roles.PARTNER)
    row = brought_to(world.office, "submitted", name="JDRF", topic=topic)
    first = change(topic).asked[0]
    made = pledge(world, topic, amount=7 * MILLION)
    row.letters.get().lines.update(contribution=made)
    Application.objects.update(status="approved")
    assert list(asked_of.waiting(partner)) == [first]
    second = change(topic, scope="Find out all.").asked[0]
    assert (list(asked_of.waiting(partner)), second.contribution) == ([second], made)


def test_question_about_what_stands_no_more_waits_for_nobody(world: Topics) -> None:
    topic, partner = world.written(), world.person(roles.PARTNER)
    made = pledge(world, topic)
    row = brought_to(world.office, "submitted", name="JDRF", topic=topic)
    asked = change(topic).asked
    assert len(asked) == 2
    submitting.withdraw(world.office.actor, row, "No money")
    contributions.withdraw(world.office.actor, made, world.office.grounds(clock.today()))
    assert list(asked_of.waiting(partner)) == []
    actor = Actor.of(partner)
    found = refused(lambda: confirmations.answer(actor, asked[0], "stands"))
    assert found.wrong == f"{made.reference} does not stand any more."


def test_partner_answers_for_its_letter_and_another_one_does_not(world: Topics) -> None:
    topic, partner = world.written(), world.person(roles.PARTNER)
    mine = brought_to(world.office, "submitted", name="JDRF", topic=topic)
    other = brought_to(world.office, "submitted", name="Other Trust", topic=topic)
    asked = {one.application_id: one for one in change(topic).asked}
    actor = Actor.of(partner)
    confirmations.answer(actor, asked[mine.pk], "stands")
    assert refused(lambda: confirmations.answer(actor, asked[other.pk], "stands"), confirmations.NotAllowed).wrong
    assert list(asked_of.visible(partner)) == [asked[mine.pk]]
    event = AuditEvent.objects.get(action="answer confirmation")
    assert event.subject == f"imi2/application/{mine.reference}"


def answered(world: Topics, topic: Topic, given: str, name: str = "JDRF") -> Contribution:
    """A contribution about which a partner gave an answer, or none and its day is over."""
    made = pledge(world, topic, name)
    if given == "late":
        row = change(topic, scope=f"Find out for {name}.").asked[-1]
        Confirmation.objects.filter(pk=row.pk).update(answer_by_on=clock.today() - dt.timedelta(days=1))
        return made
    row = change(topic, scope=f"Find out for {name}.").asked[-1]
    confirmations.answer(Actor.of(world.person(roles.PARTNER)), row, given, "The scope is too wide.")
    return made


SAID = {
    "withdraws": "JDRF will withdraw {}: “The scope is too wide”.",
    "talks": "JDRF wants to talk first about {}: “The scope is too wide”.",
    "late": "JDRF has not said whether {} stands; the answer was due by {yesterday}.",
}


def said(made: Contribution, given: str) -> str:
    """The sentence about an answer."""
    yesterday = clock.today() - dt.timedelta(days=1)
    return SAID[given].format(made.reference, yesterday=yesterday.isoformat())


@pytest.mark.parametrize("given", sorted(SAID))
def test_answer_that_is_no_yes_is_a_task_of_the_officer(world: Topics, given: str) -> None:
    made = answered(world, world.written(), given)
    found = kinds_of(world, roles.OFFICER)
    assert found == {f"confirmation_{given}": [f"{made.reference} to T1"]}


def test_withdrawal_that_is_recorded_is_no_task_any_more(world: Topics) -> None:
    made = answered(world, world.written(), "withdraws")
    contributions.withdraw(world.office.actor, made, world.office.grounds(clock.today()))
    assert kinds_of(world, roles.OFFICER) == {}


def test_partner_that_thinks_again_ends_the_task(world: Topics) -> None:
    made = answered(world, world.written(), "withdraws")
    confirmations.answer(Actor.of(world.person(roles.PARTNER)), made.confirmations.get(), "stands")
    assert kinds_of(world, roles.OFFICER) == {}
    assert objections.of_topic(world.topic("T1")) == []


def to_the_board(world: Topics, topic: Topic) -> Topic:
    """The topic with its consultation behind it."""
    Topic.objects.filter(pk=topic.pk).update(status="revised")
    topic.refresh_from_db()
    return topic_steps.propose(SCIENCE, topic, "Its groups were asked last year")


@pytest.mark.parametrize("given", sorted(SAID))
def test_answer_that_is_no_yes_stands_in_the_paper_and_with_proposal_and_decision(world: Topics, given: str) -> None:
    topic = world.written()
    made = answered(world, topic, given)
    sentence = said(made, given)
    to_the_board(world, topic)
    assert AuditEvent.objects.get(action="propose topic").after["not confirmed"] == [sentence]
    item = AgendaItem.objects.create(
        meeting=meeting(world.office, clock.today()), number=1, kind="topic", title="Adopt it", topic=topic
    )
    assert short_papers.of_item(item).risks[0] == sentence
    decision = decide_point(world.office, item, "GB-7")
    topic_steps.adopt(GOVERNANCE, topic, decision.number, decision.decided_on)
    assert Decision.objects.get(number=decision.number).caveats == [sentence]
    assert AuditEvent.objects.get(action="adopt topic").after["not confirmed"] == [sentence]


def test_reserving_keeps_what_partners_said_with_the_decision_and_not_in_the_entry(world: Topics) -> None:
    topic = world.written()
    made = answered(world, topic, "talks")
    world.office.endorse(made)
    to_the_board(world, topic)
    entry = world.office.reserve(Target(topic=topic), clock.today())
    assert entry.decision is not None
    assert entry.decision.caveats == [said(made, "talks")]
    assert AuditEvent.objects.get(action="reserve").after["not confirmed"] == [said(made, "talks")]
    assert "not confirmed" not in entry.explanation
    assert "too wide" not in str(entry.explanation)


def test_partners_that_give_together_are_named_together(world: Topics) -> None:
    topic = world.written()
    parties = ("Helmsley", "JDRF")
    made = world.office.pledge(2 * MILLION, *parties, kind="FC_JU", target=Target(topic=topic)).contribution
    due_on = change(topic).asked[0].answer_by_on
    assert due_on is not None
    assert objections.words(objections.of_topic(topic)) == [
        f"Helmsley and JDRF have not said yet whether {made.reference} stands; they have until {due_on.isoformat()}."
    ]


def test_topic_that_everybody_stands_by_has_nothing_kept_with_its_decision(world: Topics) -> None:
    topic = world.written()
    answered(world, topic, "stands")
    to_the_board(world, topic)
    decision = adoption(world.office, Target(topic=topic), clock.today())
    assert decision is not None
    topic_steps.adopt(GOVERNANCE, topic, decision.number, decision.decided_on)
    decision.refresh_from_db()
    assert decision.caveats == []
    assert "not confirmed" not in AuditEvent.objects.get(action="adopt topic").after


def test_paper_about_an_application_names_what_its_partner_said(world: Topics) -> None:
    topic = world.written()
    row = brought_to(world.office, "submitted", name="JDRF", topic=topic)
    item = AgendaItem.objects.create(
        meeting=meeting(world.office, clock.today()), number=1, kind="application", title="Approve it"
    )
    Application.objects.update(status="scheduled", agenda_item=item)
    question = change(topic).asked[0]
    confirmations.answer(Actor.of(world.person(roles.PARTNER)), question, "talks", "Why wider?")
    words = f"JDRF wants to talk first about {row.reference}: “Why wider?”."
    assert short_papers.of_item(item).risks[0] == words


def test_objections_ask_the_same_of_the_database_for_one_and_for_three(
    world: Topics, django_assert_num_queries: Any
) -> None:
    topic = world.written()
    for name in ("One", "Two", "Three"):
        pledge(world, topic, name)
        change(topic, scope=f"Find out for {name}.")
        with django_assert_num_queries(3):
            assert len(objections.of_topic(topic)) == len(Contribution.objects.all())
