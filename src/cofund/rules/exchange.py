"""Amounts in other currencies, exactly: rates of a day, the average over a period, and what an amount is worth by a stated rate.

A rate is written as units of the currency for one unit of the scheme's. It is rounded once, to six decimals, and the amount is
computed from the rate as it is written, so that anybody can compute it again. Source of the daily rates: European Central Bank,
euro foreign exchange reference rates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

# Decimals of a rate as it is written.
DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one of the scheme's, as written; of which day or days, and from where."""

    currency: str
    units: str
    on: str
    source: str


def written(units: Fraction) -> str:
    """Write a rate with six decimals, half to even, without zeros at its end.

    Raises:
        ValueError: it is not above nothing, or too small to be written.
    """
    whole, rest = divmod(half_even(units * 10**DECIMALS), 10**DECIMALS)
    if whole <= 0 and rest <= 0:
        raise ValueError(f"A rate of {units} cannot be written with {DECIMALS} decimals.")
    return f"{whole}.{rest:0{DECIMALS}d}".rstrip("0").rstrip(".")


def average(rates: Iterable[Fraction]) -> Fraction:
    """Give the plain average of daily rates.

    Raises:
        ValueError: there is none.
    """
    found = list(rates)
    if not found:
        raise ValueError("There is no rate to take the average of.")
    return sum(found, Fraction(0)) * Fraction(1, len(found))


def crossed(units: Fraction, of_the_scheme: Fraction) -> Fraction:
    """Give units of a currency for one of the scheme's, from what one euro buys of either."""
    return units * Fraction(of_the_scheme.denominator, of_the_scheme.numerator)


def worth(amount_cents: int, units: str) -> int:
    """Give what an amount in cents is worth in cents of the scheme's currency by a rate as written, half to even.

    Raises:
        ValueError: the rate is not above nothing.
    """
    rate = Fraction(units)
    if rate <= 0:
        raise ValueError(f"{units} is no rate.")
    return half_even(Fraction(amount_cents * rate.denominator, rate.numerator))


def priced(quantity: Decimal, rate_cents: int) -> int:
    """Give quantity times rate in cents, half to even."""
    return half_even(Fraction(quantity) * rate_cents)


def half_even(amount: Fraction) -> int:
    """Round to whole cents, half to even."""
    whole, rest = divmod(amount.numerator, amount.denominator)
    double = 2 * rest
    return whole + (double > amount.denominator or (double == amount.denominator and whole % 2 == 1))
