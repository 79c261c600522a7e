"""What every step of an application begins with: the role, the right at the partner, the lock, and the state that allows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.locks import writing
from cofund.queries import applications, clock
from cofund.records.directory.models import PartnerRight
from cofund.records.ledger.models import Application
from cofund.rules import roles
from cofund.rules.lifecycle_applications import APPLICATION, LETTER

# What a partner's person needs for each step that a partner may take.
RIGHTS: Final[dict[str, str]] = {
    "start application": PartnerRight.Right.APPLY,
    "edit letter": PartnerRight.Right.APPLY,
    "write next letter": PartnerRight.Right.APPLY,
    "submit application": PartnerRight.Right.SIGN,
    "submit next letter": PartnerRight.Right.SIGN,
    "withdraw application": PartnerRight.Right.SIGN,
}


@contextmanager
def step(actor: Actor, application: Application, action: str) -> Iterator[Application]:
    """Hold one transaction and the lock of an application, read anew, in a state that allows the action.

    Raises:
        NotAllowed: the role does not include it, or the partner's organisation has not given the right.
        Refused: the application is in another state.
    """
    actor.require(action)
    with writing():
        row = Application.objects.select_for_update().get(pk=application.pk)
        require_right(actor, row.organisation_id, action)
        if not APPLICATION.allows(action, row.status):
            before = APPLICATION.in_words(APPLICATION.step(action).starts_from)
            raise Refused(
                asked=f"You asked to {action} for {row.reference}.",
                wrong=f"It is {APPLICATION.in_words((row.status,))}.",
                remedy=f"This can be done while it is one of: {before}.",
            )
        yield row


def require_letter(row: Application, action: str) -> None:
    """Let a step go on only where the newest letter of an application is in a state that allows it; the caller holds the lock.

    Raises:
        Refused: the letter is in another state.
    """
    letter = applications.newest(row)
    if letter is None or LETTER.allows(action, letter.status):
        return
    raise Refused(
        asked=f"You asked to {action} for {row.reference}.",
        wrong=f"Its newest letter is {LETTER.in_words((letter.status,))}.",
        remedy=f"This can be done while it is one of: {LETTER.in_words(LETTER.step(action).starts_from)}.",
    )


def require_right(actor: Actor, organisation_id: int, action: str) -> None:
    """Let a partner's person act only with the right that its organisation gives; others pass.

    Raises:
        NotAllowed: the right is not there.
    """
    if actor.role != roles.PARTNER:
        return
    right = RIGHTS[action]
    if not applications.holds_right(actor.user_id, organisation_id, right):
        raise NotAllowed(
            asked=f"{actor.name} asked to {action}.",
            wrong=f"The organisation has not given the right to {PartnerRight.Right(right).label.lower()}.",
            remedy="Ask somebody there who may grant rights, or the programme office.",
            action=action,
            role=actor.role,
        )


def move(row: Application, status: str, at: datetime, *, reason: str = "", **changes: Any) -> None:
    """Bring an application into a state with what else changes; the caller holds its lock."""
    if row.status != status:
        row.status_since_at = at
    row.status, row.reason = status, reason
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def record(
    actor: Actor,
    row: Application,
    action: str,
    at: datetime,
    *,
    before: str = "",
    after: dict[str, Any] | None = None,
    reason: str = "",
    evidence: str = "",
) -> None:
    """Leave the audit row of a step."""
    audit.record(
        actor,
        action,
        subject(row),
        at=at,
        before={"status": before} if before else None,
        after={"status": row.status, **(after or {})},
        reason=reason,
        evidence=evidence,
    )


def subject(row: Application) -> str:
    """The name of an application in the audit trail."""
    return f"{row.scheme.code}/application/{row.reference}"


def now(at: datetime | None) -> datetime:
    """The instant of a step: as given, else the clock's."""
    return at or clock.now()


def said(reason: str, asked: str) -> str:
    """Give a reason without blanks around it.

    Raises:
        Refused: there is none; for the field `reason`.
    """
    words = reason.strip()
    if not words:
        wrong = "No reason is given."
        raise Refused(asked=asked, wrong=wrong, remedy="Say why, in a sentence or two.", field="reason")
    return words
