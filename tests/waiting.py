"""One of everything that can wait for somebody, so that desks and lists of tasks can be counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.books import DAY, MILLION, Office
from tests.rights import partner

from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import Message, Organisation, OrganisationRelation, User
from cofund.records.ledger.models import Application, Confirmation, Instalment, Letter, Notice, Plan, Report
from cofund.records.programme.models import (
    AgendaItem,
    Comment,
    Consultation,
    Decision,
    ExpressionOfInterest,
    Group,
    Idea,
    Lead,
    Meeting,
    Seat,
    Topic,
    TopicVersion,
)

DAYS = dt.timedelta


def everything(office: Office, number: int = 1, *, kind: str = "FC_JU", on: dt.date = DAY) -> dict[str, User]:
    """Make one of each, and give the people for whom it waits by their role. Another number makes another one of each."""
    people = _people(office)
    one = office.pledge(number * MILLION, "JDRF", kind=kind, on=on, target=Target(topic=office.topic(f"W{number}")))
    _leads(office, number)
    _applications(office, number)
    _topics(office, number, one.contribution)
    _governance(office, number, people["delegate"])
    _cash(one.contribution)
    _rounds(office, number)
    return people


def _rounds(office: Office, number: int) -> None:
    """Of JDRF a plan and a report that are drafts, of a trust both of them handed in; each of another year."""
    year, now = 2000 + number, clock.now()
    for name, state in (("JDRF", "draft"), ("Reporting Trust", "submitted")):
        stated: dict[str, Any] = {
            "scheme": office.row,
            "organisation": office.organisation(name),
            "year": year,
            "number": 1,
            "status": state,
            "written_at": now,
        }
        Plan.objects.create(**stated)
        days = {"from_on": dt.date(year, 1, 1), "until_on": dt.date(year, 12, 31)}
        Report.objects.create(**stated, **days, reference=f"imi2-report-{name[0]}{number}")


def _people(office: Office) -> dict[str, User]:
    """Somebody of each role, made once; the partner is of JDRF with every right."""
    found = {}
    for role in User.Role.values:
        known = User.objects.filter(username=f"w-{role}").first()
        if known is None and role == "partner":
            known = partner(f"w-{role}", office.organisation("JDRF"), "read", "apply", "sign", "delegate")
        found[role] = known or User.objects.create_user(f"w-{role}", role=role, password=None)
    return found


def _leads(office: Office, number: int) -> None:
    """A lead with a next step that is overdue, one that rests, an organisation with a next step, and an unconfirmed interest."""
    today = clock.today()
    given: dict[str, Any] = {
        "scheme": office.row,
        "organisation": office.organisation("JDRF"),
        "route": "invited",
        "stage": "contacted",
        "stage_since_on": today - DAYS(60),
        "opened_on": today - DAYS(90),
    }
    Lead.objects.create(**given, reference=f"lead-step-{number}", next_step="Call", next_step_on=today - DAYS(number))
    Lead.objects.create(**given, reference=f"lead-rests-{number}")
    Organisation.objects.create(
        slug=f"step-{number}", name=f"Step {number}", next_step="Write", next_step_on=today + DAYS(number)
    )
    Organisation.objects.create(slug=f"quiet-{number}", name=f"Quiet {number}", next_step="Write again")
    ExpressionOfInterest.objects.create(
        topic=office.topic(f"W{number}"),
        organisation_name="Trust",
        person="P",
        email="p@example.org",
        text="We would give",
        token_digest=f"digest-{number}",
        made_at=clock.now(),
    )


def _applications(office: Office, number: int) -> None:
    """An application in each state that waits, and one to check again."""
    now = clock.now()
    for status in ("draft", "submitted", "eligible", "scheduled", "conditional", "approved"):
        Application.objects.create(
            scheme=office.row,
            reference=f"{status}-{number}",
            organisation=office.organisation("JDRF"),
            role="partner",
            status=status,
            status_since_at=now,
            made_at=now,
            checked_at=now - DAYS(2) if status == "approved" else None,
        )
    _before_the_board(office, number)
    OrganisationRelation.objects.create(
        kind="controls",
        organisation=office.organisation(f"Parent {number}"),
        other=office.organisation("JDRF"),
        recorded_at=now,
    )


def _topics(office: Office, number: int, contribution: Any) -> None:
    """An idea, and a text that changed after a pledge and letters: one withdraws, one talks, one is late, one is only told."""
    now = clock.now()
    Idea.objects.create(scheme=office.row, reference=f"idea-{number}", title=f"Idea {number}", recorded_at=now)
    version = TopicVersion.objects.create(
        topic=office.topic(f"W{number}"), number=1, title="T", reason="R", written_by="W", written_at=now
    )
    Confirmation.objects.create(contribution=contribution, topic_version=version, asked_at=now)
    for state, answer in (("submitted", "withdraws"), ("eligible", "talks"), ("draft", "")):
        row = Application.objects.get(reference=f"{state}-{number}")
        needed = {"needs_answer": bool(answer), "answer": answer}
        Confirmation.objects.create(application=row, topic_version=version, asked_at=now, **needed)
    late = Application.objects.create(
        scheme=office.row,
        reference=f"late-{number}",
        organisation=office.organisation("Late Trust"),
        role="partner",
        status="approved",
        status_since_at=now,
        made_at=now,
    )
    day = clock.today() - DAYS(3)
    Confirmation.objects.create(application=late, topic_version=version, asked_at=now, answer_by_on=day)


def _before_the_board(office: Office, number: int) -> None:
    """What is on an agenda after the adoption of its topic, what was deferred, and a next letter that was handed in."""
    now, today = clock.now(), clock.today()
    group = Group.objects.get_or_create(
        scheme=office.row, slug="late-board", defaults={"name": "Late", "kind": "board"}
    )
    meeting = Meeting.objects.create(group=group[0], title=f"Late {number}", held_on=today + DAYS(5))
    points = [
        AgendaItem.objects.create(meeting=meeting, number=place, kind="application", title=status, status=status)
        for place, status in enumerate(("tabled", "deferred"), start=1)
    ]
    topic = office.topic(f"LATE{number}")
    Topic.objects.filter(pk=topic.pk).update(adoption_planned_on=today)
    Application.objects.filter(reference=f"scheduled-{number}").update(agenda_item=points[0], topic=topic)
    stated: dict[str, Any] = {"scheme": office.row, "role": "partner", "status_since_at": now, "made_at": now}
    stated["organisation"] = office.organisation("JDRF")
    Application.objects.create(reference=f"deferred-{number}", status="scheduled", agenda_item=points[1], **stated)
    row = Application.objects.create(reference=f"next-{number}", status="approved", **stated)
    Letter.objects.create(application=row, number=2, status="submitted", written_by="Somebody", written_at=now)


def _cash(contribution: Any) -> None:
    """An instalment that is late, one to invoice, and a notice of each state that waits."""
    today, now = clock.today(), clock.now()
    late = Instalment.objects.create(
        contribution=contribution,
        number=1,
        due_on=today - DAYS(9),
        amount_cents=1,
        invoice_number="F",
        invoiced_on=today - DAYS(40),
        recorded_by="W",
        recorded_at=now,
    )
    Instalment.objects.create(
        contribution=contribution, number=2, due_on=today, amount_cents=1, recorded_by="W", recorded_at=now
    )
    for instalment, until_on in ((late, today - DAYS(1)), (None, today + DAYS(9))):
        Notice.objects.create(
            contribution=contribution,
            instalment=instalment,
            kind="default" if instalment else "shortfall",
            amount_cents=1,
            reason="It is missing",
            given_on=today - DAYS(8),
            until_on=until_on,
            given_by="W",
            given_at=now,
        )


def _governance(office: Office, number: int, delegate: User) -> None:
    """A group that meets and votes and is consulted, a decision to publish, and an e-mail that did not go out."""
    today, now = clock.today(), clock.now()
    group = Group.objects.create(scheme=office.row, slug=f"board-{number}", name=f"Board {number}", kind="board")
    Seat.objects.create(group=group, holder="The Union", user=delegate, bloc="union", weight="50")
    planned = Meeting.objects.create(
        group=group,
        title="Planned",
        held_on=today + DAYS(30),
        papers_due_on=today + DAYS(10),
        agenda_published_at=now,
    )
    voting = Meeting.objects.create(group=group, title="Open", held_on=today + DAYS(3), status="open")
    for meeting in (planned, voting):
        AgendaItem.objects.create(meeting=meeting, number=1, title=f"Point of {meeting.title}")
    consultation = Consultation.objects.create(
        topic=office.topic(f"W{number}"), group=group, opens_on=today - DAYS(1), closes_on=today + DAYS(5)
    )
    Comment.objects.create(consultation=consultation, text="Why?", author_name="Wellcome", made_at=now)
    Decision.objects.create(scheme=office.row, number=f"W-{number}", decided_on=today, title="Plan", group=group)
    Message.objects.create(
        purpose="confirm interest",
        recipient="a@example.org",
        subject="S",
        text="T",
        written_at=now,
        attempts=1,
        failure="ConnectionRefusedError",
        key=f"waiting-{number}",
    )
