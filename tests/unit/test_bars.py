"""The geometry of bars: whole numbers, no gap, no overlap, and a table that says the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cofund.web.components import BarRow, Fill, HorizontalBar, HorizontalBars, Money, Segment, StackedBar
from cofund.web.components.bars import pieces, position


def bar(*cents: int, cap: int | None = None) -> StackedBar:
    segments = tuple(Segment(f"Part {number}", amount) for number, amount in enumerate(cents))
    return StackedBar("bar", "A bar", (BarRow(segments),), cap_cents=cap)


def test_position_is_exact_to_three_decimals() -> None:
    assert [position(1, 3), position(0, 5), position(5, 5), position(1, 0)] == [
        "33.333%",
        "0.000%",
        "100.000%",
        "0.000%",
    ]


@given(st.lists(st.integers(min_value=1, max_value=10**15), min_size=1, max_size=8))
def test_pieces_touch_and_fill_the_bar(cents: list[int]) -> None:
    drawn = pieces(tuple(Segment("Part", amount) for amount in cents), sum(cents))
    edge = Decimal(0)
    for piece in drawn:
        assert Decimal(piece.x.rstrip("%")) == edge
        edge += Decimal(piece.width.rstrip("%"))
    assert edge == 100


def test_a_segment_of_nothing_is_in_the_table_only() -> None:
    shown = bar(100, 0, cap=200)
    assert [piece.segment.label for piece in shown.drawn_rows[0].pieces] == ["Part 0"]
    assert [row.cells[0].value for row in shown.twin.rows] == ["Part 0", "Part 1", "Ceiling"]


def test_a_bar_below_zero_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'Part 0' has -1 cents"):
        bar(-1).drawn_rows  # noqa: B018


def test_the_ceiling_is_the_scale_until_it_is_passed() -> None:
    below, above = bar(50, cap=200), bar(300, cap=200)
    assert [below.cap_x, below.drawn_rows[0].pieces[0].width, below.over_cents] == ["100.000%", "25.000%", 0]
    assert [above.cap_x, above.drawn_rows[0].pieces[0].width, above.over_cents] == ["66.667%", "100.000%", 100]


def test_an_empty_bar_without_a_ceiling_can_be_drawn() -> None:
    assert [bar(0).drawn_rows[0].pieces, bar(0).cap_x, bar(0).over_cents] == [(), "", 0]


def test_the_summary_says_what_the_drawing_shows() -> None:
    assert bar(700_000_000, cap=2_100_000_000).summary == "Part 0 EUR 7.0 m; ceiling EUR 21.0 m."


def test_two_rows_share_one_legend() -> None:
    rows = (
        BarRow((Segment("Cash", 1), Segment("In kind", 2, Fill.HATCH)), "By source"),
        BarRow((Segment("Cash", 3),), "By channel"),
    )
    shown = StackedBar("bar", "A bar", rows)
    assert [segment.label for segment in shown.legend] == ["Cash", "In kind"]
    assert [row.cells[0].value for row in shown.twin.rows] == [
        "By source: Cash",
        "By source: In kind",
        "By source: total",
        "By channel: Cash",
        "By channel: total",
    ]


def test_a_ranking_draws_no_bar_for_what_is_not_known() -> None:
    shown = HorizontalBars("r", "Ranking", (HorizontalBar("A", 400), HorizontalBar("B", 100), HorizontalBar("C", None)))
    assert [(width, money) for _, width, money in shown.lines] == [
        ("100.000%", Money(400, bare=True)),
        ("25.000%", Money(100, bare=True)),
        ("", Money(None, bare=True)),
    ]
