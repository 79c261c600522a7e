"""Webhooks: which a person may see, what there is to tell, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Max, QuerySet
from django.utils.crypto import salted_hmac

from cofund.queries import access, clock, decisions, publication, schemes
from cofund.records.directory.models import AuditEvent, User, Webhook, WebhookDelivery
from cofund.records.ledger.models import Contribution
from cofund.rules import webhooks as rules

# Rows of the audit trail are numbered before they are committed: so many are looked at again for those that came late.
LATE_ROWS: Final = 1_000
_OF_KIND: Final = {"topic": ("topics", rules.TOPIC), "project": ("projects", rules.PROJECT)}


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened and that everybody may know of."""

    row: int
    event: str
    programme: str
    href: str
    occurred_at: datetime

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return f"{self.row}/{self.event}/{self.href.rpartition('/')[2]}"


def secret_of(row: Webhook) -> str:
    """The secret that signs what this address is told."""
    return "whsec_" + salted_hmac("cofund.webhook", row.nonce, algorithm="sha256").hexdigest()


def visible(user: User) -> QuerySet[Webhook]:
    """Give the webhooks that a person may see: their own, and everybody's with the right to end them."""
    rows = Webhook.objects.select_related("owner")
    return rows if access.may(user, "end another's webhook") else rows.filter(owner=user)


def living() -> QuerySet[Webhook]:
    """Give the webhooks that are told of what happens."""
    return Webhook.objects.filter(ended_at=None, owner__is_active=True)


def newest_row() -> int:
    """The number of the newest row of the audit trail."""
    found = AuditEvent.objects.aggregate(newest=Max("pk"))["newest"]
    return int(found or 0)


def waiting() -> QuerySet[WebhookDelivery]:
    """Give what is to be sent now, the longest waiting first."""
    rows = WebhookDelivery.objects.filter(status=WebhookDelivery.Status.WAITING, next_at__lte=clock.now())
    return rows.filter(webhook__ended_at=None).order_by("next_at", "pk")


def happened(after: int, events: frozenset[str]) -> Iterator[Told]:
    """Give what happened after a row of the audit trail, of these events and as far as everybody may know of it."""
    for row in AuditEvent.objects.filter(pk__gt=after).order_by("pk").iterator():
        for told in _of_row(row):
            if told.event in events:
                yield told


def _of_row(row: AuditEvent) -> Iterator[Told]:
    """What a row of the audit trail means to others."""
    scheme, _, rest = row.subject.partition("/")
    kind, _, key = rest.partition("/")
    if scheme not in schemes.installed() or not key:
        return
    if kind in _OF_KIND:
        folder, event = _OF_KIND[kind]
        yield _told(row, event, scheme, f"programmes/{scheme}/{folder}/{key}")
        # What moves the money of a topic or project can make its contributions public.
        field = {"topic": "topic__code", "project": "project__slug"}[kind]
        yield from _contributions(row, scheme, Contribution.objects.filter(**{field: key}))
    elif kind == "contribution":
        yield from _contributions(row, scheme, Contribution.objects.filter(reference=key))
    elif row.action == "publish decision":
        number = key
        if decisions.published(scheme).filter(number=number).exists():
            yield _told(row, rules.DECISION, scheme, f"programmes/{scheme}/decisions/{number}")


def _contributions(row: AuditEvent, scheme: str, found: QuerySet[Contribution]) -> Iterator[Told]:
    """Those of some contributions that everybody may read."""
    reader = publication.public(scheme)
    for one in found.filter(book__scheme__code=scheme).order_by("pk"):
        if reader.may_read(one.pk):
            yield _told(row, rules.CONTRIBUTION, scheme, f"contributions/{one.reference}")


def _told(row: AuditEvent, event: str, scheme: str, path: str) -> Told:
    """An event at the address where what it is about can be read."""
    return Told(row.pk, event, scheme, f"/api/v1/{path}", row.recorded_at)
