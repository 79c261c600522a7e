"""Calendars: read by the library that writes them, by another one and by the bare grammar, with keys that stay; secret addresses
end, and tell nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from ical.calendar_stream import IcsCalendarStream
from ical.exceptions import CalendarParseError
from icalendar import Calendar
from tests import ical
from tests.books import Office, shipped
from tests.waiting import everything

from cofund.exporters.calendar import Entry, calendar
from cofund.queries import calendars, clock
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import HEADINGS, Ask
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import User
from cofund.records.programme.models import Call, Consultation, Meeting
from cofund.web.office import tokens

ROLES = tuple(User.Role.values)


@pytest.fixture
def office(db: None) -> Office:
    """The book of IHI, whose rules name days that come back."""
    return Office.with_scheme(shipped("ihi"), "ihi")


@pytest.fixture
def people(office: Office) -> dict[str, User]:
    """Everything that waits, with a pledge as IHI knows it."""
    return everything(office, kind="FC", on=date(2023, 1, 1))


def address_of(user: User) -> str:
    """Make somebody's calendar address as a person does, and read it off the profile."""
    client = Client()
    client.force_login(user)
    assert client.post(reverse("office-calendar-renew"), {"token": tokens.new()}).status_code == 302
    found = re.search(r'href="http://testserver(/calendar/[^"]+\.ics)"', client.get(reverse("office-profile")).text)
    assert found is not None
    return found[1]


def differences(content: bytes) -> list[str]:
    """What the grammar has against a file, and where three readers do not read the same events in it."""
    found = ical.problems(content)
    ours = [
        (one["UID"], one["SUMMARY"], date.fromisoformat(one["DTSTART"]), one.get("DESCRIPTION", ""), one.get("URL", ""))
        for one in ical.events(content)
    ]
    library = [
        (
            str(one["uid"]),
            str(one["summary"]),
            one.decoded("dtstart"),
            str(one.get("description", "")),
            str(one.get("url", "")),
        )
        for one in Calendar.from_ical(content).walk("VEVENT")
    ]
    other = [
        (one.uid, one.summary, one.dtstart, one.description or "", str(one.url or ""))
        for one in IcsCalendarStream.calendar_from_ics(content.decode()).events
    ]
    readers = {"the library that writes it": library, "the library that does not": other}
    return found + [f"{name} reads other events" for name, theirs in readers.items() if theirs != ours]


@pytest.mark.parametrize("role", ROLES)
def test_own_calendar_is_read_by_two_readers(people: dict[str, User], role: str) -> None:
    answer = Client().get(address_of(people[role]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert differences(answer.content) == []
    assert len(ical.events(answer.content)) > 0


def test_own_calendar_holds_what_is_due(people: dict[str, User]) -> None:
    titles = [event["SUMMARY"] for event in ical.events(Client().get(address_of(people["officer"])).content)]
    wanted = ["Next steps with leads: JDRF", "Papers due: Board 1, Planned", "Board 1, Open"]
    assert [title for title in wanted if title not in titles] == []
    delegate = [event["SUMMARY"] for event in ical.events(Client().get(address_of(people["delegate"])).content)]
    assert [title for title in delegate if title.startswith("Next steps")] == []
    assert "Votes to cast: Point of Open" in delegate


def test_every_due_day_of_every_role_stands_in_its_calendar(people: dict[str, User]) -> None:
    without = []
    for role in ROLES:
        reader = Reader.of(people[role])
        due = listing.listed(reader, Ask(since=reader.on - calendars.BACK))[0]
        wanted = {(f"{HEADINGS[task.kind]}: {task.title}", task.due_on) for task in due if task.due_on}
        events = ical.events(Client().get(address_of(people[role])).content)
        found = {(event["SUMMARY"], date.fromisoformat(event["DTSTART"])) for event in events}
        assert (role, sorted(wanted - found)) == (role, [])
        without += [] if wanted else [role]
    # What waits for these two has no day.
    assert without == ["scientific_officer", "auditor"]


def test_keys_stay_and_are_unique(people: dict[str, User]) -> None:
    address = address_of(people["officer"])
    first, second = (ical.events(Client().get(address).content) for _ in range(2))
    assert [event["UID"] for event in first] == [event["UID"] for event in second]
    assert len({event["UID"] for event in first}) == len(first)


def test_new_address_ends_the_one_before(people: dict[str, User]) -> None:
    old = address_of(people["officer"])
    new = address_of(people["officer"])
    assert [Client().get(old).status_code, Client().get(new).status_code] == [404, 200]


def test_address_of_somebody_else_cannot_be_guessed_from_ones_own(people: dict[str, User]) -> None:
    own = address_of(people["officer"])
    other = calendars.token_of(people["officer"]).replace(f"{people['officer'].pk}-", f"{people['auditor'].pk}-", 1)
    address_of(people["auditor"])
    for path in (f"/calendar/{other}.ics", own.replace(".ics", "x.ics"), "/calendar/x.ics", "/calendar/1-2-3.ics"):
        assert Client().get(path).status_code == 404


def test_deactivated_person_has_no_calendar(people: dict[str, User]) -> None:
    address = address_of(people["officer"])
    User.objects.filter(pk=people["officer"].pk).update(is_active=False)
    assert Client().get(address).status_code == 404


def test_calendar_of_a_programme_holds_public_days_only(office: Office, people: dict[str, User]) -> None:
    today = clock.today()
    Call.objects.create(scheme=office.row, code="IHI-X", opened_on=today, closed_on=today + timedelta(days=90))
    Consultation.objects.create(topic=office.topic("W1"), opens_on=today, closes_on=today + timedelta(days=9))
    Meeting.objects.filter(title="Open").update(agenda_published_at=None)
    answer = Client().get("/programmes/ihi/calendar.ics")
    assert differences(answer.content) == []
    found = ical.events(answer.content)
    titles = [event["SUMMARY"] for event in found]
    assert [title for title in ("IHI-X: opens", "IHI-X: deadline", "Board 1, Planned") if title not in titles] == []
    assert "Consultation of the public on W1 closes" in titles
    hidden = ("Board 1, Open", "Papers due", "Next steps", "Consultation of Board")
    assert [title for title in titles if title.startswith(hidden)] == []
    assert [event["URL"] for event in found if "/office/" in event.get("URL", "")] == []
    assert Client().get("/programmes/none/calendar.ics").status_code == 404


def test_long_and_odd_text_is_folded_and_escaped() -> None:
    title = "Überprüfung; a, b \\ c – " + "ß" * 120
    file = calendar(
        "Name", "example.org", [Entry("k", date(2026, 5, 31), title, "one\ntwo, three", "Task")], at=clock.now()
    )
    assert differences(file) == []
    assert ical.events(file)[0]["SUMMARY"] == title


def test_second_reader_sees_what_is_wrong() -> None:
    sound = calendar("N", "example.org", [Entry("k", date(2026, 5, 31), "T", "", "Task")], at=clock.now())
    broken = {
        "line ending": sound.replace(b"\r\n", b"\n"),
        "long line": sound.replace(b"SUMMARY:T", b"SUMMARY:" + b"T" * 80),
        "no key": re.sub(rb"UID:[^\r]*\r\n", b"", sound),
        "no stamp": re.sub(rb"DTSTAMP[^\r]*\r\n", b"", sound),
        "unescaped": sound.replace(b"SUMMARY:T", b"SUMMARY:T, U"),
        "day": sound.replace(b";VALUE=DATE", b""),
    }
    assert [name for name, content in broken.items() if not ical.problems(content)] == []


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        (b"END:VEVENT", b""),
        (b"SUMMARY:", b"SUMMARY "),
        (b"DTSTAMP:", b"DTSTAMP:x"),
        (b"UID:k@", b"UID:"),
        (b"20260531", b"20260530"),
    ],
)
def test_other_library_sees_what_is_wrong(part: bytes, wrong: bytes) -> None:
    sound = calendar("N", "example.org", [Entry("k", date(2026, 5, 31), "T", "", "Task")], at=clock.now())

    def read(content: bytes) -> list[tuple[str, object]]:
        try:
            return [(str(one.uid), one.dtstart) for one in IcsCalendarStream.calendar_from_ics(content.decode()).events]
        except (CalendarParseError, ValueError):
            return []

    assert read(sound) == [("k@example.org", date(2026, 5, 31))]
    assert read(sound.replace(part, wrong)) != read(sound)


@pytest.mark.parametrize("scheme", ["imi2", "ihi"])
def test_calendar_of_the_demonstration_is_read_by_two_readers(demonstration: None, scheme: str) -> None:
    content = Client().get(f"/programmes/{scheme}/calendar.ics").content
    assert differences(content) == []
    # IMI2 has ended, and none of its days comes back.
    assert scheme == "imi2" or ical.events(content) != []
