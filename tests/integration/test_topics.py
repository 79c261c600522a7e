"""Topics from scoping to their end: consultations, comments and answers, the board, adoption, days and money by source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from tests import worlds
from tests.applications import adoption
from tests.books import MILLION, refused
from tests.topics import GOVERNANCE, NEW_TEXT, SCIENCE, Topics

from cofund.actions import calls, consultations, topic_steps, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.calls import CallFacts, Indicated
from cofund.actions.consultations import NewComment, NewConsultation
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.topic_steps import Plan
from cofund.queries import clock, topic_money, topic_timelines
from cofund.queries import consultations as asking
from cofund.queries.funding import of_target
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.directory.models import AuditEvent, Message
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Comment, Consultation, Credit, IndicativeContribution, Topic
from cofund.rules import roles, timeline
from cofund.rules.lifecycle_topics import TOPIC, WAY

PUBLIC = Actor("A visitor", roles.PUBLIC)


@worlds.world
def world() -> Topics:
    """The Diabetes group with JDRF's seat, and the states' group."""
    return Topics.make()


def pledge(world: Topics, topic: Topic, amount: int = 2 * MILLION, name: str = "JDRF") -> Contribution:
    """A pledge to a topic."""
    return world.office.pledge(amount, name, kind="FC_JU", target=Target(topic=topic)).contribution


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
    credited = Credit.objects.filter(topic=topic).values_list("part", "name", "on")
    assert list(credited) == [("commented", "delegate", clock.today())]
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
    error = refused(lambda: topic_steps.adopt(GOVERNANCE, topic, "GB-1", clock.today()))
    assert error.wrong == "The board has not decided here on the adoption of T1, and it has a text."
    made = pledge(world, topic)
    world.office.endorse(made)
    error = refused(lambda: topic_steps.adopt(GOVERNANCE, topic, "GB-1", clock.today()))
    assert error.fields["offers"] == "reserve"
    world.office.reserve(Target(topic=topic))
    topic.refresh_from_db()
    assert topic.status == "adopted"


def test_adoption_of_a_topic_recorded_afterwards_stands_on_a_decision_taken_elsewhere(world: Topics) -> None:
    topic = world.topic("T1", "proposed")
    assert refused(lambda: topic_steps.adopt(GOVERNANCE, topic, "GB-1", None)).fields["field"] == "decided_on"
    topic_steps.adopt(GOVERNANCE, topic, "IMI2-GB-DEC-2020-20", dt.date(2020, 6, 19))
    topic.refresh_from_db()
    assert (topic.status, topic.adopted_on) == ("adopted", dt.date(2020, 6, 19))
    event = AuditEvent.objects.get(action="adopt topic")
    assert event.after == {
        "decision": "IMI2-GB-DEC-2020-20",
        "decision_taken": "Taken elsewhere, not recorded here",
        "adopted_on": "2020-06-19",
        "status": "adopted",
    }


def test_reservation_waits_for_the_consultation_too(world: Topics) -> None:
    topic = world.written()
    world.office.endorse(pledge(world, topic))
    world.consulted(topic, world.states)
    adoption(world.office, Target(topic=topic), clock.today())
    assert refused(lambda: world.office.reserve(Target(topic=topic))).wrong == "The topic stands at “in consultation”."
    Topic.objects.filter(pk=topic.pk).update(status="revised")
    assert refused(lambda: world.office.reserve(Target(topic=topic))).fields["missing"] == [
        f"The consultation of States' group runs until {timeline.shortest_end(clock.today()).isoformat()}."
    ]


def test_text_that_was_written_here_is_not_adopted_unasked(world: Topics) -> None:
    topic = world.written()
    world.office.endorse(pledge(world, topic))
    adoption(world.office, Target(topic=topic), clock.today())
    error = refused(lambda: world.office.reserve(Target(topic=topic)))
    assert (error.wrong, error.remedy) == (
        "Its text was written here, nobody was consulted about it, and it was not put before the board.",
        "Start a consultation, or put it before the board with the reason why none is needed.",
    )
    Topic.objects.filter(pk=topic.pk).update(status="revised")
    topic_steps.propose(SCIENCE, topic, "It is the text of last year")
    world.office.reserve(Target(topic=topic))
    topic.refresh_from_db()
    assert topic.status == "adopted"


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


def test_topic_that_nobody_was_asked_about_goes_before_the_board_with_a_reason_alone(world: Topics) -> None:
    world.written()
    topic = world.topic("T1", "revised")
    error = refused(lambda: topic_steps.propose(SCIENCE, topic))
    assert (error.wrong, error.fields["field"]) == ("Nobody was consulted yet.", "reason")
    topic_steps.propose(SCIENCE, topic, "The text is that of last year, which was consulted on")
    topic.refresh_from_db()
    assert topic.status == "proposed"


def test_dropped_topic_without_money_needs_no_finance_officer(world: Topics) -> None:
    topic = world.written()
    topic_steps.drop(SCIENCE, topic, "Nobody is interested")
    topic.refresh_from_db()
    assert topic.status == "dropped"


STEPS: dict[str, Callable[[Topics, Topic], object]] = {
    "draft topic": lambda world, row: topic_steps.draft(SCIENCE, row),
    "write topic version": lambda world, row: topic_texts.write(SCIENCE, row, "Title", NEW_TEXT, "Why"),
    "start consultation": lambda world, row: world.consulted(row),
    "revise topic": lambda world, row: topic_steps.revise(SCIENCE, row, "Why"),
    "propose topic": lambda world, row: topic_steps.propose(SCIENCE, row, "Nobody needs to be asked"),
    "adopt topic": lambda world, row: topic_steps.adopt(GOVERNANCE, row, "", None),
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
    if action == "adopt topic":
        adoption(world.office, Target(topic=topic), clock.today())
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


def test_table_by_source_keeps_what_is_meant_apart_from_what_is_pledged(world: Topics) -> None:
    topic = world.topic()
    for source, cents, in_kind in (("public", 14, False), ("partner", 7, False), ("member", 7, True)):
        calls.state_contribution(SCIENCE, topic, Indicated(source, cents * MILLION, in_kind))
    made = pledge(world, topic, 5 * MILLION)
    world.office.endorse(made, 4 * MILLION)
    rules, _ = current("imi2")
    lines = topic_money.by_source(rules, of_target("imi2", Target(topic=topic)), topic_money.indicative(topic))
    figures = [
        (one.source, one.kind, one.indicative_cents, one.pledged_cents, one.endorsed_cents, one.matched_cents)
        for one in lines
    ]
    assert figures == [
        ("public", "Cash", 14 * MILLION, None, None, 5 * MILLION),
        ("partner", rules.kind("FC_JU").label, 7 * MILLION, 5 * MILLION, 4 * MILLION, 5 * MILLION),
        ("member", "In kind", 7 * MILLION, 0, 0, 0),
    ]


def test_indicative_contribution_is_taken_back_and_audited(world: Topics) -> None:
    topic = world.topic()
    state = calls.state_contribution
    assert refused(lambda: state(SCIENCE, topic, Indicated("nobody", 1))).fields["field"] == "source"
    assert refused(lambda: state(SCIENCE, topic, Indicated("partner", 0))).fields["field"] == "amount"
    assert refused(lambda: state(SCIENCE, topic, Indicated("public", 1, True))).fields["field"] == "is_in_kind"
    made = state(SCIENCE, topic, Indicated("partner", 100))
    calls.remove_contribution(SCIENCE, made)
    assert IndicativeContribution.objects.count() == 0
    assert [event.before is None for event in AuditEvent.objects.filter(action="state contributions")] == [True, False]


def test_call_is_recorded_and_its_days_can_be_true(world: Topics) -> None:
    facts = CallFacts("C-1", "Call", "two_stage", opened_on=dt.date(2020, 1, 1), closed_on=dt.date(2020, 9, 1))
    made = calls.save_call(SCIENCE, "imi2", facts)
    changed = calls.save_call(SCIENCE, "imi2", CallFacts("C-1", "Call one"), call=made)
    assert (changed.pk, changed.name, changed.opened_on) == (made.pk, "Call one", None)
    assert refused(lambda: calls.save_call(SCIENCE, "imi2", facts)).fields["field"] == "code"
    backwards = CallFacts("C-2", opened_on=dt.date(2020, 5, 1), closed_on=dt.date(2020, 4, 1))
    error = refused(lambda: calls.save_call(SCIENCE, "imi2", backwards))
    assert (error.wrong, error.fields["field"]) == (
        "“Deadline of full proposals” lies before “Call launched”.",
        "closed_on",
    )
    single = CallFacts("C-3", procedure="single_stage", stage1_closed_on=dt.date(2020, 4, 1))
    assert refused(lambda: calls.save_call(SCIENCE, "imi2", single)).fields["field"] == "stage1_closed_on"


def test_slack_is_what_is_left_before_the_papers_and_the_launch(world: Topics) -> None:
    launch = clock.today() + dt.timedelta(days=100)
    topic = world.topic(
        adoption_planned_on=launch - dt.timedelta(days=35), call=world.call(opened_on=launch, procedure="two_stage")
    )
    found = topic_timelines.of_topic(topic)
    assert found.letter_by == launch - dt.timedelta(days=60)
    assert {one.label: one.days for one in found.slack} == {
        "A letter handed in today, before papers are due": 100 - 35 - 21,
        "A letter handed in today, before the latest comfortable day": 40,
        "Adoption, before the launch of the call": 35,
    }
    assert [one.key for one in found.milestones if one.is_usual] == ["drafts", "stage1", "deadline", "start"]
    assert Comment.objects.count() == 0
