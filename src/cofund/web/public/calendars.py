"""Calendars for calendar programs: a person's own under a secret address, and the public days of a programme."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from cofund.exporters.calendar import Entry, calendar
from cofund.queries import calendars, clock, schemes
from cofund.queries.calendars import Day
from cofund.queries.keeping import kept
from cofund.web.office.desk import links
from cofund.web.public.lookup import or_not_found


@never_cache
def own(request: HttpRequest, token: str) -> HttpResponse:
    """`/calendar/<token>.ics`: a person's days, without a sign-in. An address that has ended answers as one that never was."""
    user = calendars.user_of(token)
    if user is None:
        raise Http404
    name, host, entries = _content(f"{settings.SITE_TITLE}: {user}", calendars.of_person(user))
    return _file("calendar", calendar(name, host, entries, at=clock.now().astimezone(UTC)))


@or_not_found
def of_programme(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/calendar.ics`: the public days of a programme."""
    return _file(f"{scheme}-calendar", _of_programme(scheme))


@kept(16)
def _of_programme(scheme: str) -> bytes:
    """The calendar of a programme: its days are read once for all its readers, and again once anything was written."""
    rules, _ = schemes.current(scheme)
    return _made(*_content(f"{settings.SITE_TITLE}: {rules.name}", calendars.of_programme(scheme), is_public=True))


def _content(name: str, days: list[Day], *, is_public: bool = False) -> tuple[str, str, tuple[Entry, ...]]:
    """What the calendar of some days says: its name, the host of the site, and the days."""
    host = urlsplit(settings.COFUND_SITE_URL).hostname or "localhost"
    entries = tuple(
        Entry(day.key, day.on, day.title, day.text, day.category, _address(day, is_public), day.is_cancelled)
        for day in days
    )
    return name, host, entries


@lru_cache(maxsize=16)
def _made(name: str, host: str, entries: tuple[Entry, ...]) -> bytes:
    """The file, which stays the same as long as it says the same; it tells when it was made."""
    return calendar(name, host, entries, at=clock.now().astimezone(UTC))


def _file(file: str, content: bytes) -> HttpResponse:
    """The days as a file that a program subscribes to."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file}.ics"'
    return response


def _address(day: Day, is_public: bool) -> str:
    """The page of a day; a public calendar leads to no page of the office."""
    if is_public and day.page.startswith("office-"):
        return ""
    path = links.of_task(day.task) if day.task else links.page(day.page, day.arguments)
    return f"{settings.COFUND_SITE_URL}{path}" if path else ""
