"""Webhooks against a real server on loopback: what is told and signed, told again where it was not taken, and lost by no kill."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from tests.books import MILLION, Office, shipped
from tests.publishing import hold
from tests.worlds import world

from cofund.actions import webhook_sending, webhooks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import deciding
from cofund.actions.webhooks import NewWebhook
from cofund.queries import clock
from cofund.queries import webhooks as reading
from cofund.records.directory.models import User, Webhook, WebhookDelivery
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Decision
from cofund.rules import roles
from cofund.rules import webhooks as rules

pytestmark = pytest.mark.django_db


@dataclass
class Listener:
    """A program that is told: it keeps what came, and answers with these statuses in turn, the last one for good."""

    statuses: list[int] = field(default_factory=lambda: [204])
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def answer(self) -> int:
        """The status of the next answer."""
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


def handler_of(found: Listener) -> type[BaseHTTPRequestHandler]:
    """What answers for a listener."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append((dict(self.headers.items()), body))
            self.send_response(found.answer())
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(found))
    found.url = f"http://127.0.0.1:{server.server_address[1]}/told?by=cofund"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with override_settings(COFUND_WEBHOOK_PRIVATE=True):
        yield found
    server.shutdown()
    thread.join()
    server.server_close()


@world
def office() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


def made(listener: Listener, *events: str) -> Webhook:
    """A webhook of an officer for all events, or some."""
    owner = User.objects.create_user("olga", role="officer", password=None)
    return webhooks.make(Actor.of(owner), owner, NewWebhook(listener.url, events or tuple(rules.EVENTS)))


def committed(office: Office) -> str:
    """The reference of a contribution that is public."""
    row = office.pledge(2 * MILLION, "Open Trust", kind="FC_JU").contribution
    office.endorse(row)
    office.reserve()
    office.commit()
    return row.reference


def tell() -> tuple[int, int]:
    """Put down what happened, and tell it."""
    webhooks.take_up()
    return webhooks.deliver()


def in_time(**forward: Any) -> None:
    """Let time pass for what waits."""
    for row in WebhookDelivery.objects.all():
        WebhookDelivery.objects.filter(pk=row.pk).update(next_at=row.next_at - dt.timedelta(**forward))


def told(listener: Listener) -> list[tuple[str, str]]:
    """The events that came, and of what."""
    found = [json.loads(body) for _, body in listener.came]
    return [(one["event"], one["href"].rpartition("/")[2]) for one in found]


def test_what_is_public_is_told_once_and_signed(office: Office, listener: Listener) -> None:
    row = made(listener)
    reference = committed(office)
    assert tell()[1] == 0
    assert ("contribution.changed", reference) in told(listener)
    assert ("topic.changed", "T1") in told(listener)
    number = len(listener.came)
    assert [tell(), len(listener.came)] == [(0, 0), number]
    headers, body = listener.came[0]
    at, _, signed = headers["Cofund-Signature"].partition(",v1=")
    secret = reading.secret_of(row).encode()
    expected = hmac.new(secret, at.removeprefix("t=").encode() + b"." + body, hashlib.sha256).hexdigest()
    assert [signed, headers["Content-Type"]] == [expected, "application/json"]
    assert json.loads(body).keys() == {"id", "event", "programme", "occurred_at", "href"}


def test_what_is_not_public_is_not_told(office: Office, listener: Listener) -> None:
    made(listener)
    office.topic()
    hidden = office.pledge(MILLION, "Secret Trust", kind="FC_JU").contribution
    tell()
    assert hidden.reference not in str(told(listener))
    # But the sum of its topic is public, and has changed.
    assert ("topic.changed", "T1") in told(listener)


def test_amount_that_is_held_back_changes_nothing_that_is_told(office: Office, listener: Listener) -> None:
    office.topic()
    row = office.pledge(MILLION, "Secret Trust", kind="FC_JU").contribution
    hold(office, row, "amount", until=clock.today() + dt.timedelta(days=30))
    made(listener, rules.TOPIC, rules.CONTRIBUTION)
    office.endorse(row)
    assert [tell(), told(listener)] == [(0, 0), []]


def test_what_was_before_and_other_events_are_not_told(office: Office, listener: Listener) -> None:
    committed(office)
    made(listener, rules.DECISION)
    office.award(MILLION)
    assert [tell(), listener.came] == [(0, 0), []]


def test_published_decision_is_told(office: Office, listener: Listener) -> None:
    made(listener, rules.DECISION)
    row = Decision.objects.create(scheme=office.row, number="D/1", decided_on=clock.today(), title="Work plan")
    deciding.publish(Actor("Governance", roles.GOVERNANCE_OFFICER), row)
    assert [tell(), told(listener)] == [(1, 0), [("decision.published", "1")]]


def test_two_failures_and_then_it_is_taken(office: Office, listener: Listener) -> None:
    listener.statuses = [500, 503, 200]
    made(listener, rules.TOPIC)
    office.award(MILLION)
    assert [tell(), webhooks.deliver()] == [(0, 1), (0, 0)]
    in_time(minutes=1, seconds=1)
    assert [webhooks.deliver(), webhooks.deliver()] == [(0, 1), (0, 0)]
    in_time(minutes=1, seconds=1)
    assert webhooks.deliver() == (0, 0)
    in_time(minutes=4)
    assert webhooks.deliver() == (1, 0)
    row = WebhookDelivery.objects.get()
    assert [row.status, row.attempts, row.answer] == ["taken", 3, "200 OK"]
    assert len({headers["Cofund-Delivery"] for headers, _ in listener.came}) == 1


def test_attempt_that_was_killed_is_made_again(
    office: Office, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(listener, rules.TOPIC)
    office.award(MILLION)
    webhooks.take_up()

    def killed(*_: Any) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(webhook_sending, "post", killed)
        with pytest.raises(KeyboardInterrupt):
            webhooks.deliver()
    assert webhooks.deliver() == (0, 0)
    in_time(minutes=5, seconds=1)
    assert [webhooks.deliver(), len(listener.came)] == [(1, 0), 1]


def test_address_that_never_takes_anything_is_given_up(office: Office, listener: Listener) -> None:
    listener.statuses = [500]
    row = made(listener, rules.TOPIC)
    office.award(MILLION)
    webhooks.take_up()
    for _ in rules.WAITS:
        assert webhooks.deliver() == (0, 1)
        in_time(days=2)
    assert [webhooks.deliver(), webhooks.deliver()] == [(0, 1), (0, 0)]
    delivery = WebhookDelivery.objects.select_related("webhook").get()
    assert [delivery.status, delivery.attempts] == ["given_up", len(rules.WAITS) + 1]
    webhooks.send_again(Actor.of(row.owner), delivery)
    assert webhooks.deliver() == (0, 1)


def test_ended_webhook_is_told_nothing(office: Office, listener: Listener) -> None:
    row = made(listener)
    office.topic()
    office.award(MILLION)
    webhooks.take_up()
    webhooks.end(Actor.of(row.owner), row)
    assert [webhooks.deliver(), listener.came] == [(0, 0), []]


def test_answer_that_leads_elsewhere_is_not_followed(office: Office, listener: Listener) -> None:
    listener.statuses = [302]
    made(listener, rules.TOPIC)
    office.award(MILLION)
    assert [tell(), len(listener.came)] == [(0, 1), 1]


def test_contribution_is_told_when_its_embargo_ends(
    office: Office, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, ends_on = committed(office), clock.today() + dt.timedelta(days=2)
    row = made(listener, rules.CONTRIBUTION)
    hold(office, Contribution.objects.get(reference=reference), "giver", until=ends_on)
    assert [tell(), told(listener)] == [(0, 0), []]
    monkeypatch.setattr(clock, "today", lambda: ends_on - dt.timedelta(days=1))
    assert tell() == (0, 0)
    monkeypatch.setattr(clock, "today", lambda: ends_on)
    assert [tell(), tell(), told(listener)] == [(1, 0), (0, 0), [("contribution.changed", reference)]]
    at = timezone.localtime(dt.datetime.fromisoformat(json.loads(listener.came[0][1])["occurred_at"]))
    assert [at.date(), at.time()] == [ends_on, dt.time()]
    assert row.deliveries.get().key.startswith("embargo-")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://intranet/",
        "https://user:secret@example.org/",
        "https://example.org:port/",
        "ftp://example.org/",
        "nothing",
    ],
)
def test_address_that_must_not_be_told_is_refused(office: Office, url: str) -> None:
    owner = User.objects.create_user("olga", role="officer", password=None)
    with pytest.raises(Refused) as refused:
        webhooks.make(Actor.of(owner), owner, NewWebhook(url, (rules.TOPIC,)))
    assert "url" in refused.value.fields["faults"]


def test_name_that_leads_into_a_private_network_later_is_not_told(office: Office, listener: Listener) -> None:
    row = made(listener, rules.TOPIC)
    office.award(MILLION)
    webhooks.take_up()
    # As if the name had been public when the webhook was made.
    Webhook.objects.filter(pk=row.pk).update(url="https://localhost.localdomain/")
    with override_settings(COFUND_WEBHOOK_PRIVATE=False):
        assert webhooks.deliver() == (0, 1)
    assert [listener.came, WebhookDelivery.objects.get().status] == [[], "waiting"]
    assert clock.now() < WebhookDelivery.objects.get().next_at
