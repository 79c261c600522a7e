"""Makes and ends webhooks, finds out what they are to be told, and tells it: signed, and again where it was not taken.

The audit trail stands behind it: its rows are written in the transaction of what they tell of, so that nothing is told that did not
happen, and nothing that happened is left out. An address can be told twice where a program is killed between sending and noting
it; the number of the delivery is then the same.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F

from cofund.actions import audit, webhook_sending
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, all_of
from cofund.actions.locks import writing
from cofund.actions.webhook_sending import Unreachable
from cofund.queries import clock, webhooks
from cofund.records.directory.models import User, Webhook, WebhookDelivery
from cofund.rules import webhooks as rules

# How often, and how many seconds apart, it looks for a moment in which nobody writes.
LOOKS: Final = 5
SECONDS_BETWEEN: Final = 0.1
WAITING, TAKEN, GIVEN_UP = (
    WebhookDelivery.Status.WAITING,
    WebhookDelivery.Status.TAKEN,
    WebhookDelivery.Status.GIVEN_UP,
)


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook as somebody wants it: the address, and the names of the events that it is told of."""

    url: str
    events: tuple[str, ...]


def make(actor: Actor, owner: User, wanted: NewWebhook, *, at: datetime | None = None) -> Webhook:
    """Make a webhook for oneself; it is told of what happens from now on. `queries.webhooks.secret_of` gives its secret.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the address is none that may be told, or there is no event.
    """
    actor.require("make webhook")
    instant = at or clock.now()
    faults = {}
    if wrong := webhook_sending.wrong_address(wanted.url):
        faults["url"] = wrong
    if not wanted.events or set(wanted.events) - set(rules.EVENTS):
        faults["events"] = "Choose of what it is told."
    if faults:
        raise all_of("You asked for a webhook.", faults)
    with writing():
        newest = webhooks.newest_row()
        made = Webhook.objects.create(
            owner=owner,
            url=wanted.url,
            events=sorted(set(wanted.events)),
            nonce=secrets.token_hex(24),
            made_at=instant,
            after_row=newest,
            told_row=newest,
        )
        after = {"host": urlsplit(wanted.url).hostname, "events": made.events}
        audit.record(actor, "make webhook", _subject(made), at=instant, after=after)
        return made


def end(actor: Actor, row: Webhook, *, at: datetime | None = None) -> None:
    """End a webhook at once: one's own, or with the right to do so somebody else's. What still waits is not told.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has ended already.
    """
    action = "end webhook" if actor.user_id == row.owner_id else "end another's webhook"
    actor.require(action)
    instant = at or clock.now()
    with writing():
        if not Webhook.objects.filter(pk=row.pk, ended_at=None).update(ended_at=instant):
            raise Refused(
                asked="You asked to end a webhook.", wrong="It has ended already.", remedy="Nothing is left to do."
            )
        audit.record(actor, action, _subject(row), at=instant)


def send_again(actor: Actor, delivery: WebhookDelivery, *, at: datetime | None = None) -> None:
    """Let something be told once more, as if it were new, whatever became of it before.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the webhook has ended.
    """
    own = actor.user_id == delivery.webhook.owner_id
    actor.require("send webhook again" if own else "end another's webhook")
    instant = at or clock.now()
    if delivery.webhook.ended_at is not None:
        raise Refused(asked="You asked to tell it again.", wrong="The webhook has ended.", remedy="Make a new one.")
    with writing():
        waits = {"status": WAITING, "attempts": 0, "next_at": instant}
        WebhookDelivery.objects.filter(pk=delivery.pk).update(**waits)
        after = {"delivery": delivery.pk}
        audit.record(actor, "send webhook again", _subject(delivery.webhook), at=instant, after=after)


def take_up() -> int:
    """Put down for each webhook what happened since it was last told; give how much that is. What was put down stays once.

    A row of the audit trail counts as told of only once no row with a lower number can come after it.
    """
    added, newest = 0, webhooks.newest_row()
    behind = []
    for row in webhooks.living():
        embargoes = list(webhooks.ended(row).select_related("contribution__book__scheme"))
        if embargoes or row.told_row < newest:
            behind.append((row, embargoes))
    is_settled = any(row.told_row < newest for row, _ in behind) and _is_settled()
    for row, embargoes in behind:
        found = {told.key: told for told in webhooks.happened(row.told_row, frozenset(row.events), embargoes)}
        known = set(row.deliveries.filter(key__in=found).values_list("key", flat=True))
        now = clock.now()
        new = [
            WebhookDelivery(
                webhook=row,
                key=key,
                event=told.event,
                programme=told.programme,
                href=told.href,
                occurred_at=told.occurred_at,
                next_at=now,
            )
            for key, told in found.items()
            if key not in known
        ]
        if new or (is_settled and row.told_row < newest):
            with writing():
                WebhookDelivery.objects.bulk_create(new, ignore_conflicts=True)
                if is_settled:
                    Webhook.objects.filter(pk=row.pk, told_row__lt=newest).update(told_row=newest)
        added += len(new)
    return added


def _is_settled() -> bool:
    """Whether there was a moment in which nobody wrote; most writes take milliseconds."""
    for _ in range(LOOKS):
        if webhooks.is_settled():
            return True
        time.sleep(SECONDS_BETWEEN)
    return False


def deliver(is_ending: Callable[[], bool] = lambda: False) -> tuple[int, int]:
    """Tell everything that is due, until it is asked to end; give how much was taken, and how much was not.

    An address that does not answer is asked once, and not for each message: nobody else waits for it.
    """
    taken = failed = 0
    silent: set[int] = set()
    for key, webhook in list(webhooks.waiting().values_list("pk", "webhook_id")):
        if is_ending():
            break
        if webhook in silent:
            failed += _put_off(key)
            continue
        is_taken, is_reached = tell(key)
        taken, failed = taken + (is_taken is True), failed + (is_taken is False)
        if not is_reached:
            silent.add(webhook)
    return taken, failed


def _put_off(delivery_id: int) -> int:
    """Count an attempt for a message whose address did not answer a moment ago; tell how many that are, one or none."""
    now = clock.now()
    with writing():
        row = WebhookDelivery.objects.select_for_update().filter(pk=delivery_id, status=WAITING).first()
        if row is None or row.next_at > now:
            return 0
        row.attempts, row.answer = row.attempts + 1, "not tried: the address had just not answered another message"
        after = rules.wait(row.attempts)
        row.status, row.next_at = WAITING if after else GIVEN_UP, now + (after or rules.LEASE)
        row.save(update_fields=["attempts", "answer", "status", "next_at"])
    return 1


def tell(delivery_id: int) -> tuple[bool | None, bool]:
    """Tell one address of one event where that is due; tell whether it was taken (None where another program has it in hand),
    and whether it answered at all.

    That it is tried is committed before, and what came of it after: of a program that is killed in between nothing is lost, and
    it is tried again once the lease is over.
    """
    now = clock.now()
    with writing():
        due = WebhookDelivery.objects.filter(pk=delivery_id, status=WAITING, next_at__lte=now)
        if not due.update(attempts=F("attempts") + 1, next_at=now + rules.LEASE):
            return None, True
    row = WebhookDelivery.objects.select_related("webhook").get(pk=delivery_id)
    answer, is_reached = _sent(row)
    is_taken = answer.startswith("2")
    after = None if is_taken else rules.wait(row.attempts)
    status = TAKEN if is_taken else GIVEN_UP if after is None else WAITING
    ended = clock.now()
    changes = {"status": status, "answer": answer[:300], "taken_at": ended if is_taken else None}
    with writing():
        WebhookDelivery.objects.filter(pk=row.pk).update(**changes, next_at=ended + (after or rules.LEASE))
    return is_taken, is_reached


def _sent(row: WebhookDelivery) -> tuple[str, bool]:
    """Send what an address is told; give what it answered, its status first, or why it could not be reached; and which of them."""
    body = json.dumps(
        {
            "id": row.pk,
            "event": row.event,
            "programme": row.programme,
            "occurred_at": row.occurred_at.isoformat(),
            "href": f"{settings.COFUND_SITE_URL}{row.href}",
        }
    ).encode()
    headers = {
        "Content-Type": "application/json",
        "Cofund-Event": row.event,
        "Cofund-Delivery": str(row.pk),
        "Cofund-Signature": rules.signature(webhooks.secret_of(row.webhook), body, int(time.time())),
    }
    try:
        return webhook_sending.post(row.webhook.url, body, headers), True
    except Unreachable as error:
        return str(error), False


def _subject(row: Webhook) -> str:
    """How audit rows name a webhook."""
    return f"webhook/{row.pk}"
