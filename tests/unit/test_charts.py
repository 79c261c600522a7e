"""The geometry of lines over time and of timelines."""

from __future__ import annotations

from datetime import date

import pytest

from cofund.web.components import Event, LineChart, Money, Point, Series, Timeline
from cofund.web.components.charts import nice_step

MILLION = 100_000_000
BOOKED = Series("Booked", (Point(date(2014, 1, 1), 0), Point(date(2016, 1, 1), 100 * MILLION)))


def chart(*series: Series, until: date | None = None, cap: int | None = None) -> LineChart:
    return LineChart("use", "Use", series, until=until, cap_cents=cap)


@pytest.mark.parametrize(("top", "step"), [(1, 1), (5, 1), (213, 50), (1000, 200), (1001, 500)])
def test_axis_steps_are_round(top: int, step: int) -> None:
    assert nice_step(top) == step


def test_a_step_holds_its_value_until_the_next_point() -> None:
    assert chart(BOOKED, until=date(2018, 1, 1)).drawn[0].path == "M0 1000H500V0H1000"


def test_a_line_goes_straight() -> None:
    assert chart(Series("Planned", BOOKED.points, step=False)).drawn[0].path == "M0 1000L1000 0"


def test_one_day_alone_can_be_drawn() -> None:
    assert chart(Series("Booked", (Point(date(2020, 5, 5), 0),))).drawn[0].path == "M0 1000"


def test_the_ceiling_belongs_to_the_scale() -> None:
    shown = chart(BOOKED, cap=213 * MILLION)
    assert shown.top_cents == 250 * MILLION
    assert [tick.text for tick in shown.y_ticks] == ["0", "50 m", "100 m", "150 m", "200 m", "EUR 250 m"]


def test_years_along_the_foot_are_at_most_six() -> None:
    long = Series("Booked", (Point(date(2000, 6, 1), 0), Point(date(2031, 6, 1), 1)))
    assert [tick.text for tick in chart(long).x_ticks] == ["2001", "2007", "2013", "2019", "2025", "2031"]


def test_amounts_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="amounts below zero"):
        chart(Series("Booked", (Point(date(2014, 1, 1), -1),))).y_ticks  # noqa: B018


def test_the_twin_carries_steps_on_and_leaves_lines_open() -> None:
    planned = Series("Planned", (Point(date(2015, 1, 1), 5),), step=False)
    rows = chart(BOOKED, planned).twin.rows
    assert [[cell.value for cell in row.cells] for row in rows] == [
        [date(2014, 1, 1), Money(0, bare=True), "–"],
        [date(2015, 1, 1), Money(0, bare=True), Money(5, bare=True)],
        [date(2016, 1, 1), Money(100 * MILLION, bare=True), "–"],
    ]


def test_a_timeline_draws_dated_lanes_with_their_own_shape() -> None:
    events = (
        Event(None, "Letter", "Partner"),
        Event(date(2014, 1, 1), "Call", "Call"),
        Event(date(2016, 1, 1), "Grant", "Grant"),
    )
    shown = Timeline("t", "Events", events, today=date(2015, 1, 1))
    assert [shape for _, shape in shown.items] == [0, 1, 2]
    assert [(lane.label, [(mark.x, mark.shape) for mark in lane.marks]) for lane in shown.drawn_lanes] == [
        ("Call", [("2.000%", 1)]),
        ("Grant", [("98.000%", 2)]),
    ]
    assert [shown.today_x, shown.ends, shown.has_strip] == ["50.000%", (2014, 2016), True]


def test_a_timeline_of_one_day_has_no_strip() -> None:
    assert Timeline("t", "Events", (Event(date(2014, 1, 1), "Call", "Call"),)).has_strip is False
