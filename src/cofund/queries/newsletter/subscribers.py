"""Who signed up and who gets the newsletter: limits, what lapsed, and what is kept of somebody."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet

from cofund.queries import outbox
from cofund.queries.newsletter import links
from cofund.records.directory.models import Message
from cofund.records.programme.models import LeftAddress, SignUp, Subscriber, Topic
from cofund.rules.newsletter import LONGEST_WINDOW, THEMES

# Why messages of the newsletter are sent; what names an address in the outbox is erased with its subscriber.
PURPOSES = ("confirm newsletter", "newsletter", "followed topic")
# What is left of a message that stays for the count alone: nothing that tells to whom it went.
FORGOTTEN: Final[dict[str, Any]] = {
    "recipient": "", "text": "", "html": "", "fills": {}, "headers": {}, "failure": "",
}  # fmt: skip


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def confirm_within() -> timedelta:
    """How long a link holds that confirms, and what is not confirmed is kept."""
    return timedelta(days=settings.COFUND_NEWSLETTER_CONFIRM_DAYS)


def find_sign_up(signed: str) -> SignUp | None:
    """The sign-up of a link; None where the link is not of this site, or what it was for is erased."""
    token = links.sign_up_token(signed)
    rows = SignUp.objects.select_related("topic__scheme", "subscriber")
    return rows.filter(token_digest=digest(token)).first() if token else None


def has_lapsed(row: SignUp, now: datetime) -> bool:
    """Whether a link that confirms no longer holds."""
    return row.made_at + confirm_within() <= now


def lapsed(now: datetime) -> QuerySet[SignUp]:
    """Those that were not confirmed in time."""
    return SignUp.objects.filter(confirmed_at=None, made_at__lte=now - confirm_within())


def made_before(now: datetime, *, address: str = "", origin: str = "") -> list[datetime]:
    """The instants of what came for an address or from an origin, both as hashes, within the longest window."""
    rows = SignUp.objects.filter(made_at__gt=now - LONGEST_WINDOW)
    if address:
        return list(rows.filter(address_digest=address).values_list("made_at", flat=True))
    return list(rows.filter(origin_digest=origin).values_list("made_at", flat=True)) if origin else []


def by_email(email: str) -> Subscriber | None:
    """The subscriber of an address."""
    return Subscriber.objects.filter(email__iexact=email.strip()).first()


def has_left(email: str) -> bool:
    """Whether the owner of an address left, so that nobody else may add it again."""
    return LeftAddress.objects.filter(address_digest=links.address_digest(email)).exists()


def topic_at(scheme_code: str, code: str) -> Topic | None:
    """The topic of an address."""
    return Topic.objects.select_related("scheme").filter(scheme__code=scheme_code, code=code).first()


def followed(subscriber: Subscriber) -> list[Topic]:
    """The topics that a subscriber follows."""
    return list(
        Topic.objects.select_related("scheme").filter(followers__subscriber=subscriber).order_by("scheme", "code")
    )


def active() -> QuerySet[Subscriber]:
    """Those to whom something may be sent."""
    return Subscriber.objects.filter(paused_at=None)


def counts() -> dict[str, int]:
    """How many there are by frequency, and how many of all are paused."""
    rows = list(Subscriber.objects.order_by().values_list("frequency", "paused_at"))
    found = {
        str(value): sum(one == value and not paused for one, paused in rows) for value in Subscriber.Frequency.values
    }
    return found | {"paused": sum(bool(paused) for _, paused in rows)}


def messages_to(subscriber: Subscriber) -> QuerySet[Message]:
    """What the newsletter sent, or is about to send, to somebody."""
    return Message.objects.filter(recipient__iexact=subscriber.email, purpose__in=PURPOSES)


def forgotten() -> QuerySet[Message]:
    """Messages of the newsletter whose recipient was erased."""
    return Message.objects.filter(recipient="", purpose__in=PURPOSES)


def tried_before(old: datetime) -> QuerySet[Message]:
    """Messages of the newsletter that still name somebody, and that were sent or last tried until an instant.

    What still waits to be tried is none of them. Of one that was given up the instant is known at which it would have been tried
    again, hours after the last attempt.
    """
    given_up = Q(pk__in=outbox.given_up().order_by().values("pk"), written_at__lte=old)
    given_up &= Q(next_try_at=None) | Q(next_try_at__lte=old)
    in_doubt = Q(sent_at=None, handed_over_at__lte=old)
    rows = Message.objects.filter(Q(sent_at__lte=old) | in_doubt | given_up, purpose__in=PURPOSES)
    return rows.exclude(recipient="")


def kept(subscriber: Subscriber) -> dict[str, Any]:
    """Everything that is kept of a subscriber, for the subscriber."""
    return {
        "email": subscriber.email,
        "frequency": subscriber.frequency,
        "told_at_once": subscriber.is_told_at_once,
        "language": subscriber.language,
        "programmes": subscriber.schemes or "all",
        "themes": subscriber.themes or list(THEMES),
        "confirmed_at": subscriber.confirmed_at,
        "changed_at": subscriber.changed_at,
        "paused_at": subscriber.paused_at,
        "pause_reason": subscriber.pause_reason,
        "soft_bounces": subscriber.soft_bounces,
        "bounced_at": subscriber.bounced_at,
        "followed_topics": [
            {"programme": row.topic.scheme.code, "topic": row.topic.code, "since": row.made_at}
            for row in subscriber.followed.select_related("topic__scheme")
        ],
        "sign_ups": [
            {"made_at": row.made_at, "confirmed_at": row.confirmed_at, "language": row.language}
            for row in subscriber.sign_ups.all()
        ],
        "messages": [
            {"purpose": row.purpose, "subject": row.subject, "written_at": row.written_at, "sent_at": row.sent_at}
            for row in messages_to(subscriber).order_by("pk")
        ],
    }
