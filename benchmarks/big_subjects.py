"""What the big site has beside its money: groups, meetings, decisions, ideas, texts, consultations and applications.

None of it is in the books, so it is put into the tables at once; its amounts and sizes follow what a partnership has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

PARTS = 1000
GROUPS = 24
SEATS_A_GROUP = 12
MEETINGS = 240
ITEMS_A_MEETING = 8
CALLS = 20
COMMENTS = 6
WORDS = "What the text asks for, why it takes public and private partners together, and what is expected of them. " * 8


def fill(scheme: Any, organisations: Sequence[Any], topics: Sequence[Any], count: int) -> None:
    """Fill the tables of the subjects: `count` applications and ideas; what belongs to topics for each of them."""
    from cofund.queries import clock

    today, now = date.today(), clock.now()
    groups = _groups(scheme, organisations, today)
    decisions = _decisions(scheme, groups[0], count, today, now)
    ideas = _ideas(scheme, organisations, topics, groups, count, now)
    items = _meetings(groups, topics, ideas, decisions, today)
    _applications(scheme, organisations, topics, items, decisions, count, now)
    _calls(scheme, topics, today)
    versions = _texts(topics, now)
    _consultations(topics, groups, organisations, today, now)
    _confirmations(versions, now)
    _relationships(scheme, organisations, today, now)
    _rounds(scheme, organisations, now)


def _groups(scheme: Any, organisations: Sequence[Any], today: date) -> list[Any]:
    """Groups of all kinds with seats; the first one is a board."""
    from cofund.records.programme.models import Group, Seat

    kinds = tuple(Group.Kind.values)
    groups = Group.objects.bulk_create(
        Group(scheme=scheme, slug=f"bench-{number}", name=f"Group {number}", kind=kinds[number % len(kinds)])
        for number in range(GROUPS)
    )
    Seat.objects.bulk_create(
        Seat(
            group=group,
            organisation=organisations[(at * SEATS_A_GROUP + number) % len(organisations)],
            person=f"Person {number}",
            from_on=today - timedelta(days=500),
        )
        for at, group in enumerate(groups)
        for number in range(SEATS_A_GROUP)
    )
    return groups


def _decisions(scheme: Any, board: Any, count: int, today: date, now: datetime) -> list[Any]:
    """Decisions, three in four of them published."""
    from cofund.records.programme.models import Decision

    return Decision.objects.bulk_create(
        Decision(
            scheme=scheme,
            number=f"BENCH-GB-{number}",
            decided_on=today - timedelta(days=number * 3),
            title=f"Approval of partner {number}",
            group=board,
            text=WORDS,
            published_at=now if number % 4 else None,
        )
        for number in range(count)
    )


def _ideas(scheme: Any, organisations: Any, topics: Any, groups: Any, count: int, now: datetime) -> list[Any]:
    """Ideas in all states but merged, credited; half of them public."""
    from cofund.records.programme.models import Credit, Idea

    states = [state for state in Idea.Status.values if state != Idea.Status.MERGED]
    ideas = Idea.objects.bulk_create(
        (
            Idea(
                scheme=scheme,
                reference=f"imi2-idea-{number}",
                title=f"Idea {number} for a topic",
                challenge=WORDS,
                proposer_name=f"Person {number}",
                organisation=organisations[number % len(organisations)],
                group=groups[number % len(groups)],
                status=states[number % len(states)],
                outcome="" if number % len(states) < 2 else "As the group said",
                topic=topics[number % len(topics)] if states[number % len(states)] == "accepted" else None,
                is_public=number % 2 == 0,
                shown_at=now if number % 2 == 0 else None,
                submitted_on=now.date() - timedelta(days=number),
                recorded_at=now,
            )
            for number in range(count)
        ),
        batch_size=PARTS,
    )
    Credit.objects.bulk_create(
        Credit(idea=idea, part="proposed", organisation=idea.organisation, on=idea.submitted_on) for idea in ideas
    )
    return ideas


def _meetings(groups: Any, topics: Any, ideas: Any, decisions: Any, today: date) -> list[Any]:
    """Meetings past and to come with their agendas and papers."""
    from cofund.queries import clock
    from cofund.records.programme.models import AgendaItem, Meeting, Paper

    meetings = Meeting.objects.bulk_create(
        Meeting(
            group=groups[number % len(groups)],
            title=f"Meeting {number}",
            held_on=today + timedelta(days=60 - number * 3),
            papers_due_on=today + timedelta(days=50 - number * 3),
            status="planned" if number < 20 else "closed",
            agenda_published_at=clock.now() if number % 3 else None,
        )
        for number in range(MEETINGS)
    )
    items = AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            number=number + 1,
            kind=("application", "topic", "idea", "other")[number % 4],
            title=f"Point {number}",
            proposal=WORDS,
            topic=topics[(at + number) % len(topics)] if number % 4 == 1 else None,
            idea=ideas[(at + number) % len(ideas)] if number % 4 == 2 else None,
            status="adopted" if number == 0 and at < len(decisions) else "tabled",
            decision=decisions[at] if number == 0 and at < len(decisions) else None,
        )
        for at, meeting in enumerate(meetings)
        for number in range(ITEMS_A_MEETING)
    )
    Paper.objects.bulk_create(
        Paper(item=item, title="Paper", text=WORDS, added_by="Office", added_at=clock.now()) for item in items
    )
    return items


def _applications(
    scheme: Any, organisations: Any, topics: Any, items: Any, decisions: Any, count: int, now: datetime
) -> None:
    """Applications in all states, each with a letter of two lines."""
    from cofund.records.ledger.models import Application, Letter, LetterLine

    states = tuple(Application.Status.values)
    tabled = [item for item in items if item.kind == "application"]
    applications = Application.objects.bulk_create(
        Application(
            scheme=scheme,
            reference=f"imi2-app-{number}",
            organisation=organisations[number % len(organisations)],
            role="partner",
            topic=topics[number % len(topics)],
            status=states[number % len(states)],
            status_since_at=now - timedelta(days=number % 50),
            reason=WORDS if number % 3 == 0 else "",
            agenda_item=tabled[number % len(tabled)] if states[number % len(states)] == "scheduled" else None,
            decision=decisions[number] if states[number % len(states)] in ("approved", "conditional") else None,
            checked_at=now - timedelta(days=2) if number % len(states) > 2 else None,
            made_at=now - timedelta(days=number % 300, minutes=number),
        )
        for number in range(count)
    )
    letters = Letter.objects.bulk_create(
        Letter(application=row, number=1, subject_matter=WORDS, activities=WORDS, written_by="Office", written_at=now)
        for row in applications
    )
    LetterLine.objects.bulk_create(
        LetterLine(letter=letter, number=number, kind="FC_JU", currency="EUR", amount_cents=100_000_00)
        for letter in letters
        for number in (1, 2)
    )


def _calls(scheme: Any, topics: Sequence[Any], today: date) -> None:
    """Calls that share the topics out among them."""
    from cofund.records.programme.models import Call, Topic

    calls = Call.objects.bulk_create(
        Call(
            scheme=scheme,
            code=f"BENCH-CALL-{number}",
            name=f"Call {number}",
            procedure="two_stage",
            opened_on=today - timedelta(days=60 + number * 30),
            stage1_closed_on=today - timedelta(days=number * 30),
            closed_on=today + timedelta(days=90 - number * 30),
        )
        for number in range(CALLS)
    )
    for number, topic in enumerate(topics):
        topic.call = calls[number % len(calls)]
        topic.adoption_planned_on = today + timedelta(days=number % 90)
    Topic.objects.bulk_update(topics, ["call", "adoption_planned_on"], batch_size=200)


def _texts(topics: Sequence[Any], now: datetime) -> list[Any]:
    """Two versions of the text of each topic."""
    from cofund.records.programme.models import TopicVersion

    return TopicVersion.objects.bulk_create(
        TopicVersion(
            topic=topic,
            number=number,
            title=topic.title,
            challenge=WORDS,
            scope=WORDS,
            impact=WORDS,
            reason="Written",
            written_by="Office",
            written_at=now - timedelta(days=40 - number * 10),
        )
        for topic in topics
        for number in (1, 2)
    )


def _consultations(topics: Any, groups: Any, organisations: Any, today: date, now: datetime) -> None:
    """A consultation on every topic, half of them still open, with comments of which half are answered."""
    from cofund.records.programme.models import Consultation

    rows = Consultation.objects.bulk_create(
        Consultation(
            topic=topic,
            group=groups[number % len(groups)] if number % 2 else None,
            opens_on=today - timedelta(days=30),
            closes_on=today + timedelta(days=10 if number % 2 else -5),
        )
        for number, topic in enumerate(topics)
    )
    comment(rows, organisations, WORDS, COMMENTS, now)


def comment(rows: Sequence[Any], organisations: Sequence[Any], text: str, count: int, now: datetime) -> None:
    """So many comments in each consultation; half of them are answered."""
    from cofund.records.programme.models import Comment

    Comment.objects.bulk_create(
        (
            Comment(
                consultation=row,
                section="scope",
                text=text,
                author_name=f"Person {number}",
                organisation=organisations[(at + number) % len(organisations)],
                made_at=now,
                answer="accepted" if number % 2 else "",
                answer_text="Taken up" if number % 2 else "",
                answered_at=now if number % 2 else None,
            )
            for at, row in enumerate(rows)
            for number in range(count)
        ),
        batch_size=PARTS,
    )


def _confirmations(versions: Sequence[Any], now: datetime) -> None:
    """A question to every contribution of a topic that got a second text; half of them are answered."""
    from cofund.records.ledger.models import Confirmation, Contribution

    second = {version.topic_id: version for version in versions if version.number == 2}
    Confirmation.objects.bulk_create(
        (
            Confirmation(
                contribution=row,
                topic_version=second[row.topic_id],
                asked_at=now,
                answer="stands" if row.pk % 2 else "",
                answered_by="Partner" if row.pk % 2 else "",
                answered_at=now if row.pk % 2 else None,
            )
            for row in Contribution.objects.filter(topic__in=second).order_by("pk")[:1000]
        ),
        batch_size=PARTS,
    )


def _relationships(scheme: Any, organisations: Sequence[Any], today: date, now: datetime) -> None:
    """What the office wrote down: exchanges with one organisation in two, on leads for one in three of those; relations."""
    from cofund.records.directory.models import OrganisationRelation
    from cofund.records.programme.models import Exchange, Lead

    leads = list(Lead.objects.filter(scheme=scheme).order_by("pk"))
    Exchange.objects.bulk_create(
        (
            Exchange(
                organisation=one,
                channel="call",
                on=today - timedelta(days=number % 700),
                summary="Spoke about topics",
                by_office=number % 3 > 0,
                recorded_by="Office",
                recorded_at=now,
            )
            for number, one in enumerate(organisations[::2])
        ),
        batch_size=PARTS,
    )
    Exchange.objects.bulk_create(
        (
            Exchange(
                organisation_id=lead.organisation_id,
                lead=lead,
                channel="meeting",
                on=today - timedelta(days=number % 400),
                summary="Met",
                recorded_by="Office",
                recorded_at=now,
            )
            for number, lead in enumerate(leads)
        ),
        batch_size=PARTS,
    )
    OrganisationRelation.objects.bulk_create(
        OrganisationRelation(kind="affiliated_to", organisation=one, other=organisations[0], recorded_at=now)
        for one in organisations[10 : len(organisations) // 20 : 5]
    )


def _rounds(scheme: Any, organisations: Sequence[Any], now: datetime) -> None:
    """A report of 2020 of every fifth organisation, in all states, with an activity that its line is about."""
    from cofund.records.ledger.models import Activity, Report, ReportLine

    states = tuple(Report.Status.values)
    givers = organisations[::5]
    activities = Activity.objects.bulk_create(
        Activity(
            scheme=scheme, reference=f"imi2-activity-{number}", organisation=giver, role="member", kind="IK",
            title="Activity", made_by="Office", made_at=now,
        )
        for number, giver in enumerate(givers)
    )  # fmt: skip
    reports = Report.objects.bulk_create(
        Report(
            scheme=scheme, reference=f"imi2-report-{number}", organisation=giver, year=2020, number=1,
            from_on=date(2020, 1, 1), until_on=date(2020, 12, 31), status=states[number % len(states)],
            due_on=date(2021, 1, 31), submitted_on=date(2021, 1, 20 + number % 20 // 2), written_at=now,
        )
        for number, giver in enumerate(givers)
    )  # fmt: skip
    ReportLine.objects.bulk_create(
        ReportLine(report=report, number=1, activity=activity, reported_cents=1_000_000 + activity.pk)
        for report, activity in zip(reports, activities, strict=True)
    )
