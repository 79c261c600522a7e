"""Topics from scoping to their end: texts and who is asked again, consultations, comments and answers, the board, adoption."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from tests.books import MILLION, refused
from tests.topics import GOVERNANCE, SCIENCE, TEXT, Topics

from cofund.actions import calls, confirmations, consultations, topic_steps, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.calls import Indicated
from cofund.actions.consultations import NewComment, NewConsultation
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.topic_steps import Plan
from cofund.queries import clock
from cofund.queries import confirmations as asked_of
from cofund.queries import consultations as asking
from cofund.queries import topic_texts as reading
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, Contact, Message, PartnerRight, User
from cofund.records.ledger.models import Confirmation, Contribution
from cofund.records.programme.models import Consultation, Credit, Topic
from cofund.rules import roles, timeline
from cofund.rules.lifecycle_topics import TOPIC, WAY

PUBLIC = Actor("A visitor", roles.PUBLIC)
NEW = {**TEXT, "scope": "Find out much more."}


@pytest.fixture
def world(db: None) -> Topics:
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


def test_wording_alone_asks_nobody_and_neither_does_the_first_version(world: Topics) -> None:
    topic = world.topic()
    pledge(world, topic)
    first = topic_texts.write(SCIENCE, topic, "Title", TEXT, "First")
    second = topic_texts.write(SCIENCE, topic, "Title", NEW, "Typos", is_material=False)
    assert (first.asked, second.asked, Confirmation.objects.count()) == ((), (), 0)


def test_withdrawn_contribution_is_not_asked(world: Topics) -> None:
    topic = world.written()
    from cofund.actions import contributions as acts

    acts.withdraw(world.office.actor, pledge(world, topic), world.office.grounds())
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


def test_consultation_opens_writes_to_the_seats_and_moves_the_topic(world: Topics) -> None:
    topic = world.written()
    delegate = world.person(roles.DELEGATE)
    made = world.consulted(topic, world.states)
    topic.refresh_from_db()
    assert (topic.status, asking.state_of(made)) == ("consultation", "open")
    assert [one.recipient for one in Message.objects.filter(purpose="consultation opens")] == [delegate.email]


def test_consultation_needs_a_text_days_in_order_and_one_body_at_a_time(world: Topics) -> None:
    today = clock.today()
    end = timeline.shortest_end(today)
    start = consultations.start
    unwritten = world.topic("T2")
    empty = refused(lambda: start(SCIENCE, unwritten, NewConsultation(today, end)))
    assert empty.wrong == "There is no text to comment on."
    topic = world.written()
    assert refused(lambda: start(SCIENCE, topic, NewConsultation(end, today))).fields["field"] == "closes_on"
    world.consulted(topic)
    assert refused(lambda: world.consulted(topic)).fields["field"] == "group"
    other = Topics.make("ihi")
    assert refused(lambda: world.consulted(topic, other.states)).fields["field"] == "group"


def test_obligatory_consultation_is_shortened_only_by_a_decision_on_the_fast_track(world: Topics) -> None:
    today = clock.today()
    short = NewConsultation(today, today + dt.timedelta(days=7), world.states, decision="GB-7", decided_on=today)
    topic = world.written()
    slow = refused(lambda: consultations.start(SCIENCE, topic, short))
    assert slow.wrong == "A consultation that the topic waits for lasts at least 34 days."
    Topic.objects.filter(pk=topic.pk).update(call=world.call("fast", is_fast_track=True))
    undecided = NewConsultation(short.opens_on, short.closes_on, world.states)
    assert refused(lambda: consultations.start(SCIENCE, topic, undecided)).fields["field"] == "decision"
    made = consultations.start(SCIENCE, topic, short)
    assert made.shortened_by is not None
    assert made.shortened_by.number == "GB-7"
    free = NewConsultation(today, today, None, is_obligatory=False)
    assert consultations.start(SCIENCE, topic, free).shortened_by is None


def test_consultation_is_closed_early_only_where_nothing_waits_for_it(world: Topics) -> None:
    made = world.consulted(world.written(), world.states)
    assert refused(lambda: consultations.close(SCIENCE, made)).fields["field"] == "closes_on"
    free = consultations.start(
        SCIENCE, made.topic, NewConsultation(clock.today(), timeline.shortest_end(clock.today()), None, False)
    )
    assert consultations.close(SCIENCE, free).closes_on == clock.today()


def test_comment_is_taken_from_who_sits_in_the_group_while_it_is_open(world: Topics) -> None:
    made = world.consulted(world.written(), world.states)
    delegate, partner = (Actor.of(world.person(role)) for role in (roles.DELEGATE, roles.PARTNER))
    said = consultations.comment(delegate, made, NewComment("More on children", "scope"))
    assert (said.author_name, said.section) == ("delegate", "scope")
    for actor in (partner, PUBLIC, Actor.of(world.person(roles.OFFICER))):
        with pytest.raises(NotAllowed):
            consultations.comment(actor, made, NewComment("Me too", author_name="Me"))
    Consultation.objects.filter(pk=made.pk).update(
        opens_on=clock.today() - dt.timedelta(days=50), closes_on=clock.today() - dt.timedelta(days=1)
    )
    late = refused(lambda: consultations.comment(delegate, made, NewComment("Late")))
    assert late.wrong == "The consultation stands at “closed”."


def test_public_comments_with_a_name_and_not_too_often(world: Topics) -> None:
    made = world.consulted(world.written())
    assert refused(lambda: consultations.comment(PUBLIC, made, NewComment("Hm"))).fields["field"] == "author_name"
    for number in range(consultations.MOST_A_DAY):
        consultations.comment(PUBLIC, made, NewComment(f"{number}", author_name="Ann", origin="192.0.2.1"))
    again = NewComment("Once more", author_name="Ann", origin="192.0.2.1")
    assert refused(lambda: consultations.comment(PUBLIC, made, again)).fields["is_flood"] is True


def test_answer_credits_who_changed_the_text_and_is_fixed_before_the_board(world: Topics) -> None:
    topic = world.written()
    made = world.consulted(topic, world.states, days_ago=40)
    delegate = world.person(roles.DELEGATE)
    one, two = (world.comment(made, text, delegate) for text in ("One", "Two"))
    assert asking.missing(topic) == ["2 comments of States' group without an answer."]
    assert refused(lambda: consultations.answer(SCIENCE, one, "accepted", " ")).fields["field"] == "answer_text"
    consultations.answer(SCIENCE, one, "accepted", "Added to the scope")
    consultations.answer(SCIENCE, two, "rejected", "Another topic covers it")
    assert list(Credit.objects.filter(topic=topic).values_list("part", "name")) == [("commented", "delegate")]
    topic_steps.propose(SCIENCE, topic)
    assert refused(lambda: consultations.answer(SCIENCE, two, "noted", "Noted")).fields["field"] == "answer"


def test_topic_goes_before_the_board_only_closed_and_answered(world: Topics) -> None:
    topic = world.written()
    world.consulted(topic, world.states)
    public = world.consulted(topic, None, days_ago=40)
    world.comment(public)
    error = refused(lambda: topic_steps.propose(SCIENCE, topic))
    end = timeline.shortest_end(clock.today()).isoformat()
    assert error.fields["missing"] == [
        "1 comment of the public without an answer.",
        f"The consultation of States' group runs until {end}.",
    ]
    assert refused(lambda: topic_steps.revise(SCIENCE, topic, "Now")).remedy == "Wait for its end, or close it first."


def test_adoption_needs_a_decision_and_leaves_money_to_the_books(world: Topics) -> None:
    topic = world.proposed()
    assert refused(lambda: topic_steps.adopt(GOVERNANCE, topic, "", None)).fields["field"] == "decision"
    assert refused(lambda: topic_steps.adopt(GOVERNANCE, topic, "GB-1", None)).fields["field"] == "decided_on"
    made = pledge(world, topic)
    world.office.endorse(made)
    error = refused(lambda: topic_steps.adopt(GOVERNANCE, topic, "GB-1", clock.today()))
    assert error.fields["offers"] == "reserve"
    world.office.reserve(Target(topic=topic))
    topic.refresh_from_db()
    assert topic.status == "adopted"


def test_adoption_without_contributions_stands_on_its_decision(world: Topics) -> None:
    topic = world.proposed()
    topic_steps.adopt(GOVERNANCE, topic, "IMI2-GB-DEC-2020-20", dt.date(2020, 6, 19))
    topic.refresh_from_db()
    assert (topic.status, topic.adopted_on) == ("adopted", dt.date(2020, 6, 19))
    event = AuditEvent.objects.get(action="adopt topic")
    assert event.after == {"decision": "IMI2-GB-DEC-2020-20", "adopted_on": "2020-06-19", "status": "adopted"}


def test_reservation_waits_for_the_consultation_too(world: Topics) -> None:
    topic = world.written()
    world.office.endorse(pledge(world, topic))
    world.consulted(topic, world.states)
    assert refused(lambda: world.office.reserve(Target(topic=topic))).wrong == "The topic stands at “in consultation”."
    Topic.objects.filter(pk=topic.pk).update(status="revised")
    assert refused(lambda: world.office.reserve(Target(topic=topic))).fields["missing"] == [
        f"The consultation of States' group runs until {timeline.shortest_end(clock.today()).isoformat()}."
    ]


def test_topic_without_an_award_gives_back_what_was_reserved(world: Topics) -> None:
    topic = world.proposed()
    world.office.endorse(pledge(world, topic))
    world.office.reserve(Target(topic=topic))
    assert world.office.standing("B").reserved_cents == 2 * MILLION
    topic.refresh_from_db()
    with pytest.raises(NotAllowed):
        topic_steps.record_no_award(SCIENCE, topic, "No proposal passed the threshold")
    topic_steps.record_no_award(world.office.actor, topic, "No proposal passed the threshold")
    topic.refresh_from_db()
    assert (topic.status, world.office.standing("B").free_cents) == ("no_award", 213 * MILLION)
    with pytest.raises(Refused, match="T1 got no award"):
        pledge(world, topic)


def test_dropped_topic_without_money_needs_no_finance_officer(world: Topics) -> None:
    topic = world.written()
    topic_steps.drop(SCIENCE, topic, "Nobody is interested")
    topic.refresh_from_db()
    assert topic.status == "dropped"


STEPS: dict[str, Callable[[Topics, Topic], object]] = {
    "draft topic": lambda world, row: topic_steps.draft(SCIENCE, row),
    "write topic version": lambda world, row: topic_texts.write(SCIENCE, row, "Title", NEW, "Why"),
    "start consultation": lambda world, row: world.consulted(row),
    "revise topic": lambda world, row: topic_steps.revise(SCIENCE, row, "Why"),
    "propose topic": lambda world, row: topic_steps.propose(SCIENCE, row),
    "adopt topic": lambda world, row: topic_steps.adopt(GOVERNANCE, row, "GB-1", clock.today()),
    "record no award": lambda world, row: topic_steps.record_no_award(SCIENCE, row, "Why"),
    "drop topic": lambda world, row: topic_steps.drop(SCIENCE, row, "Why"),
    "plan topic": lambda world, row: topic_steps.plan(SCIENCE, row, Plan(duration_months=60)),
    "state contributions": lambda world, row: calls.state_contribution(SCIENCE, row, Indicated("partner", 100)),
}


@pytest.mark.parametrize("state", TOPIC.states)
@pytest.mark.parametrize("action", STEPS)
def test_step_starts_from_exactly_the_states_of_the_table(world: Topics, action: str, state: str) -> None:
    world.written()
    topic = world.topic("T1", state)
    if TOPIC.allows(action, state):
        STEPS[action](world, topic)
        topic.refresh_from_db()
        assert topic.status == (TOPIC.step(action).to or state)
    else:
        error = refused(lambda: STEPS[action](world, topic))
        assert error.wrong == f"The topic stands at “{TOPIC.states[state].lower()}”."


@pytest.mark.parametrize("state", [state for state in WAY if state != "granted"])
def test_pledge_before_the_adoption_is_matched_in_every_state(world: Topics, state: str) -> None:
    topic = world.topic("T1", state, adopted_on=None if state != "adopted" else clock.today())
    booked = world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic))
    assert booked.match is not None
    assert booked.match.match_cents == (0 if state == "adopted" else 2 * MILLION)


def test_published_texts_begin_with_the_first_that_was_consulted_on(world: Topics) -> None:
    start = clock.now() - dt.timedelta(days=60)
    topic = world.written(at=start)
    topic_texts.write(SCIENCE, topic, "Title of T1", NEW, "Second", at=start + dt.timedelta(days=5))
    assert reading.published(topic) == []
    world.consulted(topic, world.states, days_ago=50)
    topic_texts.write(SCIENCE, topic, "Title of T1", TEXT, "Third", at=start + dt.timedelta(days=30))
    assert [row.number for row in reading.published(topic)] == [3, 2]
