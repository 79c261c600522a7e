"""Calls and the money of topics: what is meant and what is pledged, days that can be true, and the slack that is left."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.books import MILLION, refused
from tests.topics import SCIENCE, Topics

from cofund.actions import calls
from cofund.actions.calls import CallFacts, Indicated
from cofund.queries import clock, topic_money, topic_timelines
from cofund.queries.funding import of_target
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import Comment, IndicativeContribution


@pytest.fixture
def world(db: None) -> Topics:
    """The Diabetes group with JDRF's seat, and the states' group."""
    return Topics.make()


def test_table_by_source_keeps_what_is_meant_apart_from_what_is_pledged(world: Topics) -> None:
    topic = world.topic()
    for source, cents, in_kind in (("public", 14, False), ("partner", 7, False), ("member", 7, True)):
        calls.state_contribution(SCIENCE, topic, Indicated(source, cents * MILLION, in_kind))
    made = world.office.pledge(5 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic)).contribution
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
