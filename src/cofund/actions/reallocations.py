"""Moves ceiling from one tranche to another where the scheme lets what cannot be matched pass on (formula F11).

Source: Regulation (EU) 2021/2085, Article 102, of the Global Health EDCTP3 Joint Undertaking.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from cofund.actions import books, checks, decided
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move, OpenBook
from cofund.actions.errors import Refused
from cofund.queries import points, reallocations
from cofund.records.ledger.models import Entry
from cofund.rules import accounts
from cofund.rules.money import in_words
from cofund.rules.schemes import TrancheRule


def reallocate(
    actor: Actor, scheme: str, tranche: str, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Entry:
    """Pass ceiling of a tranche to the one that its scheme names: a cut and a top-up, in one transaction and on one decision.

    Gives the entry of the top-up.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the scheme lets nothing pass, there is no decision, or it is more than may pass.
        EnvelopeExhausted: the tranche has less open.
    """
    actor.require("reallocate")
    with books.opened(scheme, actor, at=at) as book:
        rule = next((one for one in book.scheme.tranches if one.code == tranche), None)
        asked = f"You asked to pass {in_words(amount_cents, book.scheme.currency)} of tranche {tranche} on."
        passing = rule.reallocation if rule is not None else None
        if rule is None or passing is None:
            wrong = f"{book.scheme.name} lets no money of tranche {tranche} pass to another one."
            raise Refused(asked=asked, wrong=wrong, remedy="Cut or top up a tranche by a decision on its ceiling.")
        if grounds.decision is None:
            remedy = "Enter the number and the day of the decision."
            raise Refused(asked=asked, wrong="A ceiling moves by decision only.", remedy=remedy, field="decision")
        decided.check(grounds.decision, points.of_money(tranche), asked)
        checks.check_size(amount_cents, book.scheme.currency, asked)
        _check_amount(book, rule, amount_cents, grounds, asked)
        other = passing.to
        facts = {"reallocation": {"from": tranche, "to": other, "amount_cents": amount_cents}}
        out = Move(accounts.of_tranche(tranche, "open"), accounts.OUTSIDE, amount_cents, None, tranche)
        cut = book.append(Entry.Kind.CUT, [out], grounds, explanation=facts)
        into = Move(accounts.OUTSIDE, accounts.of_tranche(other, "open"), amount_cents, None, other)
        book.record(
            "reallocate",
            f"tranche/{tranche}",
            after={"to": other, "amount_cents": amount_cents, "cut": cut.number, "entry": book.next_entry},
            reason=grounds.reason,
            evidence=grounds.evidence,
        )
        return book.append(Entry.Kind.TOP_UP, [into], grounds, explanation=facts)


def _check_amount(book: OpenBook, rule: TrancheRule, amount_cents: int, grounds: Grounds, asked: str) -> None:
    """Refuse nothing, and more than contributors left unmatched or the scheme lets pass."""
    currency = book.scheme.currency
    room = reallocations.room(book.scheme.code, rule.code, on=max(grounds.effective_on, timezone.localdate(book.at)))
    if not 0 < amount_cents <= room.may_pass_cents:
        raise Refused(
            asked=asked,
            wrong=f"{in_words(room.may_pass_cents, currency)} may pass: the ceiling of "
            f"{in_words(room.cap_cents, currency)} less what is given to it, {in_words(room.contributed_cents, currency)}, "
            f"at most {in_words(room.limit_cents, currency)} in all, of which {in_words(room.passed_cents, currency)} "
            f"passed before, and no more than the {in_words(room.open_cents, currency)} that it has open.",
            remedy="Enter an amount within it.",
            field="amount",
        )
