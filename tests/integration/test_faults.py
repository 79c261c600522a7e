"""Who sends a form with several things wrong is told of all of them at once, each for its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.boards import SECRETARY, Board
from tests.books import Office, shipped
from tests.leads import Desk
from tests.worlds import world

from cofund.actions import calls, leads, topics
from cofund.actions.actors import Actor
from cofund.actions.applications import starting
from cofund.actions.applications.starting import NewApplication
from cofund.actions.books import Grounds
from cofund.actions.calls import CallFacts
from cofund.actions.errors import Refused, together
from cofund.actions.governance import agenda, groups, meetings
from cofund.actions.leads import LeadFacts, NewLead
from cofund.actions.pledges import Pledge, pledge
from cofund.actions.topics import NewTopic
from cofund.queries.pools import Target
from cofund.records.programme.models import AgendaItem, Call, Group, Meeting, Topic
from cofund.rules import roles

pytestmark = pytest.mark.django_db
SCIENCE = Actor("Scientific officer", roles.SCIENTIFIC_OFFICER)
LATE, EARLY = dt.date(2020, 5, 1), dt.date(2020, 4, 1)


def faults(act: Callable[[], object]) -> list[str]:
    """The fields of a form that an action refuses at once."""
    with pytest.raises(Refused) as found:
        act()
    return sorted(found.value.fields["faults"])


@world
def office() -> Office:
    """The book of IMI2."""
    return Office.with_scheme(shipped("imi2"), "imi2")


def test_lead_tells_everything_at_once() -> None:
    desk = Desk.opened()
    facts = LeadFacts(amount_cents=0, probability_percent=120, kind="NONE")
    wanted = NewLead(desk.office.scheme, None, "no way", facts, opened_on=dt.date(2999, 1, 1))
    asked = faults(lambda: leads.open_lead(desk.actor, wanted))
    assert asked == ["amount_cents", "kind", "opened_on", "organisation", "probability_percent", "route"]


def test_application_tells_everything_at_once(office: Office) -> None:
    topic = office.topic()
    Topic.objects.filter(pk=topic.pk).update(status="dropped")
    topic.refresh_from_db()
    wanted = NewApplication("imi2", office.organisation("Trust"), "member", topic)
    assert faults(lambda: starting.start(office.actor, wanted)) == ["role", "target"]


def test_topic_tells_everything_at_once(office: Office) -> None:
    assert faults(lambda: topics.open_topic(office.actor, NewTopic("imi2", "A/B", " "))) == ["code", "title"]


def test_call_tells_everything_at_once(office: Office) -> None:
    facts = CallFacts("A/B", procedure=Call.Procedure.SINGLE_STAGE, budget_cents=10**18, stage1_closed_on=LATE)
    facts = replace(facts, opened_on=LATE, closed_on=EARLY)
    wrong = faults(lambda: calls.save_call(SCIENCE, "imi2", facts))
    assert wrong == ["budget_cents", "closed_on", "code", "stage1_closed_on"]


def test_meeting_group_and_seat_tell_everything_at_once(office: Office) -> None:
    made = groups.add_group(SECRETARY, "imi2", groups.GroupWanted("Board", Group.Kind.BOARD))
    meeting = meetings.MeetingWanted(" ", Meeting.Procedure.WRITTEN, EARLY, opens_on=LATE, papers_due_on=dt.date.max)
    wrong = faults(lambda: meetings.add_meeting(SECRETARY, made, meeting))
    assert wrong == ["opens_on", "papers_due_on", "title"]
    group = groups.GroupWanted("Board", Group.Kind.BOARD, from_on=LATE, until_on=EARLY)
    assert faults(lambda: groups.add_group(SECRETARY, "imi2", group)) == ["name", "until_on"]
    seat = groups.SeatWanted(bloc="none", from_on=LATE, until_on=EARLY)
    assert faults(lambda: groups.add_seat(SECRETARY, made, seat)) == ["bloc", "organisation", "until_on"]


def test_point_tells_everything_at_once() -> None:
    board = Board.of_ihi()
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, " ", needs_decision=False)
    wrong = faults(lambda: agenda.put_on_agenda(SECRETARY, board.meeting(), wanted))
    assert wrong == ["needs_decision", "title", "topic"]


def test_pledge_tells_everything_at_once(office: Office) -> None:
    topic = office.topic()
    Topic.objects.filter(pk=topic.pk).update(status="dropped")
    topic.refresh_from_db()
    grounds = Grounds(dt.date(2015, 5, 1), "Promised")
    wanted = Pledge("imi2", Target(topic=topic), "member", "FC_JU", (), 0, grounds, cites="none")
    wrong = faults(lambda: pledge(office.actor, wanted))
    assert {"amount", "cites", "organisation", "target"} <= set(wrong)


def test_one_fault_alone_stays_the_refusal_that_it_is() -> None:
    def refuse() -> None:
        raise Refused(asked="You asked.", wrong="It is late.", remedy="Wait.", field="on", offers="later")

    with pytest.raises(Refused) as found:
        together(refuse, lambda: None)
    assert (found.value.wrong, found.value.fields) == ("It is late.", {"field": "on", "offers": "later"})


def test_fault_without_a_field_comes_first_and_alone() -> None:
    def refuse(**fields: str) -> None:
        raise Refused(asked="You asked.", wrong=f"It is {len(fields)}.", remedy="Wait.", **fields)

    with pytest.raises(Refused) as found:
        together(lambda: refuse(field="on"), refuse)
    assert found.value.wrong == "It is 0."
