"""Exact money: whole cents, shares as fractions, and splits that always add up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

# The most that one amount can be, in cents: ten million millions. Far more than any programme has, and far less than what
# the sums of the database hold.
MOST_CENTS: Final = 10**15
_PLAIN = re.compile(r"^\d{1,30}(\.\d{1,2})?$")
_GROUPED = re.compile(r"^\d{1,3}([,  ’']\d{3})+(\.\d{1,2})?$")
# Points between thousands and a comma before cents. One point alone before three digits can be either.
_POINTS = re.compile(r"^\d{1,3}((\.\d{3}){2,8}(,\d{1,2})?|\.\d{3},\d{1,2})$")
_COMMA = re.compile(r"^\d{1,15},\d{1,2}$")


def floor_to_unit(amount: Fraction | int, unit_cents: int = 1) -> int:
    """Give the largest whole multiple of `unit_cents` that is not above `amount` (cents).

    Raises:
        ValueError: the unit is not positive.
    """
    if unit_cents < 1:
        raise ValueError(f"A rounding unit is at least one cent, not {unit_cents}.")
    return amount // unit_cents * unit_cents


def split(total_cents: int, weights: Sequence[int], unit_cents: int = 1) -> list[int]:
    """Split `total_cents` in proportion to `weights`; the parts add up to the total exactly.

    Method of the largest remainder: each part is rounded down to a multiple of `unit_cents`, and what is left goes, unit by
    unit, to the largest remainders, the earlier part first where two are equal. What is left below one unit goes to the
    part with the largest weight.

    Raises:
        ValueError: the total or a weight is negative, or every weight is zero while there is something to split.
    """
    if total_cents < 0 or any(weight < 0 for weight in weights):
        raise ValueError("Only amounts and weights that are not negative can be split.")
    whole = sum(weights)
    if whole == 0:
        if total_cents:
            raise ValueError(f"{total_cents} cents cannot be split: nobody has a weight.")
        return [0] * len(weights)
    shares = [Fraction(total_cents * weight, whole) for weight in weights]
    parts = [floor_to_unit(share, unit_cents) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    units, below_unit = divmod(total_cents - sum(parts), unit_cents)
    for i in by_remainder[:units]:
        parts[i] += unit_cents
    if below_unit:
        parts[max(range(len(parts)), key=lambda i: (weights[i], -i))] += below_unit
    return parts


def share_of(part_cents: int, whole_cents: int) -> Fraction | None:
    """Give `part / whole`, or None where the whole is zero and a share has no meaning."""
    return Fraction(part_cents, whole_cents) if whole_cents else None


def read_amount(text: str) -> int | None:
    """Read an amount as people type it, in whole cents: `7000000`, `7,000,000`, `7 000 000` or `1250.50`; None where it is none.

    `1,5` is none: whether it is fifteen or one and a half is not to be guessed.
    """
    if not (_PLAIN.match(text) or _GROUPED.match(text)):
        return None
    whole, _, rest = re.sub(r"[,  ’']", "", text).partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def meant_amount(text: str) -> str:
    """Give how an amount is written here that was typed as in much of Europe, `2.500.000` or `85,50`; empty where none is seen."""
    if _POINTS.match(text):
        whole, _, rest = text.replace(".", "").partition(",")
    elif _COMMA.match(text):
        whole, _, rest = text.partition(",")
    else:
        return ""
    return f"{int(whole):,}" + (f".{rest.ljust(2, '0')}" if rest else "")


def in_words(cents: int, currency: str) -> str:
    """Write an amount for a sentence: `EUR 7,000,000` or `EUR 0.05`, exactly, with cents only where there are any."""
    sign, whole = ("-" if cents < 0 else ""), abs(cents)
    return f"{currency} {sign}{whole // 100:,}" + (f".{whole % 100:02d}" if whole % 100 else "")
