"""Whoever has a conflict of interest on a point neither records nor books what the board decided on it; somebody else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.applications import SECRETARY, brought_to, decide, decide_point, line, meeting
from tests.boards import proposed, refusal
from tests.books import Office, shipped
from tests.worlds import world

from cofund.actions import contributions, targets, topic_steps
from cofund.actions.actors import Actor
from cofund.actions.applications import deciding
from cofund.actions.applications.deciding import Ruling
from cofund.actions.governance import agenda, conflicts
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import AgendaItem, Conflict, Decision, Seat
from cofund.rules import roles
from cofund.web.office import tokens

WORDS = (
    "You declared a conflict of interest on this point, so you neither record nor book what the board decides on it."
)
RULING = Ruling("The board decided")
ON = dt.date(2015, 10, 20)


@world
def office() -> Office:
    """The book of IMI2, in the year of its applications."""
    made = Office.with_scheme(shipped("imi2"), "imi2")
    made.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    return made


def with_conflict(item: AgendaItem | None) -> User:
    """Somebody of the office who declared a conflict on a point before it is decided."""
    assert item is not None
    user = User.objects.create_user("fiona", role=roles.FINANCE_OFFICER, password=None)
    seat = Seat.objects.create(group=item.meeting.group, holder="The office", user=user)
    conflicts.declare(SECRETARY, item, seat.pk, "A sister company supplies it")
    return user


RULINGS: dict[str, Callable[[Actor, Application], Any]] = {
    "approve": lambda actor, row: deciding.approve(actor, row, RULING),
    "approve on conditions": lambda actor, row: deciding.approve_on_conditions(actor, row, "A data plan", RULING),
}


@pytest.mark.parametrize("ruling", RULINGS)
def test_ruling_on_an_application_is_left_to_somebody_else(office: Office, ruling: str) -> None:
    row = brought_to(office, "scheduled")
    user = with_conflict(row.agenda_item)
    decide(office, row)
    actor = replace(office.actor, user_id=user.pk)
    assert refusal(RULINGS[ruling], actor, row) == WORDS
    row.refresh_from_db()
    assert (row.status, Contribution.objects.count()) == ("scheduled", 0)
    RULINGS[ruling](office.actor, row)
    row.refresh_from_db()
    assert row.status != "scheduled"


def test_rejection_is_left_to_somebody_else(office: Office) -> None:
    row = brought_to(office, "scheduled")
    user = with_conflict(row.agenda_item)
    decide(office, row, choice="no")
    actor = replace(office.actor, user_id=user.pk)
    assert refusal(deciding.reject, actor, row, Ruling("No")) == WORDS
    assert deciding.reject(office.actor, row, Ruling("No")).status == "rejected"


def test_conditions_are_met_or_lapse_by_somebody_else(office: Office) -> None:
    row = brought_to(office, "scheduled")
    user = with_conflict(row.agenda_item)
    decide(office, row)
    deciding.approve_on_conditions(office.actor, row, "A data plan", RULING, at=office.at)
    actor = replace(office.actor, user_id=user.pk)
    assert refusal(deciding.meet_conditions, actor, row, dt.date(2015, 11, 1), "It came") == WORDS
    assert refusal(deciding.let_lapse, actor, row, "It did not come") == WORDS
    assert deciding.let_lapse(office.actor, row, "It did not come").status == "lapsed"


def test_conflict_that_was_lifted_keeps_nobody_from_it(office: Office) -> None:
    row = brought_to(office, "scheduled")
    user = with_conflict(row.agenda_item)
    conflicts.lift(SECRETARY, Conflict.objects.get(), "It was a mistake")
    decide(office, row)
    assert len(deciding.approve(replace(office.actor, user_id=user.pk), row, RULING, at=office.at)) == 1


def adopted_on_the_agenda(office: Office) -> tuple[User, Decision]:
    """A topic that the board adopted at its own point, on which somebody has a conflict."""
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adopt T1", topic=proposed(office.topic("T1")))
    item = agenda.put_on_agenda(SECRETARY, meeting(office, ON), wanted, at=office.at)
    user = with_conflict(item)
    return user, decide_point(office, item)


def test_reservation_for_a_topic_is_left_to_somebody_else(office: Office) -> None:
    target = Target(topic=office.topic("T1"))
    office.endorse(office.pledge(700_000_000, "Gates Foundation", kind="FC_JU", target=target).contribution)
    user, decision = adopted_on_the_agenda(office)
    actor, grounds = replace(office.actor, user_id=user.pk), replace(office.grounds(ON), decision=decision)
    assert refusal(targets.reserve, actor, "imi2", target, grounds) == WORDS
    assert targets.reserve(office.actor, "imi2", target, grounds, at=office.at)[0].kind == "reserve"


def test_adoption_of_a_topic_is_left_to_somebody_else(office: Office) -> None:
    user, _ = adopted_on_the_agenda(office)
    asked: Any = (office.topic("T1"), "", None, "The board decided")
    assert refusal(topic_steps.adopt, replace(SECRETARY, user_id=user.pk), *asked) == WORDS
    assert topic_steps.adopt(SECRETARY, *asked, at=office.at).status == "adopted"


def test_endorsement_of_a_pledge_that_an_application_states_is_left_to_somebody_else(office: Office) -> None:
    row = brought_to(office, "scheduled", line(700_000_000))
    topic = row.topic
    assert topic is not None
    made = office.pledge(700_000_000, "Gates Foundation", kind="FC_JU", target=Target(topic=topic)).contribution
    user = with_conflict(row.agenda_item)
    grounds = replace(office.grounds(), decision=decide(office, row))
    actor = replace(office.actor, user_id=user.pk)
    assert refusal(contributions.endorse, actor, made, grounds) == WORDS


def test_page_offers_no_ruling_to_who_has_a_conflict_and_its_form_refuses(office: Office) -> None:
    row = brought_to(office, "scheduled")
    user, other = (
        with_conflict(row.agenda_item),
        User.objects.create_user("fred", role="finance_officer", password=None),
    )
    decide(office, row)
    page = reverse("office-application", args=[row.reference])
    step = reverse("office-application-step", args=[row.reference, "approve"])
    shown = []
    for one in (user, other):
        client = Client()
        client.force_login(one)
        shown.append(step in client.get(page).text)
    assert shown == [False, True]
    client = Client()
    client.force_login(user)
    answer = client.post(step, {"token": tokens.new(), "reason": "The board decided"})
    assert answer.status_code == 422
    assert "By the rule on conflicts of interest somebody else of the office" in answer.text
