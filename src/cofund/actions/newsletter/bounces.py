"""Takes in mail that came back, and mail that leaves: an address that is gone is paused, one that failed for now is counted."""

from __future__ import annotations

import hashlib
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db.models import F

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.newsletter import subscriptions
from cofund.actions.once import once
from cofund.queries import clock, outbox
from cofund.queries.newsletter import subscribers
from cofund.records.directory.models import Message
from cofund.records.programme.models import Subscriber
from cofund.rules import returned_mail
from cofund.rules.newsletter import MOST_SOFT_BOUNCES
from cofund.rules.returned_mail import HARD, LEAVE, Returned


@dataclass
class Taken:
    """What came of a file: how many addresses were paused, counted, left, and how many e-mails said nothing that is known here."""

    paused: int = 0
    counted: int = 0
    left: int = 0
    unknown: int = 0


def take(actor: Actor, path: Path, *, at: datetime | None = None) -> Taken:
    """Take in a file of e-mails (mbox, or one e-mail). Each counts once, however often its file is taken in.

    A report counts only where it returns the `Message-ID` of a message that was sent from here to that address: nobody who merely
    knows an address can have it paused.

    Raises:
        NotAllowed: the role does not include it.
    """
    actor.require("import bounces")
    found, now = Taken(), at or clock.now()
    for content in _e_mails(path):
        token = f"bounce:{hashlib.sha256(content).hexdigest()[:32]}"
        once(token, partial(_take, actor, content, found, now))
    return found


def take_refusals(*, at: datetime | None = None) -> int:
    """Pause those whose address the mail server itself said to be gone while it was written to; tell how many."""
    now, paused = at or clock.now(), 0
    rows = Message.objects.filter(purpose__in=subscribers.PURPOSES, sent_at=None, handed_over_at=None, is_refused=True)
    for row in rows.order_by("pk"):
        with writing():
            reader = subscribers.by_email(row.recipient)
            if reader is not None:
                paused += _pause(Actor.operator(), reader, row.failure, now)
            Message.objects.filter(pk=row.pk, sent_at=None, handed_over_at=None).delete()
    return paused


def _take(actor: Actor, content: bytes, found: Taken, now: datetime) -> str:
    """Take in one e-mail."""
    said = returned_mail.read(content)
    known = 0
    for one in said:
        if one.kind == LEAVE:
            known += _leave(one, found, now)
            continue
        reader = _reader(one)
        if reader is None:
            continue
        known += 1
        reason = " ".join(filter(None, (one.status, one.reason))) or "no reason told"
        if one.kind == HARD:
            found.paused += _pause(actor, reader, f"Mail came back: {reason}", now)
        else:
            _count(actor, reader, reason, found, now)
    found.unknown += not known
    return "/"


def _leave(one: Returned, found: Taken, now: datetime) -> int:
    """Let somebody leave by e-mail; the signed word is the only key."""
    try:
        found.left += subscriptions.leave(one.word, at=now)
    except Refused:
        return 0
    return 1


def _reader(one: Returned) -> Subscriber | None:
    """The subscriber of a report: one of its addresses got the very message that it returns."""
    if not one.message_id:
        return None
    for address in one.addresses:
        keys = Message.objects.filter(recipient__iexact=address).values_list("key", flat=True)
        if any(outbox.message_id_of(key) == one.message_id for key in keys):
            return subscribers.by_email(address)
    return None


def _pause(actor: Actor, reader: Subscriber, reason: str, now: datetime) -> int:
    """Send nothing more until the owner asks again; what waits is taken back. Tell whether it was not paused before."""
    subscribers.messages_to(reader).filter(sent_at=None, handed_over_at=None).delete()
    if reader.paused_at is not None:
        return 0
    reader.paused_at = reader.bounced_at = now
    # Servers repeat the address; the row has it already.
    reader.pause_reason = reason[:300]
    reader.save(update_fields=["paused_at", "bounced_at", "pause_reason"])
    audit.record(actor, "import bounces", f"newsletter/subscriber/{reader.pk}", at=now, after={"paused": True})
    return 1


def _count(actor: Actor, reader: Subscriber, reason: str, found: Taken, now: datetime) -> None:
    """Count a passing failure; so many in a row are taken for an address that is gone."""
    Subscriber.objects.filter(pk=reader.pk).update(soft_bounces=F("soft_bounces") + 1, bounced_at=now)
    reader.refresh_from_db()
    found.counted += 1
    if reader.soft_bounces >= MOST_SOFT_BOUNCES:
        found.paused += _pause(actor, reader, f"Mail came back {reader.soft_bounces} times: {reason}", now)


def _e_mails(path: Path) -> Iterator[bytes]:
    """The e-mails of a file: an mbox begins with `From `, everything else is one e-mail."""
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    if not is_mbox:
        yield path.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.keys():  # noqa: SIM118  # a mailbox is no dictionary
            yield box.get_bytes(key)
    finally:
        box.close()
