"""What is a whole number in an address, and what only looks like one."""

from __future__ import annotations

import pytest

from cofund.rules import digits


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("2016", 2016), ("999999999", 999_999_999)])
def test_a_few_digits_are_a_number(text: str, number: int) -> None:
    assert digits.whole(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "-1", "+1", "1.0", "1_0", " 1", "1\n", "²", "٣", "３", "½", "a", "1000000000", "9" * 5000]
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert digits.whole(text) is None


def test_number_has_as_many_digits_as_are_allowed() -> None:
    assert [digits.whole(text, 3) for text in ("999", "1000")] == [999, None]


@pytest.mark.parametrize(
    ("text", "year"), [("2016", 2016), ("0001", 1), ("0000", None), ("216", None), ("20166", None), ("٢٠١٦", None)]
)
def test_year_has_four_digits_and_is_one_of_the_calendar(text: str, year: int | None) -> None:
    assert digits.year(text) == year
