"""What a page of a document is asked: the day, the day of knowledge, and the year, read from the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.http import HttpRequest
from django.utils import timezone

from cofund.queries import clock
from cofund.queries.documents.given import Moment
from cofund.rules import digits
from cofund.web import components as c
from cofund.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Asked:
    """The moment that is asked for; `problem` says in words what could not be read, and the moment is then the present one."""

    moment: Moment
    on: date | None = None
    known_on: date | None = None
    problem: str = ""

    @property
    def status(self) -> int:
        """The HTTP status of a page about it."""
        return 400 if self.problem else 200

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What an address about the same moment carries."""
        stated = (("as_of", self.on), ("known_on", self.known_on))
        return tuple((name, day.isoformat()) for name, day in stated if day is not None)

    def address(self, path: str, **more: str) -> str:
        """An address about the same moment."""
        return c.Address(path, self.pairs).with_changes(**more)


def asked(request: HttpRequest, *, on: str = "as_of", known: str = "known_on") -> Asked:
    """Read the day and the day of knowledge from an address; the names of the fields can be others."""
    days: dict[str, date | None] = {}
    problems = []
    for name, label in ((on, _("As of")), (known, _("By what was known on"))):
        text = request.GET.get(name, "").strip()
        days[name] = _day(text)
        if text and days[name] is None:
            problems.append(
                _("“{label}” is “{text}”, which is no day. Write it as 2016-12-31.").format(label=label, text=text[:40])
            )
    if problems:
        return Asked(Moment.of(), problem=" ".join(problems))
    return Asked(Moment.of(days[on], end_of(days[known])), days[on], days[known])


def picker(request: HttpRequest, found: Asked) -> c.AsOf:
    """The two date fields of a page."""
    address = c.Address.of(request.path, request.GET.items())
    today = c.Link(_("Today"), address.with_changes(as_of=None, known_on=None), current=found.on is None)
    return c.AsOf(
        request.path,
        found.moment.on,
        found.known_on,
        (today,),
        address.others("as_of", "known_on"),
        ask_known=True,
    )


def year_of(request: HttpRequest) -> int:
    """The year that is asked for; the last full one where none is, or what is asked for is none."""
    year = digits.year(request.GET.get("year", ""))
    return year if year is not None and year > 1900 else last_year()


def last_year() -> int:
    """The last full year."""
    return clock.today().year - 1


def end_of(day: date | None) -> datetime | None:
    """The last instant of a day in the site's time zone; None for none."""
    return timezone.make_aware(datetime.combine(day, time.max)) if day is not None else None


def _day(text: str) -> date | None:
    """A day written as year-month-day; None where it is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2016-12-31") else None
    except ValueError:
        return None
