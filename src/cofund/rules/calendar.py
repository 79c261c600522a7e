"""Days that come back: the next occurrences of a scheme's calendar rules, as pure arithmetic on days.

Source: the rules stand in the scheme's file, each with its own source, such as Regulation (EU) 2021/2085 for 31 May.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cofund.rules.scheme_readers import MONTHS, YEARLY
from cofund.rules.schemes import CalendarRule, Scheme


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day of a rule, and the year N that it is about: the report of 2026 is due on 31 May 2027."""

    rule: CalendarRule
    on: date
    about_year: int


def is_yearly(rule: CalendarRule) -> bool:
    """Tell whether a rule names a day of the year; others hang on an event, such as the end of a project."""
    return YEARLY.fullmatch(rule.rule) is not None


def duties_of(scheme: Scheme, roles: Collection[str]) -> tuple[CalendarRule, ...]:
    """Give the rules of a scheme that are duties of those who give in some roles: each is named after the kind that it is about.

    `ikaa_plan` is about the kind IKAA: a duty of the roles that may give it, and of nobody else.
    """
    kinds = tuple(f"{kind.code.lower()}_" for kind in scheme.kinds if set(kind.given_by) & set(roles))
    return tuple(rule for rule in scheme.calendar if kinds and rule.id.startswith(kinds))


def day_in(rule: CalendarRule, year: int) -> date:
    """Give the day of a yearly rule in a calendar year; a day that the month does not have in that year is its last one.

    Raises:
        ValueError: the rule names no day of the year.
    """
    found = YEARLY.fullmatch(rule.rule)
    if found is None:
        raise ValueError(f"{rule.rule!r} names no day of the year")
    month = MONTHS.index(found["month"]) + 1
    last = _last_day(year, month)
    return last if found["day"] == "end" else min(last, date(year, month, 1) + timedelta(days=int(found["day"]) - 1))


def day_about(rule: str, year: int) -> date:
    """Give the day on which something about a year is due: `31 May N+1` about 2025 is 31 May 2026.

    Raises:
        ValueError: the rule names no day of the year.
    """
    stated = CalendarRule("", "", rule)
    return day_in(stated, year + _shift(stated))


def occurrences(
    rules: Iterable[CalendarRule], from_on: date, until_on: date, *, ends_on: date | None = None
) -> list[Occurrence]:
    """Give every day of the yearly rules between two days, both included, in order; none about a year after the scheme's end."""
    found = []
    for rule in rules:
        if not is_yearly(rule):
            continue
        shift = _shift(rule)
        for year in range(from_on.year, until_on.year + 1):
            on, about = day_in(rule, year), year - shift
            if from_on <= on <= until_on and (ends_on is None or about <= ends_on.year):
                found.append(Occurrence(rule, on, about))
    return sorted(found, key=lambda one: (one.on, one.rule.id))


def add_months(on: date, months: int) -> date:
    """Give the same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return min(_last_day(year, month + 1), date(year, month + 1, 1) + timedelta(days=on.day - 1))


def _shift(rule: CalendarRule) -> int:
    """How many years after the year that it is about the day lies: 1 for N+1, -1 for N-1, 0 for N."""
    after = rule.rule.rsplit("N", 1)[1]
    return int(after) if after else 0


def _last_day(year: int, month: int) -> date:
    """The last day of a month."""
    following = date(year + (month == 12), month % 12 + 1, 1)
    return following - timedelta(days=1)
