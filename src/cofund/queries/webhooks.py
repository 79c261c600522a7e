"""Webhooks: which a person may see, what there is to tell, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cofund.queries import access, clock, decisions, publication, schemes
from cofund.records.directory.models import AuditEvent, User, Webhook, WebhookDelivery
from cofund.records.ledger.models import Contribution, PublicationException
from cofund.rules import webhooks as rules

# Embargoes that ended are looked for so far back.
LOOKED_BACK: Final = timedelta(days=30)
_OF_KIND: Final = {"topic": ("topics", rules.TOPIC), "project": ("projects", rules.PROJECT)}


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened and that everybody may know of. `cause` is a row of the audit trail, or an embargo that ended."""

    cause: str
    event: str
    programme: str
    href: str
    occurred_at: datetime

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return f"{self.cause}/{self.event}/{self.href.rpartition('/')[2]}"


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


def is_settled() -> bool:
    """Whether no other program is writing to the audit trail: what is numbered up to now is committed then, or will never be.

    PostgreSQL numbers rows before it commits them, and a program holds the table from before its first number to its commit.
    SQLite has one writer at a time, and commits in the order of the numbers.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'relation' AND relation = %s::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid())",
            [AuditEvent._meta.db_table],
        )
        found = cursor.fetchone()
    return bool(found and found[0])


def waiting() -> QuerySet[WebhookDelivery]:
    """Give what is to be sent now, the longest waiting first."""
    rows = WebhookDelivery.objects.filter(status=WebhookDelivery.Status.WAITING, next_at__lte=clock.now())
    return rows.filter(webhook__ended_at=None).order_by("next_at", "pk")


def ended(webhook: Webhook) -> QuerySet[PublicationException]:
    """Give the embargoes on contributions that ended since a webhook was made, and not long ago: nothing is written then."""
    today, made_on = clock.today(), timezone.localdate(webhook.made_at)
    rows = PublicationException.objects.filter(contribution__isnull=False, lifted_at=None, until_on__lte=today)
    return rows.filter(until_on__gt=max(made_on, today - LOOKED_BACK)).order_by("pk")


def happened(after: int, events: frozenset[str], embargoes: Iterable[PublicationException] = ()) -> list[Told]:
    """Give what happened after a row of the audit trail, of these events and as far as everybody may know of it.

    Also what became public by the end of some embargoes.

    As many queries for many rows as for one.
    """
    of_kind = Q(action="publish decision")
    for kind in (*_OF_KIND, "contribution"):
        of_kind |= Q(subject__contains=f"/{kind}/")
    rows = [_Row.of(row) for row in AuditEvent.objects.filter(of_kind, pk__gt=after).order_by("pk")]
    rows = [*rows, *(_Row.of_embargo(one) for one in embargoes)]
    rows = [row for row in rows if row.scheme in schemes.installed() and row.key]
    given, decided = _given(rows), _published(rows)
    return [told for row in rows for told in _of_row(row, given, decided) if told.event in events]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the audit trail by what it is about, or the end of an embargo as if it were one."""

    cause: str
    scheme: str
    kind: str
    key: str
    at: datetime

    @classmethod
    def of(cls, row: AuditEvent) -> _Row:
        """Take apart what a row is about."""
        scheme, _, rest = row.subject.partition("/")
        kind, _, key = rest.partition("/")
        return cls(str(row.pk), scheme, kind, key, row.recorded_at)

    @classmethod
    def of_embargo(cls, row: PublicationException) -> _Row:
        """The day on which an embargo on a contribution ends."""
        assert row.contribution is not None
        assert row.until_on is not None
        at = timezone.make_aware(datetime.combine(row.until_on, time.min))
        of = row.contribution
        return cls(f"embargo-{row.pk}", of.book.scheme.code, "contribution", of.reference, at)

    def told(self, event: str, path: str) -> Told:
        """What it means to others, at the address where that can be read."""
        return Told(self.cause, event, self.scheme, f"/api/v1/{path}", self.at)


# By scheme, kind and key of what they are given to, or of themselves.
_Keys = dict[tuple[str, str, str], list[str]]


@dataclass(slots=True)
class _Given:
    """Contributions that rows are about: the references of those that everybody may read, and to which topic or project
    those are given whose amounts stand in its sums.
    """

    public: _Keys
    targets: dict[tuple[str, str], tuple[str, str]]


def _of_row(row: _Row, given: _Given, decided: set[tuple[str, str]]) -> Iterator[Told]:
    """What a row of the audit trail means to others."""
    kind, key = row.kind, row.key
    if kind == "contribution":
        # Also one that is not public is counted in the sum of what it is given to.
        kind, key = given.targets.get((row.scheme, key), ("", ""))
    if kind in _OF_KIND:
        folder, event = _OF_KIND[kind]
        yield row.told(event, f"programmes/{row.scheme}/{folder}/{key}")
    # What moves the money of a topic or project can make its contributions public.
    for reference in given.public.get((row.scheme, row.kind, row.key), ()):
        yield row.told(rules.CONTRIBUTION, f"contributions/{reference}")
    if row.kind == "decision" and (row.scheme, row.key) in decided:
        yield row.told(rules.DECISION, f"programmes/{row.scheme}/decisions/{row.key}")


def _given(rows: list[_Row]) -> _Given:
    """The contributions that some rows are about. One query, and those of each scheme."""
    keys = {kind: {row.key for row in rows if row.kind == kind} for kind in ("topic", "project", "contribution")}
    about = (
        Q(topic__code__in=keys["topic"]) | Q(project__slug__in=keys["project"]) | Q(reference__in=keys["contribution"])
    )
    found: _Keys = {}
    targets: dict[tuple[str, str], tuple[str, str]] = {}
    if not any(keys.values()):
        return _Given(found, targets)
    for one in Contribution.objects.filter(about).select_related("topic", "project", "book__scheme").order_by("pk"):
        scheme = one.book.scheme.code
        audience = publication.public(scheme)
        if audience.may_sum(one.pk):
            if one.project is not None:
                targets[scheme, one.reference] = "project", one.project.slug
            elif one.topic is not None:
                targets[scheme, one.reference] = "topic", one.topic.code
        if audience.may_read(one.pk):
            found.setdefault((scheme, "contribution", one.reference), []).append(one.reference)
            if one.topic is not None:
                found.setdefault((scheme, "topic", one.topic.code), []).append(one.reference)
            if one.project is not None:
                found.setdefault((scheme, "project", one.project.slug), []).append(one.reference)
    return _Given(found, targets)


def _published(rows: list[_Row]) -> set[tuple[str, str]]:
    """The published decisions among those that some rows are about, by scheme and number. One query a scheme."""
    found: set[tuple[str, str]] = set()
    for scheme in {row.scheme for row in rows if row.kind == "decision"}:
        numbers = [row.key for row in rows if row.kind == "decision" and row.scheme == scheme]
        told = decisions.published(scheme).filter(number__in=numbers).order_by().values_list("number", flat=True)
        found |= {(scheme, number) for number in told}
    return found
