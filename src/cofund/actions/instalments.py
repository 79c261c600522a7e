"""Instalments of a financial contribution: planned with their days, invoiced, and received as a delivery in the books.

Source: Regulation (EU) 2021/2085, Article 28(4); invariant INV-19: received ≤ invoiced ≤ committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from cofund.actions import audit, checks, contributions, messages, notices
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.days import refuse_tomorrow
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, confirmations, instalments, schemes
from cofund.queries.instalments import Line
from cofund.records.ledger.models import Contribution, Instalment, Notice, Receipt
from cofund.rules.money import in_words


@dataclass(frozen=True, slots=True)
class Planned:
    """An instalment as somebody plans it; the amount in cents of the scheme's currency."""

    due_on: date
    amount_cents: int
    note: str = ""


def plan(actor: Actor, contribution: Contribution, wanted: Planned, *, at: datetime | None = None) -> Instalment:
    """Add an instalment to a financial contribution.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is given in kind, or its instalments would pass what is committed.
    """
    actor.require("plan instalment")
    instant = at or clock.now()
    with _locked(contribution) as row:
        asked = _asked(row, wanted.amount_cents, "plan an instalment of")
        _check_financial(row, asked)
        _check_fits(row, wanted.amount_cents, 0, asked)
        last = row.instalments.aggregate(last=Max("number"))["last"] or 0
        made = Instalment.objects.create(
            contribution=row,
            number=last + 1,
            due_on=wanted.due_on,
            amount_cents=wanted.amount_cents,
            note=wanted.note.strip(),
            recorded_by=actor.name,
            recorded_at=instant,
        )
        _record(actor, "plan instalment", made, instant, after=facts(made))
        return made


def change(
    actor: Actor, instalment: Instalment, wanted: Planned, *, seen: str = "", at: datetime | None = None
) -> Instalment:
    """Give an instalment that was not invoiced yet another day or amount; `seen` is the mark of what was shown of `facts`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is invoiced, the instalments would pass what is committed, or somebody changed it meanwhile.
    """
    actor.require("plan instalment")
    instant = at or clock.now()
    with _locked(instalment.contribution) as row:
        line = instalments.fresh(instalment.pk)
        asked = _asked(row, wanted.amount_cents, f"change instalment {line.row.number} of")
        if line.due.is_invoiced or line.is_ended:
            wrong = "It was ended by a notice." if line.is_ended else "It is invoiced already."
            raise Refused(asked=asked, wrong=wrong, remedy="Plan what comes on top as another instalment.")
        _check_fits(row, wanted.amount_cents, line.due.amount_cents, asked)
        before = facts(line.row)
        line.row.due_on, line.row.amount_cents, line.row.note = wanted.due_on, wanted.amount_cents, wanted.note.strip()
        unseen.check(asked, seen, before, facts(line.row))
        line.row.save(update_fields=["due_on", "amount_cents", "note"])
        _record(actor, "plan instalment", line.row, instant, before=before, after=facts(line.row))
        return line.row


def invoice(
    actor: Actor, instalment: Instalment, number: str, invoiced_on: date, *, at: datetime | None = None
) -> Instalment:
    """Record the request for payment of an instalment, and tell the partner.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is invoiced already, has no number, is about a day to come, or passes what is committed (INV-19).
    """
    actor.require("invoice instalment")
    instant = at or clock.now()
    with _locked(instalment.contribution) as row:
        line = instalments.fresh(instalment.pk)
        asked = f"You asked to invoice instalment {line.row.number} of {row.reference}."
        if line.due.is_invoiced or line.is_ended:
            wrong = (
                "It was ended by a notice." if line.is_ended else f"It is invoice {line.row.invoice_number} already."
            )
            raise Refused(asked=asked, wrong=wrong, remedy="Look at the instalment.", field="invoice_number")
        if not number.strip():
            wrong = "The invoice has no number."
            raise Refused(asked=asked, wrong=wrong, remedy="Enter the number that it carries.", field="invoice_number")
        _check_not_tomorrow(asked, invoiced_on, "invoiced_on")
        over = instalments.sums_of(row).may_invoice(line.due.amount_cents)
        if over:
            currency = row.book.scheme.currency
            raise Refused(
                asked=asked,
                wrong=f"That is {in_words(over, currency)} more than is committed; no more is invoiced than that.",
                remedy="Commit the contribution with its grant first, or lower the instalment.",
                field="invoice_number",
            )
        line.row.invoice_number, line.row.invoiced_on = number.strip(), invoiced_on
        line.row.save(update_fields=["invoice_number", "invoiced_on"])
        _record(actor, "invoice instalment", line.row, instant, after=_invoice_of(line.row))
        _tell_invoiced(line, instant)
        return line.row


def take_back(actor: Actor, instalment: Instalment, reason: str, *, at: datetime | None = None) -> Instalment:
    """Take the invoice of an instalment back for which nothing came, with a reason; the partner is told.

    The instalment stays planned, and can be changed or invoiced again. The audit trail keeps number and day.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not invoiced, money came for it, a notice about it is open or ended it, or there is no reason.
    """
    actor.require("take back invoice")
    instant = at or clock.now()
    with _locked(instalment.contribution) as row:
        line = instalments.fresh(instalment.pk)
        asked = f"You asked to take back the invoice of instalment {line.row.number} of {row.reference}."
        _check_may_go(line, asked, reason.strip())
        number, before = line.row.invoice_number, _invoice_of(line.row)
        line.row.invoice_number, line.row.invoiced_on = "", None
        line.row.save(update_fields=["invoice_number", "invoiced_on"])
        after = _invoice_of(line.row)
        _record(actor, "take back invoice", line.row, instant, before=before, after=after, reason=reason.strip())
        _tell_taken_back(line, number, reason.strip(), instant)
        return line.row


def receive(
    actor: Actor,
    instalment: Instalment,
    amount_cents: int,
    grounds: Grounds,
    *,
    bank_reference: str = "",
    at: datetime | None = None,
) -> Receipt:
    """Record money that came for an instalment: the receipt and its delivery in the books, in one transaction.

    A notice that asked for it is cured where all of it came in time.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not invoiced, the day is still to come, or more came than was invoiced (INV-19).
        StageMissing: less stands committed than came.
    """
    actor.require("record receipt")
    with _locked(instalment.contribution) as row:
        line = instalments.fresh(instalment.pk)
        currency = row.book.scheme.currency
        asked = _asked(row, amount_cents, f"record a receipt for instalment {line.row.number} of")
        if not line.due.is_invoiced:
            raise Refused(
                asked=asked,
                wrong="It is not invoiced, and no more is received than was invoiced.",
                remedy="Record the invoice first.",
            )
        refuse_tomorrow(grounds.effective_on, at or clock.now())
        if not 0 < amount_cents <= line.due.missing_cents:
            left = in_words(line.due.missing_cents, currency)
            raise Refused(
                asked=asked,
                wrong=f"Of what was invoiced {left} are missing.",
                remedy="Enter no more than that; what comes on top belongs to another instalment.",
                field="amount",
            )
        entry = contributions.receive(actor, row, amount_cents, grounds, at=at).entry
        made = Receipt.objects.create(
            instalment=line.row,
            amount_cents=amount_cents,
            received_on=grounds.effective_on,
            bank_reference=bank_reference.strip(),
            entry=entry,
            recorded_by=actor.name,
            recorded_at=entry.recorded_at,
        )
        after = {"amount_cents": amount_cents, "received_on": grounds.effective_on.isoformat(), "entry": entry.number}
        _record(actor, "record receipt", line.row, entry.recorded_at, after=after, reason=grounds.reason)
        notices.cure_where_paid(actor, line.row, entry.recorded_at)
        return made


@contextmanager
def _locked(contribution: Contribution) -> Iterator[Contribution]:
    """Hold one transaction and the lock of a contribution, so that two instalments never pass it together."""
    with writing():
        rows = Contribution.objects.select_related("book__scheme").select_for_update(of=("self",))
        yield rows.get(pk=contribution.pk)


def _check_financial(row: Contribution, asked: str) -> None:
    """Refuse instalments of what is given in kind."""
    kind = schemes.current(row.book.scheme.code)[0].kind(row.kind)
    if kind.in_kind:
        raise Refused(
            asked=asked,
            wrong=f"{kind.label} is given in kind: no money is paid for it.",
            remedy="Plan instalments of a financial contribution; in kind is reported.",
        )


def _check_fits(row: Contribution, amount_cents: int, instead_of_cents: int, asked: str) -> None:
    """Refuse an instalment of nothing, or more instalments than the contribution gives."""
    currency = row.book.scheme.currency
    checks.check_size(amount_cents, currency, asked)
    if amount_cents <= 0:
        remedy = "Enter the amount of the instalment."
        raise Refused(asked=asked, wrong="That is not more than nothing.", remedy=remedy, field="amount")
    sums = instalments.sums_of(row)
    over = sums.may_plan(amount_cents - instead_of_cents)
    if over:
        raise Refused(
            asked=asked,
            wrong=f"The instalments would be {in_words(over, currency)} more than the "
            f"{in_words(sums.committed_cents, currency)} that are committed.",
            remedy="Plan less, or commit the contribution with its grant first.",
            field="amount",
        )


def _check_not_tomorrow(asked: str, on: date, field: str) -> None:
    """Refuse a day that is still to come."""
    if on > clock.today():
        raise Refused(asked=asked, wrong="That day is still to come.", remedy="Enter the day it was sent.", field=field)


def _check_may_go(line: Line, asked: str, reason: str) -> None:
    """Refuse to take back an invoice on which something rests."""
    wrong = remedy = ""
    if not line.due.is_invoiced:
        wrong, remedy = "It is not invoiced.", "Look at the instalment."
    elif line.is_ended:
        wrong, remedy = "It was ended by a notice.", "Look at the notice."
    elif line.due.received_cents:
        came = in_words(line.due.received_cents, line.currency)
        wrong = f"{came} came for it."
        remedy = "Correct the entry of the receipt first, if the money belongs elsewhere."
    elif line.row.notices.filter(status=Notice.Status.OPEN).exists():
        wrong, remedy = "A notice about it is open.", "Withdraw the notice first."
    elif not reason:
        raise Refused(asked=asked, wrong="It says no reason.", remedy="Say why.", field="reason")
    if wrong:
        raise Refused(asked=asked, wrong=wrong, remedy=remedy)


def _tell_taken_back(line: Line, number: str, reason: str, at: datetime) -> None:
    """Write to the partner's people that a payment is asked for no more."""
    row = line.row
    subject = f"Request for payment {number} is taken back"
    text = (
        f"The request for payment {number} for instalment {row.number} of your contribution {line.contribution.reference} is taken "
        f"back: {reason}\n\nYou need not pay it. What is planned:\n{settings.COFUND_SITE_URL}/office/instalments/{row.pk}/\n"
    )
    for address in confirmations.addresses(line.organisations):
        messages.write(
            "invoice", address, subject, text, key=f"invoice-back/{row.pk}/{at.timestamp()}/{address}", at=at
        )


def _invoice_of(row: Instalment) -> dict[str, Any]:
    """The invoice of an instalment as an audit row tells it; nothing where there is none."""
    return {
        "invoice_number": row.invoice_number,
        "invoiced_on": row.invoiced_on.isoformat() if row.invoiced_on else None,
    }


def _tell_invoiced(line: Line, at: datetime) -> None:
    """Write to the partner's people that a payment is asked for."""
    row, amount = line.row, in_words(line.due.amount_cents, line.currency)
    subject = f"Request for payment {row.invoice_number}: {amount} by {row.due_on.isoformat()}"
    text = (
        f"Instalment {row.number} of your contribution {line.contribution.reference} is due on {row.due_on.isoformat()}: "
        f"{amount}{_jointly(line)}.\n\nThe request for payment has the number {row.invoice_number}. "
        "What came, and what is still missing:\n"
        f"{settings.COFUND_SITE_URL}/office/instalments/{row.pk}/\n"
    )
    for address in confirmations.addresses(line.organisations):
        # An instalment can be invoiced again, once its invoice was taken back.
        key = f"invoice/{row.pk}/{at.timestamp()}/{address}"
        messages.write("invoice", address, subject, text, key=key, at=at)


def _jointly(line: Line) -> str:
    """Say that several give it together, where they do."""
    names = ", ".join(str(one) for one in line.organisations)
    return f" in all, given jointly by {names}" if line.is_joint else ""


def _asked(row: Contribution, amount_cents: int, what: str) -> str:
    """What was asked for, as a sentence."""
    return f"You asked to {what} {row.reference}: {in_words(amount_cents, row.book.scheme.currency)}."


def facts(row: Instalment) -> dict[str, Any]:
    """Give an instalment as an audit row tells it, and as whoever changes it is shown it."""
    return {"number": row.number, "due_on": row.due_on.isoformat(), "amount_cents": row.amount_cents, "note": row.note}


def _record(
    actor: Actor,
    action: str,
    row: Instalment,
    at: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
    reason: str = "",
) -> None:
    """Leave the audit row of an instalment."""
    subject = f"{row.contribution.book.scheme.code}/contribution/{row.contribution.reference}/instalment/{row.number}"
    audit.record(actor, action, subject, at=at, before=before, after=after, reason=reason)
