"""Writes the messages of issues that are due, and of news in followed topics, into the outbox: for each reader once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.queries.newsletter import issues, letters, links, news
from cofund.queries.newsletter.letters import Letter
from cofund.queries.newsletter.news import Item
from cofund.records.directory.models import Message, MessageBody
from cofund.records.programme.models import Followed, NewsletterIssue, Subscriber

# As many messages are written in one transaction; nobody else waits long for it.
CHUNK: Final = 500
# What was recorded less long ago may belong to a transaction that is still open, and is looked at the next time.
SETTLED_AFTER: Final = timedelta(minutes=1)
# Up to when followers were told is written down at least so often.
LONGEST_LOOK: Final = timedelta(hours=1)
Status = NewsletterIssue.Status


def prepare(*, at: datetime | None = None) -> int:
    """Write everything that is due into the outbox; tell how many messages were written. Sending is another matter."""
    now = at or clock.now()
    return sum(_write_issue(issue.pk, now) for issue in issues.due(now)) + tell_followers(at=now)


def finish() -> None:
    """Mark issues as sent of which nothing waits any more; what is in doubt stays for a person."""
    for row in NewsletterIssue.objects.filter(status=Status.SENDING, all_written_at__isnull=False):
        if not issues.progress(row)["waits"]:
            with writing():
                NewsletterIssue.objects.filter(pk=row.pk, status=Status.SENDING).update(
                    status=Status.SENT, sent_at=clock.now()
                )


def tell_followers(*, at: datetime | None = None) -> int:
    """Tell those who follow topics, and want it at once, what is new in them; tell how many messages were written."""
    now = at or clock.now()
    until = now - SETTLED_AFTER
    rows = list(
        Followed.objects.filter(told_until__lt=until, subscriber__paused_at=None)
        .select_related("subscriber", "topic__scheme")
        .order_by("subscriber", "pk")
    )
    if not rows:
        return 0
    start = min(row.told_until for row in rows)
    # News carry no instant: they are asked for once from each instant up to which somebody was told.
    found = {since: news.between(since, until) for since in {row.told_until for row in rows}} if start < until else {}
    by_reader: dict[int, list[Followed]] = {}
    for row in rows:
        by_reader.setdefault(row.subscriber_id, []).append(row)
    names, written = issues.names(), 0
    for followed in by_reader.values():
        fresh: dict[str, Item] = {}
        for row in followed:
            code = f"{row.topic.scheme.code}/{row.topic.code}"
            fresh |= {one.key: one for one in found[row.told_until] if one.followed_as == code}
        written += _tell(followed, tuple(fresh.values()), names, until, now)
    # Where nothing happened, nothing is written: pages keep what they have read. But the time that is looked through stays short.
    for since, items in found.items():
        if items or until - since > LONGEST_LOOK:
            quiet = [row.pk for row in rows if row.told_until == since]
            with writing():
                # Not those that another sender has told meanwhile: it knows up to when.
                Followed.objects.filter(pk__in=quiet, told_until=since).update(told_until=until)
    return written


def _tell(
    followed: Sequence[Followed], fresh: tuple[Item, ...], names: dict[str, str], until: datetime, now: datetime
) -> int:
    """Write one reader's message in the transaction that says up to when it was told."""
    reader = followed[0].subscriber
    if not fresh or not reader.is_told_at_once:
        return 0
    with writing():
        held = Followed.objects.select_for_update().filter(pk__in=[one.pk for one in followed])
        if dict(held.values_list("pk", "told_until")) != {one.pk: one.told_until for one in followed}:
            # Another sender told this reader meanwhile; what is new since then comes with the next look.
            return 0
        keys = " ".join(one.key for one in fresh)
        key = f"followed/{reader.mark}/{hashlib.sha256(keys.encode()).hexdigest()[:32]}"
        made = letters.of_followed(fresh, names, reader.language)
        row = _message("followed topic", reader, made, _body(made), key, "", now)
        Message.objects.bulk_create([row], ignore_conflicts=True)
        Followed.objects.filter(pk__in=[one.pk for one in followed]).update(told_until=until)
    return 1


def _write_issue(key: int, now: datetime) -> int:
    """Write the messages of one issue, chunk by chunk; where it was left off, it goes on with the next reader."""
    written = 0
    while True:
        with writing():
            row = NewsletterIssue.objects.select_for_update().filter(pk=key).first()
            if row is None or row.all_written_at is not None or row.status not in (Status.SCHEDULED, Status.SENDING):
                return written
            if row.status == Status.SCHEDULED:
                row.status, row.started_at = Status.SENDING, now
                # What was withdrawn or held back since it was looked at goes to nobody.
                row.items = news.plain(news.readable(news.of_plain(row.items)))
            found = issues.readers(row, row.written_until, CHUNK)
            written += _write_chunk(row, found, now)
            if found:
                row.written_until = found[-1].pk
            else:
                row.all_written_at = now
            row.save(update_fields=["status", "started_at", "written_until", "all_written_at", "items"])


def _write_chunk(issue: NewsletterIssue, readers: list[Subscriber], now: datetime) -> int:
    """Write the messages of some readers; who wants none of the news gets none. Those who want the same share a text."""
    items, names, followed = news.of_plain(issue.items), issues.names(), issues.followed_by(readers)
    made: dict[tuple[tuple[str, ...], str], tuple[Letter, MessageBody]] = {}
    rows = []
    for reader in readers:
        wanted = letters.selected(items, reader.schemes, reader.themes, followed.get(reader.pk, ()))
        if not wanted:
            continue
        kind = (tuple(one.key for one in wanted), reader.language)
        if kind not in made:
            letter = letters.of_issue(issue, wanted, names, reader.language)
            made[kind] = letter, _body(letter)
        rows.append(_message("newsletter", reader, *made[kind], f"{issue.group}/{reader.mark}", issue.group, now))
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _message(
    purpose: str, reader: Subscriber, letter: Letter, body: MessageBody, key: str, group: str, now: datetime
) -> Message:
    """A message to a reader that is not written yet."""
    return Message(
        purpose=purpose, recipient=reader.email, subject=letter.subject, body=body, key=key, group=group, written_at=now,
        fills={"preferences": links.preferences(reader), "leave": links.leaving(reader)},
        headers=links.subscriber_headers(reader),
    )  # fmt: skip


def _body(letter: Letter) -> MessageBody:
    """The text that messages share."""
    digest = hashlib.sha256(f"{letter.text}\0{letter.html}".encode()).hexdigest()
    body, _ = MessageBody.objects.get_or_create(digest=digest, defaults={"text": letter.text, "html": letter.html})
    return body
