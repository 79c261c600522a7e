"""Figures and dates as they read on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from cofund.web import formatting


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (10_618_575_200, "EUR 106,185,752"),
        (100_050, "EUR 1,000.50"),
        (1, "EUR 0.01"),
        (0, "EUR 0"),
        (-50_000_000, "minus EUR 500,000"),
        (None, "not known"),
    ],
)
def test_money_is_exact(cents: int | None, said: str) -> None:
    assert formatting.money(cents) == said


def test_money_shows_cents_when_asked() -> None:
    assert formatting.exact_money(700_000_000) == "EUR 7,000,000.00"


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (20_100_000_000, "EUR 201.0 m"),
        (163_800_000_000, "EUR 1.638 bn"),
        (99_994_999_999, "EUR 999.9 m"),
        (99_995_000_000, "EUR 1.000 bn"),
        (99_999_949, "EUR 999,999"),
        (99_999_950, "EUR 1.0 m"),
        (5_432_150, "EUR 54,322"),
        (-700_000_000, "minus EUR 7.0 m"),
        (None, "not known"),
    ],
)
def test_short_money_chooses_its_unit_after_rounding(cents: int | None, said: str) -> None:
    assert formatting.short_money(cents) == said


def test_rounding_takes_a_half_to_the_even_side() -> None:
    assert [formatting.decimal(Fraction(n, 20), 1) for n in (1, 3, 5, -1, -3)] == ["0.0", "0.2", "0.2", "0.0", "−0.2"]


def test_machine_amount_keeps_the_sign_below_one() -> None:
    assert [formatting.machine_amount(cents) for cents in (10_618_575_200, -5, 0)] == ["106185752.00", "-0.05", "0.00"]


def test_money_change_is_said_in_words() -> None:
    said = [formatting.money_change(cents) for cents in (700_000_000, -50_000, 0)]
    assert said == ["EUR 7,000,000 more", "EUR 500 less", "no change"]


def test_ratio_and_percent_come_from_fractions() -> None:
    assert formatting.ratio(Fraction(4, 3)) == "1.333"
    assert formatting.percent(Fraction(106_185_752, 213_000_000)) == "49.9 %"
    assert formatting.share(10_618_575_200, 21_300_000_000) == "49.9 %"


def test_share_of_nothing_is_not_known() -> None:
    assert [formatting.share(1, 0), formatting.share(None, 1), formatting.ratio(None)] == ["not known"] * 3


def test_days_are_written_out() -> None:
    assert formatting.day(date(2021, 3, 14)) == "14 March 2021"
    assert formatting.instant(datetime(2021, 3, 14, 9, 5, tzinfo=UTC)) == "14 March 2021, 10:05 CET"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        formatting.instant(datetime(2021, 3, 14, 9, 5))


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "in 1 day"), (-12, "12 days ago"), (90, "in 3 months"), (-1461, "4 years ago")],
)
def test_relative_day_is_a_hint(days: int, said: str) -> None:
    today = date(2026, 11, 22)
    assert formatting.relative_day(date.fromordinal(today.toordinal() + days), today) == said


def test_counted_knows_one_and_many() -> None:
    said = [
        formatting.counted(1, "movement"),
        formatting.counted(1204, "movement"),
        formatting.counted(0, "entry", "entries"),
    ]
    assert said == ["1 movement", "1,204 movements", "0 entries"]
