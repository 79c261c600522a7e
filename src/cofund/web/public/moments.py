"""The day and the state of knowledge that a visitor asks for, read from the address and carried along by links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest

from cofund.queries import clock
from cofund.web import formatting
from cofund.web.components import Address, AsOf, Link
from cofund.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Moment:
    """What is asked: figures as true on `on`, by what was known at the end of `known_on` (None: by all that is known).

    `problem` says in words what could not be read; the figures are then those of today.
    """

    on: date
    known_on: date | None = None
    is_today: bool = True
    problem: str = ""

    @property
    def known_at(self) -> datetime | None:
        """The last instant of the day of knowledge, in the site's time zone."""
        return None if self.known_on is None else clock.end_of(self.known_on)

    @property
    def status(self) -> int:
        """The HTTP status of a page about this moment."""
        return 400 if self.problem else 200

    @property
    def is_of_now(self) -> bool:
        """Whether no day is asked for: what keeps no history is then told without a word about it."""
        return self.is_today and self.known_on is None

    def address(self, path: str, **more: str) -> Address:
        """A page about the same moment, from which neighbouring ones are made."""
        pairs = {} if self.is_today else {"as_of": self.on.isoformat()}
        if self.known_on is not None:
            pairs["known_on"] = self.known_on.isoformat()
        pairs.update(more)
        return Address(path, tuple(pairs.items()))

    def href(self, path: str, **more: str) -> str:
        """An address about the same moment."""
        return self.address(path, **more).with_changes()

    @property
    def said(self) -> str:
        """The moment in words: `as of 31 December 2016, by what was known on 1 March 2017`."""
        words = _("as of {day}").format(day=formatting.day(self.on))
        return (
            words
            if self.known_on is None
            else _("{words}, by what was known on {day}").format(words=words, day=formatting.day(self.known_on))
        )


def asked(request: HttpRequest) -> Moment:
    """Read `as_of` and `known_on` (also written with a dash) from an address."""
    today = clock.today()
    days, problems = {}, []
    for name, label in (("as_of", _("As of")), ("known_on", _("By what was known on"))):
        text = request.GET.get(name) or request.GET.get(name.replace("_", "-")) or ""
        day = _day(text.strip())
        if text.strip() and day is None:
            problems.append(
                _(
                    "“{label}” is “{text}”, which is no day of the calendar. Write the day as year-month-day, for "
                    "example 2016-12-31."
                ).format(label=label, text=text.strip()[:40])
            )
        days[name] = day
    if problems:
        return Moment(today, problem=" ".join(problems))
    return Moment(days["as_of"] or today, days["known_on"], days["as_of"] is None)


def picker(
    request: HttpRequest, moment: Moment, *, earliest: date | None = None, quick: tuple[tuple[str, date], ...] = ()
) -> AsOf:
    """The two date fields of a page, with links to days that people ask for."""
    address = Address.of(request.path, request.GET.items())
    links = [Link(_("Today"), address.with_changes(as_of=None, known_on=None), current=moment.is_today)]
    links += [
        Link(label, address.with_changes(as_of=day.isoformat(), known_on=None), current=_is(moment, day))
        for label, day in quick
    ]
    return AsOf(
        request.path,
        moment.on,
        moment.known_on,
        tuple(links),
        address.others("as_of", "as-of", "known_on", "known-on"),
        ask_known=True,
        earliest=earliest,
    )


def year_ends(first: date | None, last: date, most: int = 5) -> tuple[tuple[str, date], ...]:
    """The ends of years between two days, as links for a picker; the last ones where there are many, spread evenly."""
    if first is None:
        return ()
    days = [date(year, 12, 31) for year in range(first.year, last.year + 1) if date(year, 12, 31) < last]
    step = -(-len(days) // most) if days else 1
    return tuple((_("End of {year}").format(year=day.year), day) for day in days[::step])


def _is(moment: Moment, day: date) -> bool:
    """Whether a moment is about this day, by all that is known."""
    return not moment.is_today and moment.on == day and moment.known_on is None


def _day(text: str) -> date | None:
    """A day written as year-month-day; None where it is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2016-12-31") else None
    except ValueError:
        return None


def tomorrow(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
