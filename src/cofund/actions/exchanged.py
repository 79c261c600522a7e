"""Fills in what an amount in another currency is worth by the bank's reference rate of its day, where nobody stated another.

For a commitment the day is that of its endorsement. What somebody stated is kept as stated and never computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cofund.actions.moves import Statements
from cofund.queries import rates
from cofund.rules import exchange


def of_line(stated: Mapping[str, Any], scheme_currency: str) -> dict[str, Any]:
    """Give rate, source and amount in the scheme's currency of a line that states its currency, amount and day alone."""
    currency, amount, on = stated.get("currency"), stated.get("amount_cents"), stated.get("rate_on")
    told = any(stated.get(name) for name in ("rate", "rate_source", "scheme_amount_cents"))
    if not currency or currency == scheme_currency or not amount or on is None or told:
        return {}
    rate = rates.of_day(currency, scheme_currency, on)
    if rate is None:
        return {}
    worth = exchange.worth(amount, rate.units)
    return {"rate": rate.units, "rate_source": rate.source, "scheme_amount_cents": worth}


def of_pledge(stated: Statements, scheme_currency: str) -> Statements:
    """Give the statements of a pledge with the rate of their day and its source, where the day is stated alone."""
    told = stated.rate or stated.rate_source
    if not stated.original_currency or stated.rate_on is None or told:
        return stated
    rate = rates.of_day(stated.original_currency, scheme_currency, stated.rate_on)
    return replace(stated, rate=rate.units, rate_source=rate.source) if rate is not None else stated
