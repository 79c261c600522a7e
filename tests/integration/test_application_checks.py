"""Applications against time and relations: late boards, amended work plans, groups of companies, checks out of date."""

from __future__ import annotations

import datetime as dt

import pytest
from tests import applications as made
from tests.applications import RULING, brought_to, hold, line, meeting, relate, start, write
from tests.books import MILLION, Office, refused, shipped

from cofund.actions import merging, targets
from cofund.actions.actors import Actor
from cofund.actions.applications import checking, deciding, letters, naming, scheduling, submitting
from cofund.queries import rechecks
from cofund.queries.pools import Target
from cofund.queries.tasks.applications import to_recheck
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import AgendaItem, Topic
from cofund.rules import roles

ON = dt.date(2015, 10, 20)
AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def office(db: None) -> Office:
    """The book of IMI2, in 2015."""
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.fixture(autouse=True)
def in_time(office: Office) -> None:
    """Record everything in 2015, when the scheme was running."""
    office.at = AT


def test_meeting_after_the_adoption_is_refused_with_the_days_and_what_to_do(office: Office) -> None:
    topic = office.topic()
    Topic.objects.filter(pk=topic.pk).update(adoption_planned_on=dt.date(2015, 10, 1))
    row = brought_to(office, "eligible", topic=office.topic())
    late = meeting(office, ON)
    error = refused(lambda: scheduling.schedule(office.actor, row, late, at=AT))
    assert error.wrong == (
        "The board meets there on 2015-10-20, 19 days after T1 is to be adopted, 2015-10-01: "
        "its match is decided without this letter."
    )
    assert (error.fields["offers"], error.fields["slack_days"]) == ("amend the work plan", -19)
    item = scheduling.schedule(office.actor, row, late, amends_work_plan=True, at=AT)
    assert item.proposal.endswith("To amend the work plan for T1, whose match is or was decided on 2015-10-01.")


def test_amended_work_plan_reserves_what_came_too_late(office: Office) -> None:
    member = office.pledge(7 * MILLION, "EFPIA", role="member", kind="IK").contribution
    office.endorse(member)
    office.reserve(on=dt.date(2015, 10, 1))
    row = start(office)
    write(office, row, line(7 * MILLION))
    submitting.submit(office.actor, row, at=AT)
    checking.check(office.actor, row, at=AT)
    scheduling.schedule(office.actor, row, meeting(office, ON), amends_work_plan=True, at=AT)
    made.decide(office, row)
    (one,) = deciding.approve(office.actor, row, RULING, at=AT)
    assert office.balances(one) == {"contribution:B:endorsed": 7 * MILLION}
    targets.reserve(
        office.actor, "imi2", Target(topic=office.topic()), office.grounds(ON), amends_work_plan=True, at=AT
    )
    assert office.balances(one)["tranche:B:reserved"] == 7 * MILLION


def test_application_goes_to_another_meeting_only_once_it_was_deferred(office: Office) -> None:
    row = brought_to(office, "scheduled")
    other = meeting(office, dt.date(2015, 11, 20))
    refused(lambda: scheduling.schedule(office.actor, row, other, at=AT))
    AgendaItem.objects.update(status="deferred")
    scheduling.schedule(office.actor, row, other, at=AT)
    row.refresh_from_db()
    assert row.agenda_item.meeting == other


def test_application_goes_on_no_meeting_before_it_was_handed_in(office: Office) -> None:
    row = brought_to(office, "eligible")
    error = refused(lambda: scheduling.schedule(office.actor, row, meeting(office, ON - dt.timedelta(days=1)), at=AT))
    assert (error.wrong, error.fields["field"]) == (
        "The meeting is of 2015-10-19, and the letter was handed in on 2015-10-20.",
        "meeting",
    )
    assert scheduling.schedule(office.actor, row, meeting(office, ON), at=AT).number == 1


def test_meeting_whose_day_is_over_takes_no_application_unless_it_is_known_from_a_public_source(office: Office) -> None:
    row = brought_to(office, "eligible")
    later = AT + dt.timedelta(days=2)
    error = refused(lambda: scheduling.schedule(office.actor, row, meeting(office, ON, source_url=""), at=later))
    assert (error.wrong, error.fields["field"]) == ("Its day, 2015-10-20, is over.", "meeting")
    assert scheduling.schedule(office.actor, row, meeting(office, ON), at=later).number == 1


def test_application_is_taken_off_the_agenda_until_it_is_decided(office: Office) -> None:
    row = brought_to(office, "scheduled")
    assert refused(lambda: scheduling.take_off(office.actor, row, " ", at=AT)).fields["field"] == "reason"
    scheduling.take_off(office.actor, row, "On the wrong meeting", at=AT)
    row.refresh_from_db()
    assert row.agenda_item is not None
    assert (row.status, row.agenda_item.status, row.agenda_item.minutes) == (
        "eligible",
        "deferred",
        "Taken off the agenda: On the wrong meeting",
    )
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.reason) == ("take off agenda", "On the wrong meeting")
    scheduling.schedule(office.actor, row, meeting(office, dt.date(2015, 11, 20)), at=AT)
    made.decide(office, row)
    row.refresh_from_db()
    assert refused(lambda: scheduling.take_off(office.actor, row, "Too late", at=AT)).wrong.startswith(
        "The board decided on it: point 1"
    )


def test_meeting_of_another_group_is_refused(office: Office) -> None:
    row = brought_to(office, "eligible")
    panel = made.board(office)
    panel.kind = "panel"
    panel.save()
    assert refused(lambda: scheduling.schedule(office.actor, row, meeting(office, ON), at=AT)).fields["field"] == (
        "meeting"
    )


def test_relation_that_is_added_later_makes_every_application_of_the_group_due_for_a_check(office: Office) -> None:
    member = hold(office, "EFPIA", "member")
    pharma = office.organisation("Acme Pharma")
    relate(pharma, "constituent_of", member, at=AT)
    rows = [brought_to(office, "eligible", name=name) for name in ("Acme Foundation", "Acme Biotech", "Other Trust")]
    later = AT + dt.timedelta(days=1)
    relate(office.organisation("Acme Holding"), "controls", office.organisation("Acme Foundation"), at=AT)
    relate(office.organisation("Acme Holding"), "controls", office.organisation("Acme Biotech"), at=AT)
    assert rechecks.due(Application.objects.all()) == []
    relate(pharma, "controls", office.organisation("Acme Holding"), at=later)
    found = rechecks.due(Application.objects.all())
    assert [one.application for one in found] == rows[:2]
    error = refused(lambda: scheduling.schedule(office.actor, rows[0], meeting(office, ON), at=AT))
    assert error.remedy == "Check the application again."
    checking.check(office.actor, rows[0], at=later)
    rows[0].refresh_from_db()
    assert (rows[0].status, [one["code"] for one in rows[0].findings]) == ("submitted", ["role", "no-identifier"])
    assert rows[0].findings[0]["words"] == (
        "Acme Foundation is controlled by Acme Pharma, which is a constituent entity of EFPIA: "
        "a contribution is counted in one capacity only per project."
    )
    assert [one.application for one in rechecks.due(Application.objects.all())] == [rows[1]]


def test_letter_is_checked_as_of_no_day_before_it_was_handed_in(office: Office) -> None:
    row = brought_to(office, "submitted", name="Acme Pharma")
    member, began = hold(office, "EFPIA", "member"), dt.date(2015, 6, 1)
    relate(row.organisation, "constituent_of", member, at=AT, from_on=began)
    early = dt.date(2015, 5, 1)
    error = refused(lambda: checking.check(office.actor, row, on=early, at=AT))
    assert (error.wrong, error.remedy, error.fields["field"]) == (
        "Its letter was handed in on 2015-10-20.",
        "Choose 2015-10-20 or a later day.",
        "on",
    )
    assert "role" in [one.code for one in checking.check(office.actor, row, on=ON, at=AT)]
    # What is taken from public sources was decided long ago.
    Topic.objects.filter(pk=row.topic_id).update(is_historical=True)
    assert "role" not in [one.code for one in checking.check(office.actor, row, on=early, at=AT)]


def test_role_that_is_added_later_makes_an_application_due_for_a_check(office: Office) -> None:
    rows = [brought_to(office, "eligible", name=name) for name in ("Acme Foundation", "Part of EFPIA", "Other Trust")]
    relate(office.organisation("Part of EFPIA"), "constituent_of", office.organisation("EFPIA"), at=AT)
    later = AT + dt.timedelta(days=1)
    hold(office, "Other Trust", "partner", recorded_at=later)
    assert rechecks.due(Application.objects.all()) == []
    hold(office, "Acme Foundation", "member", recorded_at=later)
    hold(office, "EFPIA", "member", recorded_at=later)
    found = rechecks.due(Application.objects.all())
    assert [(one.application, [str(each) for each in one.holdings]) for one in found] == [
        (rows[0], ["Acme Foundation as member in imi2"]),
        (rows[1], ["EFPIA as member in imi2"]),
    ]
    assert rechecks.due_keys(Application.objects.all()) == [rows[0].pk, rows[1].pk]
    # What a desk counts is what the list shows, at any depth.
    assert list(to_recheck().order_by("pk")) == rows[:2]
    error = refused(lambda: scheduling.schedule(office.actor, rows[0], meeting(office, ON), at=AT))
    assert error.wrong == ("A role was recorded after its check, on 2015-10-21: Acme Foundation as member in imi2.")
    checking.check(office.actor, rows[0], at=later)
    assert rechecks.due_keys(Application.objects.all()) == [rows[1].pk]


def approval(office: Office, row: Application, how: str, at: dt.datetime) -> object:
    """Record the board's approval, or that the conditions of one are met."""
    if how == "approve":
        return deciding.approve(office.actor, row, RULING, at=at)
    if how == "on conditions":
        return deciding.approve_on_conditions(office.actor, row, "A statement of its origin", RULING, at=at)
    return deciding.meet_conditions(office.actor, row, ON, "It came", at=at)


@pytest.mark.parametrize("how", ["approve", "on conditions", "conditions met"])
@pytest.mark.parametrize("cause", ["relation", "merge"])
def test_approval_waits_for_a_check_of_what_was_recorded_since_the_agenda(office: Office, how: str, cause: str) -> None:
    pharma = office.organisation("Acme Pharma")
    relate(pharma, "constituent_of", hold(office, "EFPIA", "member"), at=AT)
    row = brought_to(office, "scheduled", name="Acme Foundation")
    made.decide(office, row)
    if how == "conditions met":
        approval(office, row, "on conditions", AT)
    before, later = Application.objects.get(pk=row.pk).status, AT + dt.timedelta(days=1)
    if cause == "merge":
        merging.merge(Actor("Officer", roles.OFFICER), row.organisation, pharma, "One and the same", at=later)
        wrong = "An organisation was merged, or a merge undone, after its check: Acme Pharma was merged into Acme Foundation."
    else:
        relate(pharma, "controls", row.organisation, at=later)
        wrong = "A relation was recorded after its check, on 2015-10-21: Acme Pharma controls Acme Foundation."
    error = refused(lambda: approval(office, row, how, later))
    assert (error.wrong, error.remedy) == (wrong, "Check the application again.")
    row.refresh_from_db()
    assert (row.status, Contribution.objects.count()) == (before, 0)
    checking.check(office.actor, row, at=later)
    row.refresh_from_db()
    assert [one["code"] for one in row.findings] == ["role", "no-identifier"]


def test_next_letter_is_checked_anew_when_it_is_handed_in(office: Office) -> None:
    row = brought_to(office, "approved")
    hold(office, "Gates Foundation", "member")
    letters.write_next(office.actor, row, "More", at=AT)
    write(office, row, {**line(8 * MILLION), "number": 1})
    submitting.submit_next(office.actor, row, at=AT)
    row.refresh_from_db()
    assert (row.status, [one["code"] for one in row.findings]) == ("approved", ["role", "no-identifier"])
    ruling = deciding.Ruling("The board decided", "GB-2015-30", ON, elsewhere_because="By letter")
    error = refused(lambda: deciding.endorse_next(office.actor, row, ruling, at=AT))
    assert error.wrong == row.findings[0]["words"]
    checking.accept_warning(office.actor, row, "The board knows of it", at=AT)
    row.refresh_from_db()
    assert row.status == "approved"
    assert len(deciding.endorse_next(office.actor, row, ruling, at=AT)) == 1


def test_letter_whose_years_do_not_add_up_is_not_handed_in(office: Office) -> None:
    row = start(office, "Foundation")
    write(office, row, line(8 * MILLION, years={"2016": MILLION}))
    error = refused(lambda: submitting.submit(office.actor, row, at=AT))
    assert error.wrong == "The years of line 1 add up to EUR 1,000,000, its amount is EUR 8,000,000."
    assert error.remedy == "Fill in or correct that, save the draft, and hand it in again."


def test_next_letter_that_something_blocks_is_not_endorsed(office: Office) -> None:
    row = brought_to(office, "approved")
    letters.write_next(office.actor, row, "Another year", at=AT)
    write(office, row, {**line(8 * MILLION), "number": 1}, from_on=dt.date(2010, 1, 1))
    submitting.submit_next(office.actor, row, at=AT)
    ruling = deciding.Ruling("The board decided", "GB-2015-30", ON, elsewhere_because="By letter")
    error = refused(lambda: deciding.endorse_next(office.actor, row, ruling, at=AT))
    assert error.wrong.startswith("The partnership begins before ")
    Application.objects.update(checked_at=AT - dt.timedelta(days=1))
    error = refused(lambda: deciding.endorse_next(office.actor, row, ruling, at=AT))
    assert error.wrong == "The next version was not checked yet."


def proposed(office: Office, state: str) -> Application:
    """An application that names only a proposal, brought to a state as if it had never named a topic."""
    row = brought_to(office, state)
    Application.objects.filter(pk=row.pk).update(topic=None, proposal="P-1")
    AgendaItem.objects.update(topic=None)
    return Application.objects.get(pk=row.pk)


def test_application_of_a_proposal_is_booked_once_its_topic_is_named(office: Office) -> None:
    row = proposed(office, "scheduled")
    naming.name_target(office.actor, row, Target(topic=office.topic()), at=AT)
    row.refresh_from_db()
    assert (row.topic.code, row.proposal, row.agenda_item.topic) == ("T1", "P-1", row.topic)
    made.decide(office, row)
    assert len(deciding.approve(office.actor, row, RULING, at=AT)) == 1
    told = AuditEvent.objects.get(action="name the target")
    assert (told.subject, told.after["target"]) == (f"imi2/application/{row.reference}", "T1")
    assert (told.before, told.recorded_at) == ({"status": "scheduled"}, AT)


def test_approved_application_of_a_proposal_is_not_booked_before_its_topic_is_named(office: Office) -> None:
    row = proposed(office, "scheduled")
    made.decide(office, row)
    error = refused(lambda: deciding.approve(office.actor, row, RULING, at=AT))
    assert error.wrong == "It names no topic or project that the books know."
    naming.name_target(office.actor, row, Target(topic=office.topic()), at=AT)
    row.refresh_from_db()
    # What the board read when it decided stays as it was.
    assert (row.topic.code, row.agenda_item.topic) == ("T1", None)
    assert len(deciding.approve(office.actor, row, RULING, at=AT)) == 1


def test_naming_the_topic_checks_anew_what_was_checked_without_it(office: Office) -> None:
    row = proposed(office, "eligible")
    other = start(office)
    naming.name_target(office.actor, row, Target(topic=office.topic()), at=AT)
    row.refresh_from_db()
    assert ("second-application" in [one["code"] for one in row.findings], row.status) == (True, "submitted"), (
        other.reference
    )


def test_target_is_named_once_and_of_the_own_programme(office: Office) -> None:
    row = proposed(office, "draft")
    strange = Office.with_scheme(shipped("ihi"), "ihi").topic("T9")
    error = refused(lambda: naming.name_target(office.actor, row, Target(topic=strange), at=AT))
    assert (error.wrong, error.fields["field"]) == (f"{strange} belongs to another programme.", "target")
    naming.name_target(office.actor, row, Target(topic=office.topic()), at=AT)
    assert refused(lambda: naming.name_target(office.actor, row, Target(topic=office.topic()), at=AT)).wrong == (
        "It is for T1 already."
    )


def test_pledge_counts_relations_too(office: Office) -> None:
    category = {"category": "Partner in Research"}
    relate(office.organisation("CTF"), "member_category_of", hold(office, "EFPIA", "member"), at=AT, **category)
    booked = office.pledge(MILLION, "CTF", kind="FC_JU")
    assert booked.entry.explanation["warnings"] == [
        "CTF is also Partner in Research of EFPIA: a contribution is counted in one capacity only per project."
    ]


def test_relation_counts_only_while_it_is_in_force(office: Office) -> None:
    ended = {"category": "Partner in Research", "until_on": dt.date(2015, 9, 30)}
    relate(office.organisation("CTF"), "member_category_of", hold(office, "EFPIA", "member"), at=AT, **ended)
    relate(office.organisation("CTF"), "member_category_of", office.organisation("EFPIA"), at=AT, category="Friend")
    assert "warnings" not in office.pledge(MILLION, "CTF", kind="FC_JU").entry.explanation
