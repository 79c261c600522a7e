"""Exchange rates for a form: of a day, or the average of a period, with the day and the source as they are to be kept.

Source: euro foreign exchange reference rates of the European Central Bank, imported with `cofund import ecb-rates`.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from cofund.records.programme.models import ExchangeRate
from cofund.rules import exchange
from cofund.rules.exchange import Rate

EURO: Final = "EUR"
BANK: Final = "ECB reference rates"
# The bank publishes none on weekends and holidays; then the last one before counts, but not one from long ago.
LOOK_BACK: Final = timedelta(days=7)
DAY_RULE: Final = "the ECB reference rate of that day, or the last one before it where none was published"
PERIOD_RULE: Final = (
    "the plain average of all daily ECB reference rates of the reporting period, rounded to six decimals"
)


def currencies() -> list[str]:
    """The currencies of which there is a rate, and the euro, in alphabetical order."""
    found = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True).distinct()
    return sorted({EURO, *found})


def of_day(currency: str, scheme_currency: str, on: date) -> Rate | None:
    """Give the rate of a day, or the last one of the week before it; None where there is none, or both are one currency."""
    days = _units(currency, scheme_currency, on - LOOK_BACK, on)
    if not days:
        return None
    found = max(days)
    return Rate(currency, exchange.written(days[found]), found.isoformat(), f"{BANK} of {found.isoformat()}")


def over(currency: str, scheme_currency: str, from_on: date, until_on: date) -> Rate | None:
    """Give the average of the daily rates of a period, both days included; None where there is none, or both are one currency."""
    days = _units(currency, scheme_currency, from_on, until_on)
    if not days:
        return None
    words = f"{from_on.isoformat()} to {until_on.isoformat()}"
    units = exchange.written(exchange.average(days.values()))
    return Rate(currency, units, words, f"Average of {len(days)} daily {BANK}, {min(days)} to {max(days)}")


def _units(currency: str, scheme_currency: str, from_on: date, until_on: date) -> dict[date, Fraction]:
    """Units of the currency for one of the scheme's on each day of which both rates are known."""
    if currency == scheme_currency:
        return {}
    rows = ExchangeRate.objects.filter(currency__in=(currency, scheme_currency), on__range=(from_on, until_on))
    of_both: dict[str, dict[date, Fraction]] = {currency: {}, scheme_currency: {}}
    for code, on, units in rows.order_by("on").values_list("currency", "on", "units"):
        of_both[code][on] = Fraction(units)
    for code in (currency, scheme_currency):
        if code == EURO:
            others = of_both[scheme_currency if code == currency else currency]
            of_both[code] = dict.fromkeys(others, Fraction(1))
    own, base = of_both[currency], of_both[scheme_currency]
    return {on: exchange.crossed(own[on], base[on]) for on in own if on in base}
