"""Reminders of plans and reports that are due or overdue, through the outbox: each once to each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cofund.actions import messages
from cofund.actions.locks import writing
from cofund.actions.rounds import guarding, telling
from cofund.queries import round_lists, schemes
from cofund.queries.round_lists import Asked
from cofund.records.directory.models import Message, Organisation, User
from cofund.rules.rounds import PLANNED

# How many days before the due day a reminder goes out; one more goes out when it is past.
STAGES: Final = (7, 30)
OVERDUE: Final = "overdue"


@dataclass(frozen=True, slots=True)
class Reminded:
    """What reminding did: messages that were written, and organisations that owe something and have nobody to be told."""

    written: int
    without_people: tuple[str, ...]


def remind(*, on: date | None = None, at: datetime | None = None) -> Reminded:
    """Remind everybody who may write or sign for an organisation that owes a plan or a report.

    A reminder goes out in the last thirty days, again in the last seven, and once when the day is past.
    """
    instant = guarding.now(at)
    today = on or guarding.day_of(instant)
    written, alone = 0, set()
    with writing():
        for asked in round_lists.near(today):
            stage = _stage(asked, today)
            if not stage:
                continue
            for organisation in round_lists.owing(asked.scheme, asked.year, asked.what):
                people = telling.writers(organisation)
                if not people:
                    alone.add(str(organisation))
                for person in people:
                    written += _tell(person, organisation, asked, stage, today, instant)
    return Reminded(written, tuple(sorted(alone)))


def _stage(asked: Asked, today: date) -> str:
    """Which reminder is due on a day; empty where none is."""
    left = (asked.due_on - today).days
    if left < 0:
        return OVERDUE
    return next((str(days) for days in STAGES if left <= days), "")


def _tell(person: User, organisation: Organisation, asked: Asked, stage: str, today: date, at: datetime) -> int:
    """Write one reminder into the outbox; 0 where it was written before."""
    key = f"round/{asked.scheme}/{asked.what}/{asked.year}/{organisation.slug}/{stage}/{person.pk}"
    name = schemes.current(asked.scheme)[0].name
    what = "plan" if asked.what == PLANNED else "report"
    due = f"{asked.due_on.day} {asked.due_on:%B %Y}"
    when = f"was due on {due}" if asked.due_on < today else f"is due on {due}"
    subject = f"{name}: the {what} of {organisation} for {asked.year} {when}"
    text = (
        f"{subject}.\n\nSign in to write it and hand it in; your desk leads there. "
        "If it is handed in already, or nothing is to be said this year, please tell the programme office.\n"
    )
    is_new = not Message.objects.filter(key=key).exists()
    messages.write("remind of round", person.email, subject, text, key=key, at=at)
    return int(is_new)
