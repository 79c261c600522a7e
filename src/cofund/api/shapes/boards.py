"""Who decides and advises: groups with their seats, and meetings with their published agendas."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Reference, Shape, text
from cofund.queries import called
from cofund.queries.agendas import PublicPoint
from cofund.queries.consent import Titles
from cofund.records.programme.models import Group as GroupRow
from cofund.records.programme.models import Meeting as MeetingRow
from cofund.records.programme.models import Paper as PaperRow
from cofund.records.programme.models import Seat as SeatRow


class Group(Shape):
    """A board, an advisory group or a panel of a programme."""

    id: str
    name: str
    programme: str
    kind: str
    remit: str | None
    from_on: date | None
    until_on: date | None = Field(description="Its last day; null where there is none, or none is known.")
    seats_now: int | None = Field(description="Seats that are held today; null where none is known.")
    certainty: str
    source: str | None
    href: str


class Seat(Shape):
    """A seat: whom it speaks for, and never who sits in it where it speaks for somebody."""

    speaks_for: str = Field(description="Says that it is not published where an organisation may not be named.")
    capacity: str
    bloc: str | None = Field(description="The bloc whose votes it is counted with; null where it has no vote.")
    from_on: date | None
    until_on: date | None = Field(description="Its last day, or that of its group.")
    note: str | None
    certainty: str


class GroupInFull(Group):
    """A group with its seats, those that ended too."""

    seats: list[Seat]


class Meeting(Shape):
    """A meeting or a written procedure whose agenda is published."""

    id: str
    title: str
    programme: str
    group: Reference
    procedure: str
    opens_on: date | None = Field(description="First day on which votes are taken in writing.")
    held_on: date = Field(description="Its day, or the last day on which votes are taken.")
    is_cancelled: bool
    certainty: str
    source: str | None
    href: str


class Paper(Shape):
    """A paper of a point that is published with the agenda."""

    title: str
    text: str | None
    file_name: str | None
    file: str | None = Field(description="The address of its file on this site.")
    sha256: str | None = Field(description="The digest of the file as it was handed in.")
    added_at: datetime


class Point(Shape):
    """A point of an agenda with what became of it. What it came to is public with its decision, and not before."""

    number: int
    title: str
    kind: str
    names_partner: bool = Field(
        description="False where a partner may not be named yet; proposal and papers are left out."
    )
    proposal: str | None
    status: str = Field(description="`tabled`, `adopted`, `rejected`, `deferred`; `decided`: not published yet how.")
    topic: Reference | None
    decision: Reference | None
    papers: list[Paper]


class MeetingInFull(Meeting):
    """A meeting with the points of its agenda."""

    points: list[Point]


def group(row: GroupRow) -> Group:
    """A group in a list."""
    return Group(**_group(row))


def group_in_full(row: GroupRow, seats: Iterable[SeatRow], held: Collection[int]) -> GroupInFull:
    """A group with its seats; `held` are the organisations that are not named."""
    return GroupInFull(**_group(row), seats=[_seat(one, held) for one in seats])


def _group(row: GroupRow) -> dict[str, Any]:
    """What both forms of a group say."""
    return {
        "id": row.slug,
        "name": row.name,
        "programme": row.scheme.code,
        "kind": row.kind,
        "remit": text(row.remit),
        "from_on": row.from_on,
        "until_on": row.until_on,
        "seats_now": int(getattr(row, "seats_now", 0)) or None,
        "certainty": row.certainty,
        "source": text(row.source_url),
        "href": places.of_group(row).href,
    }


def _seat(row: SeatRow, held: Collection[int]) -> Seat:
    """A seat as everybody may read it."""
    return Seat(
        speaks_for=called.of_seat(row, held),
        capacity=row.capacity,
        bloc=text(row.bloc),
        from_on=row.from_on,
        until_on=row.last_on,
        note=text(row.note),
        certainty=row.certainty,
    )


def meeting(row: MeetingRow) -> Meeting:
    """A meeting in a list."""
    return Meeting(**_meeting(row))


def meeting_in_full(row: MeetingRow, points: Iterable[PublicPoint], titles: Titles) -> MeetingInFull:
    """A meeting with its points."""
    return MeetingInFull(**_meeting(row), points=[_point(one, row, titles) for one in points])


def _meeting(row: MeetingRow) -> dict[str, Any]:
    """What both forms of a meeting say."""
    return {
        "id": str(row.pk),
        "title": row.title,
        "programme": row.group.scheme.code,
        "group": places.of_group(row.group),
        "procedure": row.procedure,
        "opens_on": row.opens_on,
        "held_on": row.held_on,
        "is_cancelled": row.status == MeetingRow.Status.CANCELLED,
        "certainty": row.certainty,
        "source": text(row.source_url),
        "href": places.programme(row.group.scheme.code, "meetings", str(row.pk)),
    }


def _point(one: PublicPoint, row: MeetingRow, titles: Titles) -> Point:
    """A point as everybody may read it."""
    scheme, decision = row.group.scheme.code, one.decision
    return Point(
        number=one.number,
        title=one.title,
        kind=one.kind,
        names_partner=not one.is_unnamed,
        proposal=text(one.proposal),
        status=one.status,
        topic=places.of_topic(one.topic, scheme) if one.topic is not None else None,
        decision=places.of_decision(decision, titles.of_decision(decision)) if decision is not None else None,
        papers=[_paper(paper, scheme) for paper in one.papers],
    )


def _paper(row: PaperRow, scheme: str) -> Paper:
    """A paper with the way to its file."""
    return Paper(
        title=row.title,
        text=text(row.text),
        file_name=text(row.file_name),
        file=reverse("public-paper", args=[scheme, row.pk]) if row.file else None,
        sha256=text(row.digest),
        added_at=row.added_at,
    )
