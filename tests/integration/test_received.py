"""What came to the office on paper is recorded with its day: comments within their consultation, letters before today."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.applications import brought_to, start, write
from tests.applications import line as letter_line
from tests.books import MILLION, Office, shipped
from tests.topics import SCIENCE, Topics
from tests.worlds import world

from cofund.actions import consultations, received_comments
from cofund.actions.actors import Actor
from cofund.actions.applications import checking, submitting
from cofund.actions.errors import Refused
from cofund.actions.received_comments import ReceivedComment
from cofund.queries import clock
from cofund.queries import consultations as consulted
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import Comment, Consultation, Topic
from cofund.rules import roles, timeline

pytestmark = pytest.mark.django_db
RECEIVED_ON = dt.date(2015, 9, 20)


@world
def closed() -> tuple[Topics, Consultation]:
    """A consultation of the states that ended yesterday, typed in afterwards."""
    world = Topics.make()
    opened_on = clock.today() - dt.timedelta(days=timeline.CONSULTATION_DAYS + 1)
    wanted = consultations.NewConsultation(opened_on, clock.today() - dt.timedelta(days=1), world.states)
    return world, consultations.start(SCIENCE, world.written(), wanted)


def said(on: dt.date, **changes: str) -> ReceivedComment:
    """A comment that came by e-mail on a day."""
    stated = {"text": "Children, too", "author_name": "Dora", "received_as": "By e-mail", **changes}
    return ReceivedComment(received_on=on, **stated)


def test_received_comment_keeps_its_day_and_waits_for_an_answer(closed: tuple[Topics, Consultation]) -> None:
    _, row = closed
    made = received_comments.record(SCIENCE, row, said(row.opens_on))
    assert (made.made_at.date(), made.received_as, made.recorded_by) == (row.opens_on, "By e-mail", SCIENCE.name)
    found = consulted.find(row.pk)
    assert found is not None
    assert consulted.state_of(found) == "closed"
    assert consulted.missing(row.topic) == ["1 comment of States' group without an answer."]
    assert AuditEvent.objects.latest("pk").after["received as"] == "By e-mail"


def test_received_comment_outside_the_consultation_is_refused_with_all_faults(
    closed: tuple[Topics, Consultation],
) -> None:
    _, row = closed
    with pytest.raises(Refused) as found:
        received_comments.record(SCIENCE, row, said(row.closes_on + dt.timedelta(days=1), text=" ", received_as=""))
    assert sorted(found.value.fields["faults"]) == ["received_as", "received_on", "text"]
    assert Comment.objects.count() == 0


def test_received_comment_is_refused_once_the_topic_is_before_the_board(closed: tuple[Topics, Consultation]) -> None:
    _, row = closed
    Topic.objects.filter(pk=row.topic_id).update(status="proposed")
    with pytest.raises(Refused) as found:
        received_comments.record(SCIENCE, row, said(row.opens_on))
    assert found.value.wrong == "T1 stands at “before the board”: its comments are fixed."


def test_letter_on_paper_is_handed_in_as_of_the_day_it_came() -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    row = start(office)
    write(office, row, letter_line(7 * MILLION))
    letter = submitting.submit(office.actor, row, received_on=RECEIVED_ON)
    assert letter.submitted_at is not None
    assert letter.submitted_at.date() == RECEIVED_ON
    assert AuditEvent.objects.latest("pk").after["received_on"] == RECEIVED_ON.isoformat()
    checking.check(office.actor, row, on=RECEIVED_ON)
    with pytest.raises(Refused):
        checking.check(office.actor, row, on=RECEIVED_ON - dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("on", "wrong"),
    [
        (dt.date(2015, 8, 31), "It was signed on 2015-09-01, and cannot have come before."),
        (dt.date(2999, 1, 1), "That day has not come yet."),
    ],
)
def test_letter_on_paper_cannot_have_come_before_its_signature_or_tomorrow(on: dt.date, wrong: str) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    row = brought_to(office, "draft")
    with pytest.raises(Refused) as found:
        submitting.submit(office.actor, row, received_on=on)
    assert (found.value.wrong, found.value.fields["field"]) == (wrong, "received_on")


def test_partner_states_no_day_of_the_past() -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    row = brought_to(office, "draft")
    partner = Actor("Paula", roles.PARTNER)
    with pytest.raises(Refused):
        submitting.submit(partner, row, received_on=RECEIVED_ON)
