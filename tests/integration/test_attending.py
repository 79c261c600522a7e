"""`cofund serve` sends what comes due while it runs, also after its processes were killed; nothing twice beside other senders."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.books import MILLION, Office, shipped
from tests.integration.test_many_writers import address
from tests.integration.test_outbox import free_port, serving
from tests.integration.test_webhooks import Listener, listener, made, told
from tests.machine import CHECKOUT
from tests.newsletter import issue, subscriber

from cofund.actions.actors import Actor
from cofund.actions.newsletter import issues
from cofund.actions.topics import NewTopic, open_topic
from cofund.commands.attending import Diary
from cofund.records.directory.models import AuditEvent, Message, WebhookDelivery
from cofund.records.ledger.models import PublishedRecord
from cofund.records.programme.models import NewsletterIssue
from cofund.rules import roles
from cofund.rules import webhooks as rules

__all__ = ["listener"]
MOST_SECONDS = 60


@contextlib.contextmanager
def running(home: Path, mail_port: int, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the site on the database of the tests; it is gone at the end."""
    environment = {
        **os.environ, "COFUND_DATABASE_URL": address(), "COFUND_HOME": str(home), "PYTHONPATH": str(CHECKOUT / "src"),
        "COFUND_EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "COFUND_WEBHOOK_PRIVATE": "true",
    }  # fmt: skip
    with (home / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cofund.commands.main", *command],
            env=environment,
            cwd=CHECKOUT,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_for(is_so: Callable[[], bool], home: Path) -> None:
    """Wait until something is so."""
    end = time.monotonic() + MOST_SECONDS
    while not is_so():
        assert time.monotonic() < end, (home / "log.txt").read_text()[-2_000:]
        time.sleep(0.1)


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a program started."""
    return [int(one) for one in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def test_what_comes_due_goes_out_while_the_site_runs(
    transactional_db: None, listener: Listener, tmp_path: Path
) -> None:
    office, port, site = Office.with_scheme(shipped("imi2"), "imi2"), free_port(), free_port()
    open_topic(office.actor, NewTopic("imi2", "T1", "Title"))
    row = made(listener, rules.TOPIC)
    for number in range(3):
        subscriber(f"p{number}@example.org")
    words = ("serve", "--port", str(site), "--workers", "2")
    with serving(port) as postman, running(tmp_path, port, *words) as server:
        wait_for(lambda: len(children(server)) == 2, tmp_path)
        open_topic(office.actor, NewTopic("imi2", "T2", "Title"))
        sent = issue()
        issues.send_now(Actor("Olga", roles.OFFICER), sent.pk)
        wait_for(lambda: ("topic.changed", "T2") in told(listener), tmp_path)
        wait_for(lambda: NewsletterIssue.objects.get(pk=sent.pk).status == "sent", tmp_path)
        wait_for(lambda: PublishedRecord.objects.filter(scheme__code="imi2", what="figures").exists(), tmp_path)
        assert sorted(recipients[0] for recipients, _ in postman.taken) == [
            f"p{number}@example.org" for number in range(3)
        ]
        # Others send at the same time, and the processes of the site are killed and start again: still nothing twice.
        with running(tmp_path, port, "send-mail", "--watch"), running(tmp_path, port, "deliver", "--watch"):
            for one in children(server):
                os.kill(one, signal.SIGKILL)
            open_topic(office.actor, NewTopic("imi2", "T3", "Title"))
            second = issue(items=sent.items)
            issues.send_now(Actor("Olga", roles.OFFICER), second.pk, although_told=True)
            wait_for(lambda: NewsletterIssue.objects.get(pk=second.pk).status == "sent", tmp_path)
        wait_for(lambda: ("topic.changed", "T3") in told(listener), tmp_path)
        open_topic(office.actor, NewTopic("imi2", "T4", "Title"))
        wait_for(lambda: ("topic.changed", "T4") in told(listener), tmp_path)
    assert len(postman.taken) == Message.objects.filter(sent_at__isnull=False).count() == 6
    assert Message.objects.filter(sent_at=None).count() == 0
    assert len(listener.came) == WebhookDelivery.objects.filter(webhook=row, status="taken").count()
    # The site ended without leaving a batch behind that somebody would have to look into.
    assert list((tmp_path / "outbox").glob("*.journal")) == []


def test_what_is_published_is_recorded_once_a_day_and_only_where_it_changed(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    diary, today = Diary(), dt.date(2026, 3, 2)
    diary.record(today)
    first = PublishedRecord.objects.count()
    assert set(PublishedRecord.objects.values_list("what", flat=True)) >= {"figures", "grants"}
    told = AuditEvent.objects.filter(action="record what is published").values_list("actor_name", "actor_role")
    assert set(told) == {("cofund serve", "operator")}
    office.pledge(MILLION, "Trust", kind="FC_JU")
    diary.record(today)
    assert PublishedRecord.objects.count() == first
    for day in (3, 4):
        diary.record(dt.date(2026, 3, day))
        # The pledge is told in the figures alone, and nothing changed on the day after.
        assert PublishedRecord.objects.count() == first + 1
    # A program that starts anew records what has changed since, and nothing twice.
    Diary().record(today)
    assert PublishedRecord.objects.count() == first + 1
