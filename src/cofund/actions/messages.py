"""The outbox: an action writes a message in its own transaction; it is sent after the commit, and again where that failed."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, outbox
from cofund.records.directory.models import Message

logger = logging.getLogger(__name__)


def write(purpose: str, recipient: str, subject: str, text: str, *, key: str, at: datetime | None = None) -> Message:
    """Put a message into the outbox, and send it once the transaction stands; the same key makes no second message."""
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "purpose": purpose,
            "recipient": recipient,
            "subject": " ".join(subject.split()),
            "text": text,
            "written_at": at or clock.now(),
        },
    )
    if is_new:
        transaction.on_commit(lambda: send(message.pk))
    return message


def send_waiting() -> tuple[int, int]:
    """Send everything that waits, oldest first; tell how many were sent and how many failed."""
    results = [send(key) for key in list(outbox.waiting().values_list("pk", flat=True))]
    return results.count(True), results.count(False)


def send(message_id: int) -> bool | None:
    """Send one message where it still waits; tell whether it is sent, or None where another program has taken it.

    That it is handed over is committed before, and what came of it after: a program that is killed in between leaves a message that
    may have been sent, which nobody sends again by itself. A failure is kept with the message and raises nothing.
    """
    with writing():
        waits = Message.objects.filter(pk=message_id, sent_at=None, handed_over_at=None)
        if not waits.update(handed_over_at=clock.now(), attempts=F("attempts") + 1):
            return None
    message, failure = Message.objects.get(pk=message_id), ""
    try:
        EmailMessage(message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.recipient]).send()
    except (OSError, ValueError) as error:
        # No server, a refused connection, a broken line: kinds of OSError in smtplib and sockets. ValueError: no header.
        failure = f"{type(error).__name__}: {error}"[:1000]
        logger.warning("Message %s was not sent: %s", message.pk, failure)
    with writing():
        sent_at = None if failure else clock.now()
        Message.objects.filter(pk=message_id).update(sent_at=sent_at, handed_over_at=None, failure=failure)
    return not failure


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
        row.save(update_fields=["sent_at", "handed_over_at"])
        audit.record(actor, "decide on mail", f"message/{row.pk}", at=at or clock.now(), after={"was_sent": was_sent})
        return row
