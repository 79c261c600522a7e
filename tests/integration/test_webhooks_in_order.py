"""Webhooks when programs get in each other's way: rows that are committed late, addresses that hang, two senders at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from tests.books import Office, shipped
from tests.integration.test_webhooks import Listener, in_time, listener, made, told

from cofund.actions import audit, webhook_sending, webhooks
from cofund.actions.actors import Actor
from cofund.actions.webhooks import NewWebhook
from cofund.queries import clock
from cofund.records.directory.models import AuditEvent, User, Webhook, WebhookDelivery
from cofund.rules import webhooks as rules

__all__ = ["listener"]


def change(code: str) -> None:
    """Leave an audit row of a topic in the transaction that is open."""
    audit.record(Actor.operator(), "edit topic", f"imi2/topic/{code}", at=clock.now())


@contextmanager
def hanging(*, trickles: bool) -> Iterator[str]:
    """The address of a server that takes a message and never answers, or a byte at a time for as long as it is listened to."""
    server, is_over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            try:
                found, _ = server.accept()
            except OSError:
                return
            with found:
                while not is_over.wait(0.02):
                    try:
                        if trickles:
                            found.send(b"HTTP/1.1 200 OK\r\nX: ")
                    except OSError:
                        break

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        is_over.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def test_row_that_is_committed_after_later_ones_is_told(transactional_db: None, listener: Listener) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    row = made(listener, rules.TOPIC)
    is_written, may_commit = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                change("T1")
                is_written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert is_written.wait(20)
    # SQLite has one writer at a time: there the others come after it.
    if connection.vendor == "sqlite":
        may_commit.set()
        thread.join()
    with transaction.atomic():
        for _ in range(1_100):
            change("T2")
    webhooks.take_up()
    row.refresh_from_db()
    newest = AuditEvent.objects.latest("pk").pk
    assert (row.told_row == newest) == (connection.vendor == "sqlite")
    may_commit.set()
    thread.join()
    webhooks.take_up()
    row.refresh_from_db()
    assert row.told_row == newest
    hrefs = list(WebhookDelivery.objects.values_list("href", flat=True))
    assert [len(hrefs), hrefs.count("/api/v1/programmes/imi2/topics/T1")] == [1_101, 1]


@pytest.mark.django_db
@pytest.mark.parametrize("trickles", [False, True])
def test_address_that_hangs_holds_up_nobody_else(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, trickles: bool
) -> None:
    monkeypatch.setattr(webhook_sending, "SECONDS", 1)
    office = Office.with_scheme(shipped("imi2"), "imi2")
    owner = User.objects.create_user("hans", role="officer", password=None)
    with hanging(trickles=trickles) as url:
        webhooks.make(Actor.of(owner), owner, NewWebhook(url, (rules.TOPIC,)))
        made(listener, rules.TOPIC)
        for code in ("T1", "T2", "T3", "T4"):
            office.topic(code)
            change(code)
        webhooks.take_up()
        begun = time.monotonic()
        found = webhooks.deliver()
        assert time.monotonic() - begun < 3
        number = len(listener.came)
        assert [number >= 4, found] == [True, (number, number)]
        # What was not tried is counted as what was, so that it ends as often as that.
        rows = Webhook.objects.get(owner=owner).deliveries
        assert set(rows.values_list("status", "attempts")) == {("waiting", 1)}
        for _ in rules.WAITS:
            in_time(days=2)
            webhooks.deliver()
        assert set(rows.values_list("status", "attempts")) == {("given_up", len(rules.WAITS) + 1)}


def test_two_that_deliver_at_once_tell_each_event_once(transactional_db: None, listener: Listener) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made(listener, rules.TOPIC)
    for code in ("T1", "T2", "T3", "T4", "T5", "T6"):
        office.topic(code)
        change(code)
    start = threading.Barrier(3)

    def deliver() -> None:
        try:
            start.wait(10)
            webhooks.take_up()
            webhooks.deliver()
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    webhooks.deliver()
    ids = [headers["Cofund-Delivery"] for headers, _ in listener.came]
    assert [len(ids), len(set(ids))] == [WebhookDelivery.objects.count()] * 2
    assert {key for _, key in told(listener)} >= {"T1", "T6"}
