"""The last instant of a day, also at both ends of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from cofund.queries import clock


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max, dt.date(2017, 3, 1)])
def test_end_of_any_day_can_be_written_in_any_zone(day: dt.date) -> None:
    assert clock.end_of(day).astimezone(dt.UTC).tzinfo is dt.UTC


def test_end_of_a_day_is_its_last_instant() -> None:
    told = clock.end_of(dt.date(2017, 3, 1)).astimezone(dt.UTC)
    assert told == dt.datetime(2017, 3, 1, 22, 59, 59, 999_999, tzinfo=dt.UTC)
