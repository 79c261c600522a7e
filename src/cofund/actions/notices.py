"""Notices to givers: of a payment that did not come, or of a shortfall; each gives a period and ends in one of three ways.

Source: Regulation (EU) 2021/2085, Articles 11(8) and 28(6): a reasoned notice with a reasonable period, then the decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from cofund.actions import audit, contributions, messages
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, confirmations, instalments, shortfalls
from cofund.queries import contributions as states
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, Entry, Instalment, Notice
from cofund.rules.instalments import is_cured
from cofund.rules.lifecycle_notices import NOTICE
from cofund.rules.money import in_words

_WORDS = {Notice.Kind.DEFAULT: "payment that is missing", Notice.Kind.SHORTFALL: "shortfall"}


@dataclass(frozen=True, slots=True)
class Given:
    """A notice as somebody gives it: why, on which day, and the last day to mend it."""

    reason: str
    given_on: date
    until_on: date


def give_default(actor: Actor, instalment: Instalment, wanted: Given, *, at: datetime | None = None) -> Notice:
    """Give notice that an instalment is missing, and tell the partner.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not invoiced, not late on the day of the notice, or a notice about it is open.
    """
    actor.require("give notice")
    with _locked(instalment.contribution) as row:
        line = instalments.fresh(instalment.pk)
        asked = f"You asked to give notice about instalment {line.row.number} of {row.reference}."
        if not line.due.is_invoiced:
            remedy = "Record the invoice, and give the partner time to pay."
            raise Refused(asked=asked, wrong="It was never invoiced.", remedy=remedy)
        if line.is_ended or not line.due.is_late(wanted.given_on):
            wrong = f"Nothing of it is missing after the day that it was due, {line.row.due_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Give notice of what is late only.", field="given_on")
        open_now = Notice.objects.filter(instalment=line.row, status=Notice.Status.OPEN)
        _check(asked, wanted, is_open=open_now.exists())
        return _give(actor, row, Notice.Kind.DEFAULT, line.due.missing_cents, wanted, at, instalment=line.row)


def give_shortfall(actor: Actor, contribution: Contribution, wanted: Given, *, at: datetime | None = None) -> Notice:
    """Give notice that what was committed is not delivered though the project is over, and tell the partner.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nothing is missing, the project still runs, or a notice about it is open.
    """
    actor.require("give notice")
    with _locked(contribution) as row:
        asked = f"You asked to give notice of a shortfall of {row.reference}."
        missing = shortfalls.missing_cents(row)
        if not missing:
            wrong = "Nothing that was committed is missing."
            raise Refused(asked=asked, wrong=wrong, remedy="Look at what it delivered.")
        ends_on = row.project.ends_on if row.project else None
        if ends_on is None or ends_on >= wanted.given_on:
            wrong = (
                f"Its project runs until {ends_on.isoformat()}." if ends_on else "The end of its project is not known."
            )
            raise Refused(asked=asked, wrong=wrong, remedy="Give notice once the project is over.", field="given_on")
        open_now = Notice.objects.filter(contribution=row, kind=Notice.Kind.SHORTFALL, status=Notice.Status.OPEN)
        _check(asked, wanted, is_open=open_now.exists())
        return _give(actor, row, Notice.Kind.SHORTFALL, missing, wanted, at)


def cure(actor: Actor, notice: Notice, *, at: datetime | None = None) -> Notice:
    """Record that what a notice asked for came in time.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the notice has ended, or what it asks for did not come within its period.
    """
    actor.require("record cure")
    with _open(notice, "record cure") as row:
        came = shortfalls.came_since(row)
        if not is_cured(row.amount_cents, came, row.until_on):
            currency = row.contribution.book.scheme.currency
            in_time = sum(cents for on, cents in came if on <= row.until_on)
            raise Refused(
                asked=f"You asked to record the notice on {row.contribution.reference} as cured.",
                wrong=f"Until {row.until_on.isoformat()} {in_words(in_time, currency)} of "
                f"{in_words(row.amount_cents, currency)} came.",
                remedy="Record what came first. What came late ends it only if the notice is withdrawn with a reason.",
            )
        return _end(actor, row, "record cure", "Everything that was missing came in time.", at or clock.now())


def cure_where_paid(actor: Actor, instalment: Instalment, at: datetime) -> None:
    """Record an open notice about an instalment as cured where all of it has come in time; the caller holds the lock."""
    found = Notice.objects.select_related("contribution__book__scheme", "instalment")
    for row in found.filter(instalment=instalment, status=Notice.Status.OPEN):
        if is_cured(row.amount_cents, shortfalls.came_since(row), row.until_on):
            _end(actor, row, "record cure", "Everything that was missing came in time.", at)


def terminate(actor: Actor, notice: Notice, grounds: Grounds, *, at: datetime | None = None) -> Entry:
    """Withdraw what is still missing after the period of a notice; its match goes back to the tranche. Only by a decision.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the notice has ended, its period still runs, there is no decision, or nothing is missing any more.
    """
    actor.require("terminate on notice")
    with _open(notice, "terminate on notice") as row:
        reference = row.contribution.reference
        asked = f"You asked to terminate what is missing of {reference}."
        if grounds.decision is None:
            remedy = "Enter the number and the day of the decision."
            raise Refused(asked=asked, wrong="Nothing is terminated without one.", remedy=remedy, field="decision")
        if grounds.effective_on <= row.until_on:
            wrong = f"The period of the notice runs until {row.until_on.isoformat()}."
            remedy = "Terminate it as of a later day."
            raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="effective_on")
        missing = shortfalls.still_missing(row)
        if not missing:
            wrong = "Everything that the notice asked for has come."
            raise Refused(asked=asked, wrong=wrong, remedy="Record it as cured, or withdraw the notice.")
        entry = _withdraw(actor, row, missing, grounds, at)
        currency = row.contribution.book.scheme.currency
        words = f"{in_words(missing, currency)} withdrawn by decision {grounds.decision.number}. {grounds.reason}"
        _end(actor, row, "terminate on notice", words, entry.recorded_at, entry=entry)
        return entry


def withdraw(actor: Actor, notice: Notice, reason: str, *, at: datetime | None = None) -> Notice:
    """Take a notice back, with a reason.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the notice has ended, or there is no reason.
    """
    actor.require("withdraw notice")
    with _open(notice, "withdraw notice") as row:
        if not reason.strip():
            asked = f"You asked to withdraw the notice on {row.contribution.reference}."
            raise Refused(asked=asked, wrong="It says no reason.", remedy="Say why.", field="reason")
        return _end(actor, row, "withdraw notice", reason.strip(), at or clock.now())


@contextmanager
def _locked(contribution: Contribution) -> Iterator[Contribution]:
    """Hold one transaction and the lock of a contribution."""
    with writing():
        rows = Contribution.objects.select_related("book__scheme").select_for_update(of=("self",))
        yield rows.get(pk=contribution.pk)


@contextmanager
def _open(notice: Notice, action: str) -> Iterator[Notice]:
    """Hold one transaction and the lock of a notice, in a state that allows the action.

    Raises:
        Refused: it has ended.
    """
    with writing():
        rows = Notice.objects.select_related("contribution__book__scheme").select_for_update(of=("self",))
        row = rows.get(pk=notice.pk)
        if not NOTICE.allows(action, row.status):
            raise Refused(
                asked=f"You asked to {action} for {row.contribution.reference}.",
                wrong=f"The notice stands at “{NOTICE.states[row.status].lower()}”.",
                remedy="A notice that ended stays as it is; give another one where something is missing again.",
            )
        yield row


def _check(asked: str, wanted: Given, *, is_open: bool) -> None:
    """Refuse a notice without reason or period, about a day to come, or beside one that is open."""
    if is_open:
        raise Refused(asked=asked, wrong="A notice about it is open.", remedy="End that one first.")
    if not wanted.reason.strip():
        raise Refused(asked=asked, wrong="It gives no reasons.", remedy="Say what is missing and why.", field="reason")
    if wanted.given_on > clock.today():
        raise Refused(asked=asked, wrong="That day is still to come.", remedy="Enter its day.", field="given_on")
    if wanted.until_on <= wanted.given_on:
        wrong = "It leaves no time to mend it."
        raise Refused(asked=asked, wrong=wrong, remedy="Give a reasonable period.", field="until_on")


def _give(
    actor: Actor,
    row: Contribution,
    kind: str,
    amount_cents: int,
    wanted: Given,
    at: datetime | None,
    *,
    instalment: Instalment | None = None,
) -> Notice:
    """Write a notice, its audit row and its messages."""
    instant = at or clock.now()
    made = Notice.objects.create(
        contribution=row,
        instalment=instalment,
        kind=kind,
        amount_cents=amount_cents,
        reason=wanted.reason.strip(),
        given_on=wanted.given_on,
        until_on=wanted.until_on,
        given_by=actor.name,
        given_at=instant,
    )
    after = {
        "kind": str(kind),
        "amount_cents": amount_cents,
        "given_on": wanted.given_on.isoformat(),
        "until_on": wanted.until_on.isoformat(),
    }
    audit.record(actor, "give notice", _subject(made), at=instant, after=after, reason=made.reason)
    amount = in_words(amount_cents, row.book.scheme.currency)
    what = f"Notice of a {_WORDS[Notice.Kind(made.kind)]}: {amount} of {row.reference}"
    text = (
        f"Of your contribution {row.reference} {amount} are missing.\n\nReasons: {made.reason}\n\n"
        f"Please mend it by {wanted.until_on.isoformat()}. Otherwise it can be decided to terminate what is missing, "
        "and the public money that it unlocked goes back to the programme."
    )
    _tell(made, "notice", what, text, instant)
    return made


def _withdraw(actor: Actor, notice: Notice, missing: int, grounds: Grounds, at: datetime | None) -> Entry:
    """Withdraw what is missing: the whole contribution where nothing else of it stands, else as a reduction."""
    contribution, ends = notice.contribution, notice.instalment
    state = states.states(Contribution.objects.filter(pk=contribution.pk))[0]
    if state.live_cents <= missing:
        return contributions.withdraw(actor, contribution, grounds, ends=ends, at=at).entry
    return contributions.reduce(actor, contribution, state.live_cents - missing, grounds, ends=ends, at=at).entry


def _end(actor: Actor, row: Notice, action: str, outcome: str, at: datetime, *, entry: Entry | None = None) -> Notice:
    """End a notice by an action of its life, with the audit row and the messages."""
    before = row.status
    row.status, row.outcome, row.entry = NOTICE.step(action).to, outcome, entry
    row.ended_on = entry.effective_on if entry is not None else max(row.given_on, clock.today())
    row.save(update_fields=["status", "outcome", "entry", "ended_on"])
    after = {"status": row.status} | ({"entry": entry.number} if entry is not None else {})
    audit.record(actor, action, _subject(row), at=at, before={"status": before}, after=after, reason=outcome)
    said = NOTICE.states[row.status]
    _tell(row, "notice ended", f"{said}: {row.contribution.reference}", f"{said}.\n\n{outcome}", at)
    return row


def _tell(row: Notice, purpose: str, subject: str, text: str, at: datetime) -> None:
    """Write to the people of the organisations behind the contribution."""
    whole = f"{text}\n\nThe notice, and where your contribution stands:\n{settings.COFUND_SITE_URL}/office/notices/{row.pk}/\n"
    behind = Organisation.objects.filter(contributions=row.contribution)
    kept = [one.merged_into or one for one in behind.select_related("merged_into")]
    for address in confirmations.addresses(kept):
        messages.write(purpose, address, subject, whole, key=f"{purpose}/{row.pk}/{row.status}/{address}", at=at)


def _subject(row: Notice) -> str:
    """What an audit row of a notice is about."""
    reference = row.contribution.reference
    where = f"/instalment/{row.instalment.number}" if row.instalment is not None else ""
    return f"{row.contribution.book.scheme.code}/contribution/{reference}{where}/notice/{row.pk}"
