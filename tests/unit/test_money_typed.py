"""Amounts as much of Europe types them: refused, and the refusal says how they are written here."""

from __future__ import annotations

import pytest

from cofund.rules.money import meant_amount, read_amount


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2.500.000", "2,500,000"),
        ("1.234.567,5", "1,234,567.50"),
        ("1.234,56", "1,234.56"),
        ("85,50", "85.50"),
        ("1,5", "1.50"),
        # One point before three digits is either.
        ("1.234", ""),
        ("1,23,4", ""),
        ("twelve", ""),
        ("-85,50", ""),
    ],
)
def test_amount_with_points_or_a_comma_is_refused_and_guessed_aloud(typed: str, meant: str) -> None:
    assert read_amount(typed) is None
    assert meant_amount(typed) == meant
    assert not meant or read_amount(meant) is not None
