"""Issues of the newsletter: which there are, what is due, how far a send is, and what everybody may read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cofund.queries import outbox
from cofund.queries.newsletter import news
from cofund.queries.newsletter.news import Item
from cofund.records.directory.models import Message
from cofund.records.programme.models import Followed, NewsletterIssue, Scheme, Subscriber

Status = NewsletterIssue.Status


def find(key: int) -> NewsletterIssue | None:
    """The issue of an address."""
    return NewsletterIssue.objects.filter(pk=key).first()


def register(status: str = "") -> QuerySet[NewsletterIssue]:
    """Issues, newest first."""
    rows = NewsletterIssue.objects.defer("items").order_by("-pk")
    return rows.filter(status=status) if status else rows


def archived() -> QuerySet[NewsletterIssue]:
    """What everybody may read: issues that are sent and not hidden, newest first."""
    return NewsletterIssue.objects.filter(status=Status.SENT, is_archived=True).order_by("-until_on", "-pk")


def due(now: datetime) -> QuerySet[NewsletterIssue]:
    """Issues that go out now: those whose time has come, and those that are on their way."""
    is_due = Q(status=Status.SCHEDULED, scheduled_at__lte=now) | Q(status=Status.SENDING)
    return NewsletterIssue.objects.filter(is_due).order_by("pk")


def gathered(from_on: date, until_on: date) -> tuple[Item, ...]:
    """What is new from the beginning of a day to the end of another, in the time zone of the site."""
    start = timezone.make_aware(datetime.combine(from_on, time.min)) - timedelta(microseconds=1)
    end = timezone.make_aware(datetime.combine(until_on + timedelta(days=1), time.min)) - timedelta(microseconds=1)
    return news.between(start, end)


def told_before(issue: NewsletterIssue) -> NewsletterIssue | None:
    """The newest other issue for the same readers that is on its way or sent, where nothing of this one is new to them; else None.

    All that such issues told counts, each piece of news by its key. None, too, for an issue without news.
    """
    gone = (Status.SCHEDULED, Status.SENDING, Status.SENT)
    others = NewsletterIssue.objects.filter(frequency=issue.frequency, status__in=gone).exclude(pk=issue.pk)
    left, newest = {one["key"] for one in issue.items}, None
    for other in others.order_by("-pk").iterator(chunk_size=50) if left else ():
        told = {one["key"] for one in other.items}
        newest = newest or (other if left & told else None)
        left -= told
        if not left:
            return newest
    return None


def names() -> dict[str, str]:
    """The names of the programmes by code."""
    return dict(Scheme.objects.values_list("code", "name"))


def readers(issue: NewsletterIssue, after: int, most: int) -> list[Subscriber]:
    """The next of those whom an issue is for, by number: who confirmed before it went out, and is not paused."""
    rows = Subscriber.objects.filter(frequency=issue.frequency, paused_at=None, pk__gt=after)
    return list(rows.filter(confirmed_at__lte=issue.started_at).order_by("pk")[:most])


def followed_by(subscribers: list[Subscriber]) -> dict[int, set[str]]:
    """The topics that some subscribers follow, as `imi2/T1`, by the number of the subscriber."""
    rows = Followed.objects.filter(subscriber__in=[one.pk for one in subscribers])
    found: dict[int, set[str]] = {}
    for key, scheme, code in rows.values_list("subscriber_id", "topic__scheme__code", "topic__code"):
        found.setdefault(key, set()).add(f"{scheme}/{code}")
    return found


def progress(issue: NewsletterIssue) -> dict[str, int]:
    """How many messages of an issue were written, sent, wait, are in doubt, and were given up.

    For somebody who was erased nothing waits.
    """
    waits, doubt = Q(sent_at=None, is_in_doubt=False), Q(sent_at=None, is_in_doubt=True)
    found: dict[str, int] = Message.objects.filter(group=issue.group).aggregate(
        written=Count("pk"),
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        waits=Count("pk", filter=waits & Q(attempts__lt=outbox.MOST_ATTEMPTS) & ~Q(recipient="")),
        in_doubt=Count("pk", filter=doubt),
        given_up=Count("pk", filter=waits & Q(attempts__gte=outbox.MOST_ATTEMPTS)),
    )
    return found


def audience_size(issue: NewsletterIssue) -> int:
    """How many it would go to now, at the most: who wants none of its news gets none."""
    return Subscriber.objects.filter(frequency=issue.frequency, paused_at=None).count()
