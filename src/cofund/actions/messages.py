"""The outbox: an action writes a message in its own transaction; it is sent after the commit, and again where that failed."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from cofund.actions.locks import sending
from cofund.queries import clock
from cofund.records.directory.models import Message

# After so many attempts a message waits for a person.
MOST_ATTEMPTS = 8
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
    waiting = Message.objects.filter(sent_at=None, attempts__lt=MOST_ATTEMPTS).order_by("id")
    results = [send(key) for key in waiting.values_list("pk", flat=True)]
    return sum(results), len(results) - sum(results)


def given_up() -> int:
    """How many messages failed so often that they wait for a person."""
    return Message.objects.filter(sent_at=None, attempts__gte=MOST_ATTEMPTS).count()


def send(message_id: int) -> bool:
    """Send one message where it still waits; tell whether it is sent. A failure is kept with the message and raises nothing."""
    with sending():
        message = Message.objects.select_for_update().filter(pk=message_id, sent_at=None).first()
        if message is None:
            return True
        message.attempts += 1
        try:
            EmailMessage(message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.recipient]).send()
            message.sent_at, message.failure = clock.now(), ""
        except OSError as error:
            # No server, a refused connection, a broken line: all of them are kinds of OSError in smtplib and sockets.
            message.failure = f"{type(error).__name__}: {error}"[:1000]
            logger.warning("Message %s was not sent: %s", message.pk, message.failure)
        message.save(update_fields=["attempts", "sent_at", "failure"])
        return message.sent_at is not None
