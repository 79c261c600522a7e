"""The figures of a desk, by role: envelopes, books, groups, topics, and what happened last."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from cofund.queries import access, clock, envelope, journal, programmes, seats, standings, verification
from cofund.records.directory.models import User
from cofund.records.ledger.models import Book
from cofund.records.programme.models import Meeting
from cofund.rules import roles
from cofund.web import components as c
from cofund.web.formatting import relative_day
from cofund.web.office import showing
from cofund.web.office.desk import own
from cofund.web.routes import reverse

# Up to here a book is verified while the desk is shown; a longer one on demand.
VERIFIED_AT_ONCE = 2_000
RECENT = 8
MOST_MEETINGS = 6


def of_role(role: str, user: User) -> dict[str, Any]:
    """What the desk of a role shows below its tasks."""
    if role == roles.PARTNER:
        return own.figures(user) | (_seated(user) if seats.has_any(user) else {})
    if role == roles.DELEGATE:
        return _seated(user)
    found: dict[str, Any] = {}
    if role == roles.GOVERNANCE_OFFICER:
        found["meetings"] = _meetings(seats.meetings_to_come(), "Meetings to come")
    if role == roles.SCIENTIFIC_OFFICER:
        found["topic_tiles"] = _topic_tiles()
    if role == roles.AUDITOR:
        found["verified"] = [_verified(book) for book in journal.books()]
    assert access.may(user, "read the books")
    return found | _books(journal.ends(), clock.today())


def _seated(user: User) -> dict[str, Any]:
    """The seats of a person, and the meetings to come of their groups."""
    return {"seats": _seats(user), "meetings": _meetings(seats.meetings_to_come(user), "Meetings of your groups")}


@lru_cache(maxsize=8)
def _books(ends: journal.Ends, on: date) -> dict[str, Any]:
    """The envelopes, and the last entries: the same for everybody who reads the books, until something is booked."""
    lines = journal.newest(RECENT)
    statements = envelope.today()
    with_money = standings.schemes_with_contributions()
    rows = programmes.installed()
    return {
        "bars": [
            (row, showing.envelope_bar(statements[row.code], f"envelope-{row.code}", f"{row.name}, today"))
            for row in rows
            if row.code in with_money
        ],
        "quiet": [row for row in rows if row.code not in with_money],
        "recent": c.Table(
            "recent",
            "Recorded last",
            showing.ENTRY_COLUMNS,
            tuple(showing.entry_row(line) for line in lines),
            noun=("entry", "entries"),
            empty=c.EmptyState("Nothing is recorded yet.", "Entries appear here as soon as somebody books something."),
        ),
    }


def _meetings(found: tuple[Meeting, ...], caption: str) -> c.Table:
    """Meetings to come as a table."""
    today = clock.today()
    rows = tuple(
        c.Row.of(
            c.Cell(str(row.group), href=reverse("office-meeting", args=[row.pk]), note=row.title),
            c.Cell(row.held_on, note=relative_day(row.held_on, today), certainty=_mark(row.certainty)),
            row.papers_due_on or "not set",
            row.group.scheme.name,
        )
        for row in found[:MOST_MEETINGS]
    )
    return c.Table(
        "meetings",
        caption,
        (c.Column("Group"), c.Column("Meets"), c.Column("Papers due"), c.Column("Programme")),
        rows,
        noun=("meeting", "meetings"),
        total_count=len(found),
        empty=c.EmptyState("No meeting is planned."),
    )


def _seats(user: User) -> c.Table:
    """The seats that a person holds today."""
    rows = tuple(
        c.Row.of(
            str(seat.group),
            seat.get_capacity_display(),
            str(seat.organisation or seat.holder or seat.person),
            seat.group.scheme.name,
        )
        for seat in seats.held_by(user)
    )
    return c.Table(
        "seats",
        "Your seats",
        (c.Column("Group"), c.Column("As"), c.Column("For"), c.Column("Programme")),
        rows,
        noun=("seat", "seats"),
        empty=c.EmptyState("You hold no seat today.", "The governance officer records who sits in a group."),
    )


def _topic_tiles() -> list[c.Tile]:
    """How many topics there are in each state, in all programmes."""
    topics = reverse("office-topics-choose")
    return [
        c.Tile(label, count, f"{topics}?status={status}", "in all programmes")
        for status, label, count in programmes.topics_by_status()
    ] or [c.Tile("Topics", 0, topics, "none is open yet")]


def _verified(book: Book) -> dict[str, Any]:
    """A book with the result of its verification, where it is short enough to be verified at once."""
    at_once = book.last_entry <= VERIFIED_AT_ONCE
    return {"book": book, "result": verification.standing(book.scheme.code) if at_once else None}


def _mark(certainty: str) -> c.Certainty | None:
    """How sure a day is, where it is not simply recorded."""
    return c.Certainty(certainty) if certainty != "recorded" else None
