"""Holds an endorsement and a grant against the scheme's shares and balance: what fails warns or refuses, as the scheme says."""

from __future__ import annotations

from collections.abc import Sequence

from cofund.actions.books import Grounds, OpenBook
from cofund.actions.errors import Refused
from cofund.actions.share_exceptions import LONGEST_REASON, NO_EXCEPTION, ShareException, allowed_by
from cofund.queries import funding, shares_at_stake
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.rules import share_words
from cofund.rules.money import in_words
from cofund.rules.schemes import Scheme
from cofund.rules.shares import ShareResult


def check_grant(
    book: OpenBook, target: Target, grounds: Grounds, exception: ShareException = NO_EXCEPTION
) -> list[str]:
    """Give the warnings of the shares that fail on the day of the grant; see `_check`.

    Raises:
        Refused: a share fails that blocks, and nothing allows it.
    """
    return _check(book, target, grounds, "grant", f"You asked to commit {target.code} with its grant.", exception)


def check_balance(scheme: Scheme, target: Target, grounds: Grounds, reason: str = "") -> list[str]:
    """Give the warning that contributions fall short of a grant's public money by more than the tolerance, with what accepts it.

    It never blocks (formula F15): whoever signs says why it is accepted. Where no public money is fixed nothing can fall short.

    Raises:
        Refused: it does, and nobody says why that is accepted; with `field` share_exception.
    """
    if scheme.balance_tolerance is None:
        return []
    found = funding.of_target(scheme.code, target, as_of=grounds.effective_on, scheme=scheme)
    if not found.public_is_fixed or found.balance is None or not found.balance.needs_reason:
        return []
    short, tolerated = (
        in_words(cents, scheme.currency) for cents in (found.balance.short_cents, found.balance.tolerance_cents)
    )
    words = f"Contributions are {short} short of the public money"
    if found.balance.short_share is not None:
        words += f" ({share_words.percent(found.balance.short_share)}, where {tolerated} is tolerated)"
    if not reason.strip():
        raise Refused(
            asked=f"You asked to commit {target.code} with its grant.",
            wrong=f"{words}.",
            remedy="Say why that is accepted, or record the contributions that are missing first.",
            field="share_exception",
        )
    return [f"{words}. Accepted: {reason.strip()[:LONGEST_REASON]}"]


def check_endorsement(
    book: OpenBook, contribution: Contribution, grounds: Grounds, exception: ShareException = NO_EXCEPTION
) -> list[str]:
    """Give the warnings of the shares that fail on the day of an endorsement; those that block from a later step warn.

    An endorsement comes before a proposal is submitted; it changes no share by itself, and says how they stand. Of the shares of
    participants those of who gives are told.

    Raises:
        Refused: a share fails that blocks from the start, and nothing allows it.
    """
    asked = f"You asked to endorse {contribution.reference}."
    givers = list(contribution.parties.select_related("merged_into"))
    return _check(book, Target.of(contribution), grounds, "plan", asked, exception, givers)


def _check(
    book: OpenBook,
    target: Target,
    grounds: Grounds,
    step: str,
    asked: str,
    exception: ShareException,
    givers: Sequence[Organisation] | None = None,
) -> list[str]:
    """Give the warnings of the shares that fail at a step, in the words of the rule: at every level that the target is a part of.

    `exception` says what allows a share that the scheme lets a decision allow; it then warns.

    Raises:
        Refused: a share fails that blocks, and nothing allows it; with `field` exception_decision where something could.
    """
    scheme, warnings = book.scheme, []
    stakes, unknown = shares_at_stake.of_target(scheme, target, grounds.effective_on, step, givers)
    for stake in stakes:
        result = stake.result
        if result.passes or result.share is None or result.severity == "inform":
            continue
        words = f"{_named(result.test.label, stake.of)}: {share_words.verdict(scheme, result)}"
        if stake.blocks:
            allowed = allowed_by(book, target, exception, grounds, asked) if result.test.exception else ""
            if not allowed:
                raise _refused(scheme, result, asked, words)
            words += f" Allowed by {allowed}."
        elif result.blocks:
            words += f" Not refused: what stands behind {target.code} keeps it."
        warnings.append(words)
    warnings += [
        f"{_named(one.test.label, one.of)}: not known, since no sheet of the grant states the costs." for one in unknown
    ]
    types = shares_at_stake.unasked_types(scheme, target)
    if types:
        words = (
            f"The type of action of {target.code} is not stated, so no share of a type was asked ({', '.join(types)})."
        )
        warnings.append(words)
    return warnings


def _named(label: str, of: str) -> str:
    """The label of a test, with whose share it is where it is not that of the topic or project."""
    return f"{label} ({of})" if of else label


def _refused(scheme: Scheme, result: ShareResult, asked: str, words: str) -> Refused:
    """The refusal of what a share blocks."""
    least = share_words.remedy(scheme, result)
    remedy = f"{least[:1].upper()}{least[1:]}." if least else "Correct the contributions."
    source = f" ({result.limit_source})" if result.limit_source else ""
    allows = result.test.exception
    state = "state the decision, or the place in the text of the call, that allows it"
    return Refused(
        asked=asked,
        wrong=f"{words.rstrip('.')}{source}.",
        remedy=f"{remedy} Or {state}: {allows[:1].lower()}{allows[1:]}." if allows else remedy,
        **({"field": "exception_decision"} if allows else {}),
    )
