"""The words of a vote: points, shares, and each step from the quorum to the result as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from cofund.rules.schemes import DecisionRule

STANDINGS: Final = {
    "yes": "say yes",
    "no": "say no",
    "abstain": "abstain",
    "conflict": "abstain because of a conflict of interest",
    "absent": "take no part",
    "silent": "take part and have not voted",
    "divided": "are divided, though they have one vote, and are not counted as yes",
}
BASES: Final = {
    "all": "all votes",
    "all_minus_abstentions": "all votes without the abstentions; who takes no part stays in",
    "present": "the votes of those who take part; who abstains stays in",
    "cast": "the votes that are cast as yes or no",
}


def points(value: Fraction) -> str:
    """Write votes in points: `50`, `12.5`, or a fraction such as `100/3` where no short decimal is exact."""
    thousandths = value * 1000
    if thousandths.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    whole, rest = divmod(thousandths.numerator, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def share_in_words(value: Fraction) -> str:
    """Write a share in hundredths with one decimal, rounded half to even, exact ones without it: `75 %`, `85.7 %`."""
    if (value * 100).denominator == 1:
        return f"{(value * 100).numerator} %"
    whole, rest = divmod(round(value * 1000), 10)
    return f"{whole}.{rest} %"


def tell(
    rule: DecisionRule,
    is_quorate: bool,
    reasons: Sequence[str],
    standings: Sequence[tuple[str, Fraction, str]],
    yes: Fraction,
    base: Fraction,
    share: Fraction | None,
) -> tuple[str, ...]:
    """Tell a vote step by step; `standings` are name, points and how they stand."""
    steps = [*reasons, "The quorum is reached." if is_quorate else "There is no quorum, so the point is deferred."]
    for standing, words in STANDINGS.items():
        named = [f"{name} ({points(weight)})" for name, weight, stands in standings if stands == standing]
        if named:
            steps.append(f"{', '.join(named)}: {words}.")
    left_out = sum((weight for _, weight, stands in standings if stands in ("abstain", "conflict")), Fraction(0))
    terms = f" = {points(sum((weight for _, weight, _ in standings), Fraction(0)))} − {points(left_out)}"
    shown = terms if rule.base == "all_minus_abstentions" and left_out else ""
    steps.append(f"The share is taken of {points(base)}{shown} points: {BASES[rule.base]}.")
    if share is None:
        return (*steps, "Nobody's vote is in the base, so there is no share and no majority.")
    reached = "reaches" if share >= rule.majority else "does not reach"
    sentence = f"{points(yes)} of {points(base)} points say yes, {share_in_words(share)}; that {reached} "
    return (*steps, f"{sentence}the majority of at least {share_in_words(rule.majority)}.")
