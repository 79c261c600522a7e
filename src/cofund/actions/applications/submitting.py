"""Hands an application in, sends it back, and takes it back: a letter that was handed in is frozen with its digest."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from cofund.actions.actors import Actor
from cofund.actions.applications import checking, guarding, letters
from cofund.actions.errors import Refused
from cofund.queries import applications, schemes
from cofund.queries.letters import digest_of, facts_of
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem
from cofund.rules import admission, roles


def submit(
    actor: Actor, application: Application, *, received_on: date | None = None, at: datetime | None = None
) -> Letter:
    """Hand an application in with its letter, which is frozen from then on.

    Args:
        actor: who hands it in.
        application: what is handed in.
        received_on: the day on which the office received the letter, where it records one that came on paper before.
        at: the instant; now, unless the clock is given.

    Raises:
        NotAllowed: the role or the partner's organisation does not allow it.
        Refused: a minimum field is missing; `missing` names them all. Or the day of receipt cannot be true.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "submit application") as row:
        letter = _freeze(actor, row, _received_at(actor, row, received_on, instant))
        before = row.status
        guarding.move(
            row,
            Application.Status.SUBMITTED,
            instant,
            findings=[],
            checked_at=None,
            warning_accepted_because="",
        )
        after = {"letter": letter.number, "digest": letter.facts_digest}
        after |= {"received_on": received_on.isoformat()} if received_on else {}
        guarding.record(actor, row, "submit application", instant, before=before, after=after)
        return letter


def submit_next(actor: Actor, application: Application, *, at: datetime | None = None) -> Letter:
    """Hand in the next version of an endorsed letter, and check it as the first one was.

    The application stays approved, and what was promised stands until the board has decided. What the check finds is kept with the
    application; `deciding.endorse_next` goes by it.

    Raises:
        NotAllowed: the role or the partner's organisation does not allow it.
        Refused: there is no draft of a next version, or a minimum field is missing.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "submit next letter") as row:
        letter = _freeze(actor, row, instant)
        scheme, _ = schemes.current(row.scheme.code)
        found = checking.renew(row, scheme, letter, timezone.localdate(instant), instant)
        codes = [one.code for one in found]
        after = {"letter": letter.number, "digest": letter.facts_digest, "findings": codes}
        guarding.record(actor, row, "submit next letter", instant, after=after)
        return letter


def return_for_completion(
    actor: Actor, application: Application, reason: str, *, at: datetime | None = None
) -> Application:
    """Send an application back with what is to be completed; the next version of its letter begins as a copy.

    Raises:
        Refused: no reason is given, or it was not handed in.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "return application") as row:
        guarding.require_letter(row, "return application")
        words = guarding.said(reason, f"You asked to return {row.reference}.")
        letter = applications.newest(row, Letter.Status.SUBMITTED)
        if letter is not None:
            letter.status = Letter.Status.SUPERSEDED
            letter.save(update_fields=["status"])
            letters.copy(letter, words, actor, instant)
        before = row.status
        guarding.move(row, Application.Status.RETURNED, instant, reason=words)
        guarding.record(actor, row, "return application", instant, before=before, reason=words)
        return row


def withdraw(actor: Actor, application: Application, reason: str, *, at: datetime | None = None) -> Application:
    """Take an application back before it is approved.

    Raises:
        NotAllowed: the role or the partner's organisation does not allow it.
        Refused: no reason is given, or it is approved: then its contributions are withdrawn in the books.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "withdraw application") as row:
        words = guarding.said(reason, f"You asked to withdraw {row.reference}.")
        item = row.agenda_item
        if item is not None and item.decision_id is None and item.status == AgendaItem.Status.TABLED:
            item.status, item.minutes = AgendaItem.Status.DEFERRED, f"{item.minutes}\nWithdrawn: {words}".strip()
            item.save(update_fields=["status", "minutes"])
        before = row.status
        guarding.move(row, Application.Status.WITHDRAWN, instant, reason=words)
        guarding.record(actor, row, "withdraw application", instant, before=before, reason=words)
        return row


def _received_at(actor: Actor, row: Application, received_on: date | None, now: datetime) -> datetime:
    """The instant at which a letter counts as handed in: now, or noon of the day on which it came to the office on paper.

    Raises:
        Refused: the day lies in the future or before the signature, or a partner's person states one.
    """
    if received_on is None or received_on == timezone.localdate(now):
        return now
    asked = f"You asked to record that the letter of {row.reference} came on {received_on.isoformat()}."
    signed_on = letters.draft_of(row).signed_on
    wrong = ""
    if actor.role == roles.PARTNER:
        wrong, remedy = "Only the office records a day of the past.", "Leave the day empty: it is handed in today."
    elif received_on > timezone.localdate(now):
        wrong, remedy = "That day has not come yet.", "Enter the day on which it came, or leave it empty."
    elif signed_on is not None and received_on < signed_on:
        wrong = f"It was signed on {signed_on.isoformat()}, and cannot have come before."
        remedy = "Enter a later day, or correct the day of the signature in the draft."
    if wrong:
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="received_on")
    return timezone.make_aware(datetime.combine(received_on, time(12)))


def _freeze(actor: Actor, row: Application, at: datetime) -> Letter:
    """Freeze the draft of the letter, once every minimum field is there."""
    letter = letters.draft_of(row)
    scheme, _ = schemes.current(row.scheme.code)
    candidate = applications.candidate(scheme, row, timezone.localdate(at))
    missing = admission.blocks(admission.completeness(scheme, facts_of(letter), candidate))
    if missing:
        raise Refused(
            asked=f"You asked to hand in the letter of {row.reference}.",
            wrong=" ".join(one.words for one in missing),
            remedy="Fill in or correct that, save the draft, and hand it in again.",
            missing=[one.code.removeprefix("missing:") for one in missing],
        )
    letter.facts_digest, letter.submitted_at = digest_of(letter), at
    letter.status = Letter.Status.SUBMITTED
    letter.save(update_fields=["facts_digest", "submitted_at", "status"])
    return letter
