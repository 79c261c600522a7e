"""Days that come back: every rule of the shipped schemes, ends of months, leap years, and the end of a scheme."""

from __future__ import annotations

from datetime import date

import pytest

from cofund.rules import calendar
from cofund.rules.schemes import CalendarRule


def rule(words: str) -> CalendarRule:
    return CalendarRule("r", "A rule", words)


@pytest.mark.parametrize(
    ("words", "year", "on"),
    [
        ("31 May N+1", 2027, date(2027, 5, 31)),
        ("31 January N+1", 2024, date(2024, 1, 31)),
        ("end November N-1", 2025, date(2025, 11, 30)),
        ("end December N-1", 2025, date(2025, 12, 31)),
        ("end February N", 2024, date(2024, 2, 29)),
        ("29 February N", 2023, date(2023, 2, 28)),
    ],
)
def test_day_of_a_rule_in_a_year(words: str, year: int, on: date) -> None:
    assert calendar.day_in(rule(words), year) == on


def test_occurrences_name_the_year_that_they_are_about() -> None:
    found = calendar.occurrences(
        [rule("31 May N+1"), rule("end November N-1"), rule("notice + 6 months")], date(2026, 6, 1), date(2027, 11, 30)
    )
    assert [(one.on, one.about_year) for one in found] == [
        (date(2026, 11, 30), 2027),
        (date(2027, 5, 31), 2026),
        (date(2027, 11, 30), 2028),
    ]


def test_occurrences_end_with_the_last_year_of_the_scheme() -> None:
    found = calendar.occurrences(
        [rule("31 January N+1")], date(2024, 1, 1), date(2027, 1, 1), ends_on=date(2024, 12, 31)
    )
    assert [(one.on, one.about_year) for one in found] == [(date(2024, 1, 31), 2023), (date(2025, 1, 31), 2024)]


def test_rule_that_hangs_on_an_event_has_no_day() -> None:
    assert not calendar.is_yearly(rule("project_end + 2 years"))
    with pytest.raises(ValueError, match="names no day of the year"):
        calendar.day_in(rule("notice + 6 months"), 2026)


def test_months_are_added_to_the_end_of_the_month() -> None:
    assert calendar.add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert calendar.add_months(date(2026, 12, 15), -12) == date(2025, 12, 15)
