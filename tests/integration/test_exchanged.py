"""What is committed in another currency counts by the bank's rate of the day, where nobody states another."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.books import DAY, MILLION, Office, fund

from cofund.actions import exchanged
from cofund.actions.moves import Statements
from cofund.records.programme.models import ExchangeRate

pytestmark = pytest.mark.django_db
STATED = {"currency": "USD", "amount_cents": 3 * MILLION, "rate_on": DAY}


@pytest.fixture(autouse=True)
def rate(db: None) -> None:
    """What a euro bought on the day before."""
    ExchangeRate.objects.create(currency="USD", on=DAY - dt.timedelta(days=1), units="1.0714", source="Test")


def test_line_of_a_letter_gets_rate_source_and_amount() -> None:
    assert exchanged.of_line(STATED, "EUR") == {
        "rate": "1.0714",
        "rate_source": "ECB reference rates of 2015-09-30",
        # 300,000,000 cents of 1.0714 each
        "scheme_amount_cents": 280_007_467,
    }


@pytest.mark.parametrize(
    "changes",
    [{"currency": "EUR"}, {"amount_cents": None}, {"rate_on": None}, {"rate": "1.1"}, {"scheme_amount_cents": 5},
     {"currency": "JPY"}, {"rate_on": DAY + dt.timedelta(days=30)}],
)  # fmt: skip
def test_line_that_states_more_or_less_is_left_as_it_is(changes: dict[str, object]) -> None:
    assert exchanged.of_line({**STATED, **changes}, "EUR") == {}


def test_pledge_keeps_the_rate_of_its_day_with_its_source() -> None:
    office = Office.with_scheme(fund(), "fund")
    stated = Statements(True, original_currency="USD", original_amount_cents=10_714, rate_on=DAY)
    version = office.pledge(10_000, stated=stated).contribution.versions.get()
    assert (version.rate, version.rate_source) == ("1.0714", "ECB reference rates of 2015-09-30")
    own = Statements(True, original_currency="USD", original_amount_cents=10_714, rate="1.2", rate_on=DAY)
    version = office.pledge(10_000, stated=own).contribution.versions.get()
    assert (version.rate, version.rate_source) == ("1.2", "")
