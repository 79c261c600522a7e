"""Nothing is approved without a decision (INV-13): which decision may stand behind what, for everything that names one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from tests import applications as made
from tests.applications import SECRETARY, brought_to, line
from tests.boards import proposed
from tests.books import DAY, FINANCE, MILLION, Office, refused, shipped
from tests.giveback import Cash
from tests.rounds import Round
from tests.topics import GOVERNANCE, SCIENCE, Topics
from tests.worlds import world

from cofund.actions import (
    close_outs,
    consultations,
    contributions,
    decided,
    leads,
    notices,
    reallocations,
    submissions,
    targets,
    topic_steps,
    tranches,
)
from cofund.actions.applications import deciding, letters, submitting
from cofund.actions.applications.deciding import Ruling
from cofund.actions.books import Grounds
from cofund.actions.consultations import NewConsultation
from cofund.actions.governance import agenda
from cofund.actions.governance.agenda import ItemWanted
from cofund.actions.leads import LeadFacts, NewLead
from cofund.actions.rounds import plans
from cofund.actions.submissions import Typed
from cofund.queries import clock, points
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import TAKEN_ELSEWHERE, AgendaItem, Consultation, Decision, Project, Topic
from cofund.web import reasoning

ON = dt.date(2015, 10, 20)
ELSEWHERE = "Decision D-T2 is about something else: “Adoption of T2”."


@world
def office() -> Office:
    """The book of IMI2."""
    return Office.with_scheme(shipped("imi2"), "imi2")


def point(office: Office, kind: str, title: str, *, topic: Topic | None = None, on: dt.date = ON) -> AgendaItem:
    """A point on the agenda of the board."""
    wanted = ItemWanted(kind, title, topic=proposed(topic) if topic else None)
    return agenda.put_on_agenda(SECRETARY, made.meeting(office, on), wanted)


def on_another_topic(office: Office) -> Decision:
    """The board's decision that adopts the topic T2."""
    return made.decide_point(office, point(office, "topic", "Adoption of T2", topic=office.topic("T2")), "D-T2")


def on_something(office: Office, number: str = "D-OTHER", choice: str = "yes") -> Decision:
    """The board's decision on a point that names no subject."""
    return made.decide_point(office, point(office, "other", "What is left"), number, choice=choice)


@dataclass(frozen=True)
class Given:
    """What is acted on: a pledge to the topic T1, and a project of that topic."""

    office: Office
    one: Contribution
    project: Project

    @classmethod
    def of(cls, office: Office) -> Given:
        """Pledge, and make the project."""
        one = office.pledge(7 * MILLION, "Gates Foundation", kind="FC_JU").contribution
        return cls(office, one, office.project(topic=office.topic()))

    @property
    def target(self) -> Target:
        """The topic."""
        return Target(topic=self.office.topic())


Act = Callable[[Given, Grounds], object]
ACTOR = FINANCE
ACTS: dict[str, Act] = {
    "endorse": lambda it, grounds: contributions.endorse(ACTOR, it.one, grounds),
    "amend": lambda it, grounds: contributions.amend(ACTOR, it.one, 8 * MILLION, grounds),
    "reduce": lambda it, grounds: contributions.reduce(ACTOR, it.one, MILLION, grounds),
    "withdraw": lambda it, grounds: contributions.withdraw(ACTOR, it.one, grounds),
    "release": lambda it, grounds: contributions.release(ACTOR, it.one, grounds),
    "reserve": lambda it, grounds: targets.reserve(ACTOR, "imi2", it.target, grounds),
    "commit": lambda it, grounds: targets.commit(ACTOR, "imi2", it.target, it.project, grounds),
    "award": lambda it, grounds: targets.award(ACTOR, "imi2", it.target, MILLION, grounds),
    "drop": lambda it, grounds: targets.drop(ACTOR, "imi2", it.office.topic(), grounds),
    "top up": lambda it, grounds: tranches.top_up(ACTOR, "imi2", "B", MILLION, grounds),
    "cut": lambda it, grounds: tranches.cut(ACTOR, "imi2", "B", MILLION, grounds),
    "close project": lambda it, grounds: close_outs.close_project(ACTOR, it.project, grounds),
}


@pytest.mark.parametrize("name", ACTS)
def test_decision_about_something_else_stands_behind_nothing(office: Office, name: str) -> None:
    given, decision = Given.of(office), on_another_topic(office)
    error = refused(lambda: ACTS[name](given, Grounds(DAY, "A test", decision=decision)))
    assert (error.wrong, error.fields["field"]) == (ELSEWHERE, "decision")


@pytest.mark.parametrize("name", ["endorse", "top up", "award"])
def test_decision_on_a_point_that_names_no_subject_fits_and_a_rejected_one_does_not(office: Office, name: str) -> None:
    given, turned_down = Given.of(office), on_something(office, "D-NO", "no")
    error = refused(lambda: ACTS[name](given, Grounds(DAY, "A test", decision=turned_down)))
    assert error.wrong == "The board decided it against the proposal: it was not adopted."
    ACTS[name](given, Grounds(DAY, "A test", decision=on_something(office)))
    assert Entry.objects.latest("number").decision == Decision.objects.get(number="D-OTHER")


def test_topic_on_an_agenda_is_adopted_by_the_decision_on_that_point_alone(office: Office) -> None:
    office.endorse(office.pledge(7 * MILLION, "Gates Foundation", kind="FC_JU").contribution)
    target = Target(topic=office.topic())
    item = point(office, "topic", "Adoption of T1", topic=office.topic())

    def reserve(number: str) -> object:
        typed = Typed(DAY, "The board decided", decision=number, decided_on=ON)
        return submissions.book(
            *(office.actor, "imi2", typed, lambda grounds: targets.reserve(office.actor, "imi2", target, grounds)[0]),
            token=number,
        )

    error = refused(lambda: reserve("GB-TYPED"))
    assert error.wrong == "It is before the board and not decided: point 1 of Governing Board, 2015-10-20."
    # Nothing is left of the number that was typed.
    assert not Decision.objects.filter(number="GB-TYPED").exists()
    made.decide_point(office, item, "GB-REAL")
    assert refused(lambda: reserve("GB-TYPED")).wrong == "The board decided it with number GB-REAL of 2015-10-20."
    reserve("GB-REAL")
    assert Topic.objects.get(code="T1").status == "adopted"


WORK: dict[str, Callable[[Topics], object]] = {
    "it has a text": lambda world: world.written(),
    "it has a consultation": lambda world: Consultation.objects.create(topic=world.topic(), opens_on=ON, closes_on=ON),
    "it has a lead": lambda world: leads.open_lead(
        SCIENCE, NewLead("imi2", world.jdrf, "invited", LeadFacts(topic=world.topic()))
    ),
    "it has an application": lambda world: made.start(world.office, topic=world.topic()),
    "it has a point on an agenda": lambda world: AgendaItem.objects.create(
        meeting=made.meeting(world.office, ON), number=1, kind="other", title="News of T1", topic=world.topic()
    ),
}


@pytest.mark.parametrize("work", WORK)
def test_topic_that_is_worked_on_here_is_adopted_by_the_board_here_alone(db: None, work: str) -> None:
    world = Topics.make()
    WORK[work](world)
    topic = world.topic("T1", "proposed")
    world.office.endorse(world.office.pledge(MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic)).contribution)
    target, elsewhere = Target(topic=topic), world.office.grounds(ON)
    error = refused(lambda: targets.reserve(world.office.actor, "imi2", target, elsewhere))
    assert (error.wrong, error.remedy, error.fields["field"]) == (
        f"The board has not decided here on the adoption of T1, and {work}.",
        "Put it on an agenda of the board, record the votes there, and use the decision that is taken.",
        "decision",
    )
    entry = world.office.reserve(target, ON)
    assert entry.decision is not None
    assert not entry.decision.is_taken_elsewhere


def test_board_that_adopted_a_topic_here_amends_its_work_plan_here(office: Office) -> None:
    office.endorse(office.pledge(MILLION, "Gates Foundation", kind="FC_JU").contribution)
    made.decide_point(office, point(office, "topic", "Adoption of T1", topic=office.topic()), "GB-1")
    office.reserve()
    office.endorse(office.pledge(MILLION, "JDRF", kind="FC_JU").contribution)
    target, elsewhere = Target(topic=office.topic()), office.grounds(ON)
    amend = partial(targets.reserve, office.actor, "imi2", target, amends_work_plan=True)
    error = refused(lambda: amend(elsewhere))
    assert error.wrong == "The board has not decided here on the work plan for T1, and the board adopted it here."
    amend(Grounds(ON, "Amended", decision=on_something(office)))
    assert office.standing("B").reserved_cents == 2 * MILLION


def test_topic_and_the_application_of_its_partner_go_to_the_same_board(office: Office) -> None:
    office.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    row = brought_to(office, "scheduled", line(7 * MILLION))
    wanted = ItemWanted("topic", "Adoption of T1", topic=proposed(office.topic()))
    second = agenda.put_on_agenda(SECRETARY, row.agenda_item.meeting, wanted)
    assert (second.number, second.kind) == (2, "topic")
    error = refused(lambda: agenda.put_on_agenda(SECRETARY, made.meeting(office, ON), wanted))
    assert error.remedy == "Defer it there first."


def test_topic_that_the_board_turned_down_or_deferred_is_not_adopted(office: Office) -> None:
    office.endorse(office.pledge(7 * MILLION, "Gates Foundation", kind="FC_JU").contribution)
    item = point(office, "topic", "Adoption of T1", topic=office.topic())
    agenda.defer_item(SECRETARY, item, "Questions were left")
    assert refused(office.reserve).wrong == "The board has deferred it: point 1 of Governing Board, 2015-10-20."
    again = point(office, "topic", "Adoption of T1", topic=office.topic(), on=dt.date(2015, 11, 20))
    made.decide_point(office, again, "GB-NO", choice="no")
    assert refused(office.reserve).wrong == "The board's decision GB-NO says: not adopted."


def test_decision_on_a_partner_adopts_no_topic_but_amends_its_work_plan(office: Office) -> None:
    office.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    row = brought_to(office, "approved", line(7 * MILLION))
    target, decision = Target(topic=row.topic), row.decision
    grounds = Grounds(ON, "The board decided", decision=decision)
    error = refused(lambda: targets.reserve(office.actor, "imi2", target, grounds, at=office.at))
    assert error.remedy == "Enter the number of the board's decision on the adoption of T1."
    Topic.objects.filter(pk=row.topic.pk).update(status="adopted", adopted_on=dt.date(2015, 10, 1))
    target = Target(topic=office.topic())
    targets.reserve(office.actor, "imi2", target, grounds, amends_work_plan=True, at=office.at)
    assert office.standing("B").reserved_cents == 7 * MILLION


def test_adoption_without_money_takes_the_decision_of_its_point(db: None) -> None:
    world = Topics.make()
    topic = world.proposed()
    item = point(world.office, "topic", "Adoption", topic=topic, on=clock.today())
    error = refused(lambda: topic_steps.adopt(GOVERNANCE, topic, "GB-TYPED", clock.today()))
    assert error.wrong.startswith("It is before the board and not decided: point 1 of")
    decision = made.decide_point(world.office, item)
    topic_steps.adopt(GOVERNANCE, topic, "", None)
    topic.refresh_from_db()
    assert (topic.status, topic.adopted_on) == ("adopted", decision.decided_on)
    after = AuditEvent.objects.get(action="adopt topic").after
    assert after == {"decision": decision.number, "adopted_on": clock.today().isoformat(), "status": "adopted"}


def test_consultation_is_not_shortened_by_a_decision_about_something_else(db: None) -> None:
    world = Topics.make()
    topic, today = world.written(), clock.today()
    Topic.objects.filter(pk=topic.pk).update(call=world.call("fast", is_fast_track=True))
    on_another_topic(world.office)
    short = NewConsultation(today, today + dt.timedelta(days=7), world.states, decision="D-T2")
    assert refused(lambda: consultations.start(SCIENCE, topic, short)).wrong == ELSEWHERE


def test_plan_takes_a_decision_on_something_else_and_none_on_a_topic(db: None) -> None:
    site = Round.opened()
    plan = site.plan("submitted")
    office = site.office
    on_another_topic(office)
    assert refused(lambda: plans.approve(office.actor, plan, "D-T2", None)).wrong == ELSEWHERE
    on_something(office)
    plan = plans.approve(office.actor, plan, "D-OTHER", None)
    assert plan.decision is not None
    assert (plan.status, plan.decision.is_taken_elsewhere) == ("approved", False)
    assert AuditEvent.objects.get(action="approve plan").after == {"decision": "D-OTHER", "status": "approved"}


def test_next_letter_needs_a_decision_of_its_own(office: Office) -> None:
    office.at = at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    row = brought_to(office, "approved", line(7 * MILLION))
    letters.write_next(office.actor, row, "More money", at=at)
    made.write(office, row, {**line(8 * MILLION), "number": 1})
    submitting.submit_next(office.actor, row, at=at)
    error = refused(lambda: deciding.endorse_next(office.actor, row, Ruling("Decided", "GB-2015-21"), at=at))
    assert error.wrong == "Decision GB-2015-21 is the one on the version before."
    on_another_topic(office)
    assert (
        refused(lambda: deciding.endorse_next(office.actor, row, Ruling("Decided", "D-T2"), at=at)).wrong == ELSEWHERE
    )
    error = refused(lambda: deciding.endorse_next(office.actor, row, Ruling("Decided", "GB-9", ON), at=at))
    assert error.wrong == "Decision GB-9 was taken on no agenda of this site."
    assert error.fields["field"] == "elsewhere_because"
    why = Ruling("Decided", "GB-9", ON, elsewhere_because="In writing, in July")
    deciding.endorse_next(office.actor, row, why, at=at)
    after = AuditEvent.objects.get(action="endorse next letter").after
    assert after is not None
    assert (after["decision"], after["decision_taken"]) == ("GB-9", TAKEN_ELSEWHERE)
    assert after["elsewhere_because"] == "In writing, in July"
    decision = Decision.objects.get(number="GB-9")
    assert (decision.decided_on, decision.elsewhere_because) == (ON, "In writing, in July")
    assert reasoning.of_decision(decision, shows_nature=True).note.endswith("Why: In writing, in July")
    assert "In writing" not in reasoning.of_decision(decision, shows_nature=False).note


def test_what_is_missing_is_terminated_by_a_decision_that_fits(db: None) -> None:
    cash = Cash.make()
    one = cash.committed(MILLION, "Gates Foundation")
    notice = cash.noticed(cash.invoiced(one, MILLION, due_in=-80))
    decision = on_another_topic(cash.office)
    grounds = Grounds(clock.today(), "Not paid", decision=decision)
    assert refused(lambda: notices.terminate(cash.office.actor, notice, grounds)).wrong == ELSEWHERE


def test_ceiling_passes_on_by_a_decision_that_fits(db: None) -> None:
    office = Office.with_scheme(shipped("edctp3"), "edctp3")
    grounds = Grounds(clock.today(), "It passes on", decision=on_another_topic(office))
    error = refused(lambda: reallocations.reallocate(office.actor, "edctp3", "b", MILLION, grounds))
    assert error.wrong == ELSEWHERE


def test_number_that_the_register_does_not_have_is_marked_for_good(office: Office) -> None:
    one = office.pledge(7 * MILLION, "Gates Foundation", kind="FC_JU").contribution
    typed = Typed(DAY, "The board decided", decision=" GB  1 ", decided_on=ON)
    submissions.book(
        *(office.actor, "imi2", typed, lambda grounds: contributions.endorse(office.actor, one, grounds).entry),
        token="one",
    )
    decision = Decision.objects.get()
    assert (decision.number, decision.is_taken_elsewhere, decided.said(decision)) == (
        "GB 1",
        True,
        {"decision": "GB 1", "decision_taken": TAKEN_ELSEWHERE},
    )
    told = AuditEvent.objects.get(action="record decision")
    assert told.after == {"decided_on": "2015-10-20", "title": "The board decided", "taken": TAKEN_ELSEWHERE}
    # Its number is taken: no point that is decided later can lend it votes.
    item = point(office, "other", "Later")
    assert made.decide_point(office, item, "GB 1").number != "GB 1"
    decision.refresh_from_db()
    assert (decision.is_taken_elsewhere, points.item_of(decision)) == (True, None)
