"""Reminders of plans and reports: when they go out, to whom, each once, and who is told when nobody can be."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rights import partner
from tests.rounds import AT, YEAR, Round
from tests.worlds import world

from cofund.actions.rounds import reminders
from cofund.records.directory.models import Message

# What is asked for, a word for it, the day it is due; the plan of a year is due before it begins.
PLAN = ("plan", "30 November 2024", dt.date(YEAR - 1, 11, 30))
REPORT = ("report", "31 May 2026", dt.date(YEAR + 1, 5, 31))


@world
def site() -> Round:
    """The round of IHI."""
    return Round.opened()


def reminded(what: str, on: dt.date) -> list[str]:
    """Who is reminded on a day of what is asked for the year of the round, and was not before."""
    before = set(Message.objects.values_list("pk", flat=True))
    reminders.remind(on=on, at=AT)
    new = Message.objects.exclude(pk__in=before).filter(key__contains=f"/{what}/{YEAR}/")
    return [message.recipient for message in new]


@pytest.mark.parametrize(("what", "day", "due"), [PLAN, REPORT], ids=["plan", "report"])
def test_reminders_go_out_in_time_and_each_once(site: Round, what: str, day: str, due: dt.date) -> None:
    partner("max", site.member, "apply")
    partner("rea", site.member, "read")
    written = {left: reminded(what, due - dt.timedelta(days=left)) for left in (31, 30, 29, 8, 7, 0, -1, -2)}
    max_alone = ["max@example.org"]
    assert written == {31: [], 30: max_alone, 29: [], 8: [], 7: max_alone, 0: [], -1: max_alone, -2: []}
    subjects = Message.objects.filter(key__contains=f"/{what}/{YEAR}/m/").order_by("pk")
    assert list(subjects.values_list("subject", flat=True)) == [
        f"Innovative Health Initiative: the {what} of M for 2025 {when} {day}"
        for when in ("is due on",) * 2 + ("was due on",)
    ]


def test_nobody_is_reminded_of_what_was_handed_in(site: Round) -> None:
    partner("max", site.member, "apply")
    site.plan("submitted"), site.report("submitted")
    assert [reminded(what, due + dt.timedelta(days=1)) for what, _, due in (PLAN, REPORT)] == [[], []]


@pytest.mark.parametrize("due", [PLAN[2], REPORT[2]], ids=["plan", "report"])
def test_reminders_name_who_has_nobody_to_be_told(site: Round, due: dt.date) -> None:
    assert reminders.remind(on=due - dt.timedelta(days=1), at=AT).without_people == ("M",)
