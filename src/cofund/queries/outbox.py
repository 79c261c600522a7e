"""The outbox: which messages wait, which failed too often, and which may have been sent or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from cofund.records.directory.models import Message

# After so many attempts a message waits for a person.
MOST_ATTEMPTS: Final = 8
# A server answers within seconds, or the attempt ends (`EMAIL_TIMEOUT`); after this long nobody is at it any more.
LEFT_AFTER: Final = timedelta(minutes=10)


def waiting() -> QuerySet[Message]:
    """Messages to be sent, oldest first; none that was handed over and not heard of, and none whose recipient was erased."""
    rows = Message.objects.filter(sent_at=None, handed_over_at=None, attempts__lt=MOST_ATTEMPTS)
    return rows.exclude(recipient="").order_by("id")


def due(now: datetime) -> QuerySet[Message]:
    """Messages to be sent now, oldest first: those that wait, without those whose pause after a failure is not over."""
    return waiting().filter(Q(next_try_at=None) | Q(next_try_at__lte=now))


def given_up() -> QuerySet[Message]:
    """Messages that failed so often that they wait for a person; none whose recipient was erased."""
    rows = Message.objects.filter(sent_at=None, handed_over_at=None, attempts__gte=MOST_ATTEMPTS)
    return rows.exclude(recipient="").order_by("id")


def maybe_sent() -> QuerySet[Message]:
    """Messages that were handed to the mail server, and whose answer never came: a person decides.

    Either it is known that none comes any more, or so much time went by since that their sender must have ended. None whose
    recipient was erased: it cannot be sent again, whatever somebody decides.

    By the clock of the database: the statement may be kept and used again later.
    """
    is_left = Q(is_in_doubt=True) | Q(handed_over_at__lte=Now() - LEFT_AFTER)
    rows = Message.objects.filter(is_left, sent_at=None, handed_over_at__isnull=False)
    return rows.exclude(recipient="").order_by("id")


def message_id_of(key: str) -> str:
    """The `Message-ID` of the message with a key: always the same, and known only to those who got it."""
    number = salted_hmac("cofund.message", key, algorithm="sha256").hexdigest()[:32]
    return f"<{number}@{urlsplit(settings.COFUND_SITE_URL).hostname or 'localhost'}>"
