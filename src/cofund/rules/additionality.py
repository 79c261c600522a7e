"""Additionality: where a tranche matches new money alone, a contribution that cites one which stands already is refused (INV-18).

Source: field report, scenario S13; the call text of IMI2's call 22 asks for contributions "in addition to those already committed",
and Regulation (EU) 2021/2085, Article 118, for additional ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from cofund.rules.schemes import TrancheRule

REMEDY = "State only what comes on top of it as a contribution of its own, and cite none."


@dataclass(frozen=True, slots=True)
class Cited:
    """A contribution that a new one is said to rest on, and what of it stands promised or more, in cents."""

    reference: str
    live_cents: int


def wrong_citation(rule: TrancheRule | None, words: str, cited: Cited | None) -> str:
    """Say in words why a contribution cannot be taken that rests on an existing one; nothing where it can.

    Args:
        rule: the tranche that would match it; None where none does.
        words: the reference that was stated, empty where none was.
        cited: the contribution of that reference; None where there is none.
    """
    if not words:
        return ""
    if cited is None:
        return f"There is no contribution {words} that it could rest on."
    if rule is None or not rule.additional or cited.live_cents <= 0:
        return ""
    # Not with how much: whoever writes a letter need not know what others gave.
    return f"“{rule.label}” takes new money only, and {cited.reference} stands already."
