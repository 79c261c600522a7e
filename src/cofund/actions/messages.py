"""The outbox: an action writes a message in its own transaction; it is sent after the commit, and again where that failed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from cofund.actions import audit, posting
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, outbox
from cofund.records.directory.models import Message

# Whatever breaks a line or is a tab; the firm spaces of French stay.
_SPACES: Final = re.compile(r"[^\S\u00a0\u202f]+")


def write(
    purpose: str,
    recipient: str,
    subject: str,
    text: str,
    *,
    key: str,
    at: datetime | None = None,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    group: str = "",
) -> Message:
    """Put a message into the outbox, and send it once the transaction stands; the same key makes no second message."""
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "purpose": purpose,
            "recipient": recipient,
            "subject": _SPACES.sub(" ", subject).strip(),
            "text": text,
            "html": html,
            "headers": dict(headers or {}),
            "group": group,
            "written_at": at or clock.now(),
        },
    )
    if is_new:
        transaction.on_commit(lambda: send(message.pk))
    return message


def send_waiting(is_ending: posting.IsEnding = posting.never) -> tuple[int, int]:
    """Send everything that waits, oldest first, whatever failed before; tell how many were sent and how many were not.

    What a killed sender left is settled first. Without a server the first message is charged with the attempt, and the rest waits.
    """
    posting.recover()
    return posting.send_all(outbox.waiting(), is_ending=is_ending)[:2]


def send_due(is_ending: posting.IsEnding = posting.never) -> tuple[int, int, bool]:
    """Send what waits and whose pause after a failure is over; tell how many were sent, how many not, and whether
    a server answered.

    For a program that looks again and again: where no server can be reached, no message is charged with an attempt.
    """
    posting.recover()
    return posting.send_all(outbox.due(clock.now()), is_patient=True, is_ending=is_ending)


def send(message_id: int) -> bool | None:
    """Send one message where it still waits; tell whether it is sent, or None where another program has taken it.

    That it is handed over is committed before, and what came of it after: a program that is killed in between leaves a message that
    may have been sent, which nobody sends again by itself. A failure is kept with the message and raises nothing.
    """
    return posting.send_one(message_id)


def decide(actor: Actor, message_id: int, *, was_sent: bool, at: datetime | None = None) -> Message:
    """Decide on a message that may have been sent: that it was, or that it goes out again; the caller sends it then.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no message of this number that may have been sent.
    """
    actor.require("decide on mail")
    with writing():
        row = outbox.maybe_sent().select_for_update().filter(pk=message_id).first()
        if row is None:
            raise Refused(
                asked=f"You asked to decide on message {message_id}.",
                wrong="It is none of those that may have been sent.",
                remedy="`cofund send-mail` lists them.",
            )
        row.sent_at, row.handed_over_at = (row.handed_over_at if was_sent else None), None
        row.is_in_doubt, row.next_try_at, row.batch = False, None, ""
        # However often it was tried: somebody wants it tried once more.
        row.attempts = min(row.attempts, outbox.MOST_ATTEMPTS - 1)
        row.save(update_fields=["sent_at", "handed_over_at", "is_in_doubt", "next_try_at", "batch", "attempts"])
        audit.record(actor, "decide on mail", f"message/{row.pk}", at=at or clock.now(), after={"was_sent": was_sent})
        return row
