"""Hands an application in, sends it back, and takes it back: a letter that was handed in is frozen with its digest."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from cofund.actions.actors import Actor
from cofund.actions.applications import checking, guarding, letters
from cofund.actions.errors import Refused
from cofund.queries import applications, schemes
from cofund.queries.letters import digest_of, facts_of
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem
from cofund.rules import admission


def submit(actor: Actor, application: Application, *, at: datetime | None = None) -> Letter:
    """Hand an application in with its letter, which is frozen from then on.

    Raises:
        NotAllowed: the role or the partner's organisation does not allow it.
        Refused: a minimum field is missing; `missing` names them all.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "submit application") as row:
        letter = _freeze(actor, row, instant)
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
            remedy="Fill in what is missing, save the draft, and hand it in again.",
            missing=[one.code.removeprefix("missing:") for one in missing],
        )
    letter.facts_digest, letter.submitted_at = digest_of(letter), at
    letter.status = Letter.Status.SUBMITTED
    letter.save(update_fields=["facts_digest", "submitted_at", "status"])
    return letter
