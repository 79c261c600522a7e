"""Holds an endorsement, and a grant that is to be signed, against the scheme's shares: what fails warns or refuses, as it says."""

from __future__ import annotations

from cofund.actions.books import Grounds
from cofund.actions.errors import Refused
from cofund.queries import shares
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution
from cofund.rules import share_words
from cofund.rules.schemes import Scheme
from cofund.rules.shares import ShareResult

LONGEST_EXCEPTION = 300


def check_grant(scheme: Scheme, target: Target, grounds: Grounds, exception: str = "") -> list[str]:
    """Give the warnings of the shares that fail on the day of the grant; see `_check`.

    Raises:
        Refused: a share fails that blocks, and nothing allows it.
    """
    return _check(scheme, target, grounds, "grant", f"You asked to commit {target.code} with its grant.", exception)


def check_endorsement(scheme: Scheme, contribution: Contribution, grounds: Grounds, exception: str = "") -> list[str]:
    """Give the warnings of the shares that fail on the day of an endorsement; those that block from a later step warn.

    An endorsement comes before a proposal is submitted; it changes no share by itself, and says how they stand.

    Raises:
        Refused: a share fails that blocks from the start, and nothing allows it.
    """
    asked = f"You asked to endorse {contribution.reference}."
    return _check(scheme, Target.of(contribution), grounds, "plan", asked, exception)


def _check(scheme: Scheme, target: Target, grounds: Grounds, step: str, asked: str, exception: str) -> list[str]:
    """Give the warnings of the shares that fail at a step, in the words of the rule.

    `exception` says what allows a share that the scheme lets a decision allow; it then warns.

    Raises:
        Refused: a share fails that blocks, and nothing allows it; with `field` share_exception where something could.
    """
    if not any(test.level == "project" for test in scheme.share_tests):
        return []
    warnings = []
    for result in shares.of_target(scheme.code, target, as_of=grounds.effective_on, step=step):
        if result.passes or result.share is None or result.severity == "inform":
            continue
        words = f"{result.test.label}: {share_words.verdict(scheme, result)}"
        if result.blocks and not (exception.strip() and result.test.exception):
            raise _refused(scheme, result, asked, words)
        warnings.append(f"{words} Allowed: {exception.strip()[:LONGEST_EXCEPTION]}" if result.blocks else words)
    return warnings


def _refused(scheme: Scheme, result: ShareResult, asked: str, words: str) -> Refused:
    """The refusal of what a share blocks."""
    least = share_words.remedy(scheme, result)
    remedy = f"{least[:1].upper()}{least[1:]}." if least else "Correct the contributions."
    source = f" ({result.limit_source})" if result.limit_source else ""
    allows = result.test.exception
    return Refused(
        asked=asked,
        wrong=f"{words.rstrip('.')}{source}.",
        remedy=f"{remedy} Or state what allows it: {allows[:1].lower()}{allows[1:]}." if allows else remedy,
        **({"field": "share_exception"} if allows else {}),
    )
