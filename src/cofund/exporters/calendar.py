"""Days as an iCalendar file (RFC 5545): whole-day events with keys that stay, so that a program updates and never doubles.

Lines end with CR LF and are folded at 75 octets by the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

PRODUCT: Final = "-//Cofund//Deadlines//EN"
# How often a program should ask again.
ASK_AGAIN_AFTER: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One whole day of the file. `key` tells it from every other entry of the site; `is_cancelled`: it does not take place."""

    key: str
    on: date
    title: str
    text: str
    category: str
    address: str = ""
    is_cancelled: bool = False


def calendar(name: str, host: str, entries: Iterable[Entry], *, at: datetime) -> bytes:
    """Give the file.

    Args:
        name: what calendar programs call it.
        host: the site's host name, which makes the keys unique in the world.
        entries: the days.
        at: the instant at which it is made, in UTC.
    """
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    file.add("name", name)
    file.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for entry in entries:
        file.add_component(_event(entry, host, at))
    return bytes(file.to_ical())


def _event(entry: Entry, host: str, at: datetime) -> Event:
    """One whole-day event that takes nobody's time."""
    event = Event()
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", at)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", entry.title)
    if entry.text:
        event.add("description", entry.text)
    if entry.address:
        event.add("url", entry.address)
    event.add("categories", [entry.category])
    event.add("transp", "TRANSPARENT")
    if entry.is_cancelled:
        event.add("status", "CANCELLED")
    return event
