"""Refusals that several actions share, in words for the person who asked: what was asked, what is left, what to do."""

from __future__ import annotations

from datetime import date

from cofund.actions.errors import EnvelopeExhausted, StageMissing
from cofund.records.ledger.models import Contribution
from cofund.rules.money import in_words
from cofund.rules.schemes import Scheme, TrancheRule


def exhausted(scheme: Scheme, tranche: str, asked_cents: int, left_cents: int) -> EnvelopeExhausted:
    """The refusal of a booking that a tranche cannot bear: asked, left, what to do."""
    rule, currency = scheme.tranche(tranche), scheme.currency
    left = f"It has {in_words(left_cents, currency)} open" if left_cents > 0 else "It has nothing open"
    return EnvelopeExhausted(
        asked=f"You asked for a match of {in_words(asked_cents, currency)} from {rule.label}.",
        wrong=f"{left} on the day{_limits(rule, currency)}." if _limits(rule, currency) else f"{left}.",
        remedy="Lower the contribution, record the part above as unmatched, or ask the board to top up the tranche.",
        asked_cents=asked_cents,
        left_cents=max(0, left_cents),
        tranche=tranche,
        currency=currency,
    )


def _limits(rule: TrancheRule, currency: str) -> str:
    """What else than its ceiling limits a tranche in time, in words; nothing where nothing does."""
    days = [f"from {rule.valid_from.isoformat()}"] if rule.valid_from else []
    days += [f"until {rule.valid_until.isoformat()}"] if rule.valid_until else []
    words = [f"it matches {' '.join(days)}"] if days else []
    words += [
        f"at most {in_words(cents, currency)} in {year}" for year, cents in sorted(rule.yearly_caps_cents.items())
    ]
    return f" ({', '.join(words)})" if words else ""


def stage_missing(
    scheme: Scheme, contribution: Contribution, stage: str, asked_cents: int, left_cents: int, on: date
) -> StageMissing:
    """The refusal of a move that starts from a stage where there is not enough."""
    currency = scheme.currency
    return StageMissing(
        asked=f"You asked to move {in_words(asked_cents, currency)} of {contribution.reference} from {stage}.",
        wrong=f"On {on.isoformat()} {in_words(left_cents, currency)} stand there.",
        remedy="Look at the contribution's history and choose a later day or a smaller amount.",
        asked_cents=asked_cents,
        left_cents=left_cents,
        stage=stage,
    )
