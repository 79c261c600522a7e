"""What waits for the board, and comes too late for it: the tasks of the officer, deferred applications, and next letters."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests import applications as made
from tests.applications import SECRETARY, brought_to, decide_point, line, meeting
from tests.boards import proposed
from tests.books import MILLION, Office, refused, shipped
from tests.worlds import world

from cofund.actions.applications import checking, deciding, letters, scheduling, submitting
from cofund.actions.applications.deciding import Ruling
from cofund.actions.governance import agenda, conflicts
from cofund.queries import consent, points
from cofund.queries.tasks.listing import Ask, listed
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem, Seat, Topic
from cofund.rules import roles

AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
TODAY = AT.date()
WEEK = dt.timedelta(days=7)


@world
def office() -> Office:
    """The book of IMI2."""
    found = Office.with_scheme(shipped("imi2"), "imi2")
    found.at = AT
    return found


def kinds() -> dict[str, list[str]]:
    """The tasks of the officer about applications, by kind."""
    user = User.objects.get_or_create(username="olga", defaults={"role": roles.OFFICER})[0]
    found: dict[str, list[str]] = {}
    for task in listed(replace(Reader.of(user), on=TODAY), Ask())[0]:
        if task.kind.startswith("application"):
            found.setdefault(task.kind, []).append(task.title.rpartition(", ")[2])
    return found


def adopted_on(on: dt.date) -> None:
    """Plan the adoption of the topic for a day."""
    Topic.objects.filter(code="T1").update(adoption_planned_on=on)


def test_application_that_the_next_board_decides_on_too_late_is_a_task_with_exactly_its_list(office: Office) -> None:
    row, other = brought_to(office, "eligible"), brought_to(office, "eligible", name="JDRF", topic=office.topic("T2"))
    meeting(office, TODAY + 3 * WEEK)
    assert "application_late" not in kinds()
    adopted_on(TODAY + WEEK)
    assert kinds() == {
        "application_late": [row.reference],
        "application_schedule": [row.reference, other.reference],
    }
    # An earlier meeting ends it.
    meeting(office, TODAY + WEEK)
    assert "application_late" not in kinds()


def test_application_on_the_agenda_of_a_late_meeting_is_a_task_until_the_work_plan_is_amended(office: Office) -> None:
    row = brought_to(office, "eligible")
    late = meeting(office, TODAY + 3 * WEEK)
    scheduling.schedule(office.actor, row, late)
    adopted_on(TODAY + WEEK)
    assert kinds() == {"application_late": [row.reference], "application_decide": [row.reference]}
    agenda.defer_item(SECRETARY, AgendaItem.objects.get(), "It comes too late")
    row.refresh_from_db()
    scheduling.schedule(office.actor, row, meeting(office, TODAY + 4 * WEEK), amends_work_plan=True)
    assert kinds() == {"application_decide": [row.reference]}


def test_topic_on_an_agenda_is_adopted_on_that_day(office: Office) -> None:
    row = brought_to(office, "eligible")
    scheduling.schedule(office.actor, row, meeting(office, TODAY + 3 * WEEK))
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, "Adoption of T1", topic=proposed(office.topic()))
    agenda.put_on_agenda(SECRETARY, meeting(office, TODAY + 2 * WEEK), wanted)
    assert kinds()["application_late"] == [row.reference]


def test_deferred_application_waits_for_the_next_agenda(office: Office) -> None:
    row = brought_to(office, "scheduled")
    assert kinds() == {"application_decide": [row.reference]}
    agenda.defer_item(SECRETARY, AgendaItem.objects.get(), "Questions were left")
    assert kinds() == {"application_deferred": [row.reference]}
    row.refresh_from_db()
    scheduling.schedule(office.actor, row, meeting(office, TODAY + WEEK))
    assert kinds() == {"application_decide": [row.reference]}


def with_next_letter(office: Office) -> Application:
    """An approved application with a next letter that was handed in and checked."""
    row = brought_to(office, "approved", line(7 * MILLION))
    letters.write_next(office.actor, row, "More money", at=AT)
    made.write(office, row, {**line(8 * MILLION), "number": 1})
    submitting.submit_next(office.actor, row, at=AT)
    checking.check(office.actor, row, at=AT)
    row.refresh_from_db()
    return row


def test_next_letter_goes_before_the_board_and_is_endorsed_by_that_decision_alone(office: Office) -> None:
    row = with_next_letter(office)
    assert kinds() == {"application_next": [row.reference]}
    item = scheduling.schedule_next(office.actor, row, meeting(office, AT.date()), at=AT)
    assert (item.kind, item.title) == ("application", "Next letter of Gates Foundation for T1")
    assert (kinds(), points.of_next_letter(row).point) == ({}, item)
    again = refused(lambda: scheduling.schedule_next(office.actor, row, meeting(office, AT.date()), at=AT))
    assert again.remedy == "It can go to another meeting once the board has deferred it there."
    error = refused(lambda: deciding.endorse_next(office.actor, row, Ruling("Decided", "GB-9", AT.date()), at=AT))
    assert error.wrong.startswith("It is before the board and not decided: point 1 of")
    decision = decide_point(office, item, "GB-10")
    touched = deciding.endorse_next(office.actor, row, Ruling("Decided"), at=AT)
    assert [(one.reference, one.versions.latest("number").amount_cents) for one in touched] == [
        (touched[0].reference, 8 * MILLION)
    ]
    row.refresh_from_db()
    assert (decision.number, points.of_next_letter(row).point) == ("GB-10", None)
    # The point of the first letter stays the application's own.
    assert row.agenda_item is not None
    assert row.agenda_item != item


def test_next_letter_that_was_deferred_goes_on_another_agenda_with_its_conflicts(office: Office) -> None:
    row = with_next_letter(office)
    item = scheduling.schedule_next(office.actor, row, meeting(office, AT.date()), at=AT)
    seat = Seat.objects.filter(group=item.meeting.group).exclude(bloc="").first()
    assert seat is not None
    conflicts.declare(SECRETARY, item, seat.pk, "A sister company supplies it")
    agenda.defer_item(SECRETARY, item, "Questions were left")
    assert kinds() == {"application_next": [row.reference]}
    second = scheduling.schedule_next(office.actor, row, meeting(office, AT.date()), at=AT)
    assert [one.seat for one in second.conflicts.all()] == [seat]


def test_next_letter_that_is_not_handed_in_goes_on_no_agenda(office: Office) -> None:
    row = brought_to(office, "approved", line(7 * MILLION))
    error = refused(lambda: scheduling.schedule_next(office.actor, row, meeting(office, AT.date()), at=AT))
    assert error.wrong == "No next version was handed in."


def test_point_of_a_next_letter_names_nobody_in_public_without_consent(office: Office) -> None:
    row = with_next_letter(office)
    item = scheduling.schedule_next(office.actor, row, meeting(office, AT.date()), at=AT)
    assert consent.titles("imi2").of_item(item) == item.title
    Letter.objects.update(consents_to_publication=False)
    assert consent.titles("imi2").of_item(item) == "Associated Partner (not named): application for T1"
