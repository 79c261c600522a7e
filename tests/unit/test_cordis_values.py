"""How single fields of a CORDIS file are read."""

from __future__ import annotations

import pytest

from cofund.importers import cordis_values as values


@pytest.mark.parametrize(
    ("stated", "cents"),
    [
        ("299250", 29_925_000),
        ("338712.5", 33_871_250),
        ("338712,5", 33_871_250),
        ("338712,56", 33_871_256),
        ("0", 0),
        ("", None),
        (" 12.00 ", 1_200),
        ("0.4400000001", 44),
        ("260539.19999999998", 26_053_920),
        ("0.9950", 100),
    ],
)
def test_cents_are_exact(stated: str, cents: int | None) -> None:
    assert values.cents(stated) == cents


@pytest.mark.parametrize(
    "stated", ["1.234", "1,234", "1.234,56", "-5", "1e6", "EUR 5", "１２", "1_000", ".5", "5.", "nan"]
)
def test_cents_refuse_what_is_no_amount(stated: str) -> None:
    with pytest.raises(ValueError, match=r"^is not an amount in euro, with point or comma before the cents$"):
        values.cents(stated)


@pytest.mark.parametrize(("stated", "day"), [("2024-02-29", "2024-02-29"), ("", None), (" 2023-01-01 ", "2023-01-01")])
def test_day_is_kept(stated: str, day: str | None) -> None:
    assert values.day(stated) == day


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("2023-02-29", "is a day that does not exist"),
        ("01/05/2023", "is not a day written as year-month-day"),
        ("2023-1-5", "is not a day written as year-month-day"),
        ("20230105", "is not a day written as year-month-day"),
    ],
)
def test_day_refuses_what_is_no_day(stated: str, reason: str) -> None:
    with pytest.raises(ValueError, match=rf"^{reason}$"):
        values.day(stated)


@pytest.mark.parametrize(
    ("stated", "instant"),
    [
        ("2024-07-01 12:00:00", "2024-07-01 10:00:00"),
        ("2024-01-01 00:30:00", "2023-12-31 23:30:00"),
        ("", None),
    ],
)
def test_instant_becomes_utc(stated: str, instant: str | None) -> None:
    assert values.instant(stated) == instant


@pytest.mark.parametrize("stated", ["2024-07-01", "2024-07-01 25:00:00", "2024-07-01T12:00:00Z"])
def test_instant_refuses_what_is_none(stated: str) -> None:
    with pytest.raises(ValueError, match=r"^is (not an instant|an instant that does not exist)"):
        values.instant(stated)


def test_truth_is_true_false_or_unknown() -> None:
    assert [values.truth(stated) for stated in ("true", "False", "")] == [True, False, None]


def test_number_must_be_stated() -> None:
    with pytest.raises(ValueError, match=r"^is blank, and the row means nothing without it$"):
        values.number(" ")


def test_number_refuses_words() -> None:
    with pytest.raises(ValueError, match=r"^is not a whole number$"):
        values.number("10a")


def test_position_is_zero_where_it_is_not_stated() -> None:
    assert [values.position(stated) for stated in ("", "7")] == [0, 7]


def test_code_is_tidied_and_bounded() -> None:
    assert values.code(" HORIZON.2.5 ") == "HORIZON.2.5"
    with pytest.raises(ValueError, match=r"^is longer than 200 characters, so it is no code$"):
        values.code("X" * 201)


def test_tidy_makes_each_run_of_white_space_one_blank() -> None:
    assert values.tidy(" carbon- and\u00a0bio\n\n diversity ") == "carbon- and bio diversity"
