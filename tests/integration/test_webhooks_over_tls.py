"""Webhooks over https, as they go in service: to a server that proves its name, and to none that does not."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.books import MILLION, Office, shipped
from tests.integration.test_webhooks import Listener, handler_of, made, tell, told
from tests.tls import Authority
from tests.worlds import world

from cofund.actions import webhook_sending
from cofund.records.directory.models import WebhookDelivery
from cofund.rules import webhooks as rules

pytestmark = pytest.mark.django_db


@world
def office() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.fixture
def authority(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this computer trusts, and addresses on loopback that may be told."""
    found = Authority(tmp_path)
    # What OpenSSL reads where an administrator has an authority of the house.
    monkeypatch.setenv("SSL_CERT_FILE", str(found.path))
    settings.COFUND_WEBHOOK_PRIVATE = True
    return found


class _Server(ThreadingHTTPServer):
    """A server of which a visitor that breaks off is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@contextmanager
def listening(shown: ssl.SSLContext | None) -> Iterator[Listener]:
    """A program that is told at `https://localhost`, which shows this certificate; with None it speaks no TLS."""
    found = Listener()
    # The machine that the name leads to first, as the sender takes it.
    family, _, _, _, address = socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)[0]
    kind = type("Server", (_Server,), {"address_family": family})
    server = kind((str(address[0]), 0), handler_of(found))
    if shown is not None:
        server.socket = shown.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found.url = f"https://localhost:{server.server_address[1]}/told?by=cofund"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_right_certificate_is_told(office: Office, authority: Authority) -> None:
    with listening(authority.server("localhost")) as listener:
        made(listener, rules.TOPIC)
        office.award(MILLION)
        assert tell() == (1, 0)
    assert told(listener) == [("topic.changed", "T1")]
    row = WebhookDelivery.objects.get()
    assert (row.status, row.answer) == ("taken", "204 No Content")


def test_nothing_is_told_to_who_does_not_prove_its_name(office: Office, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other", "Authority that nobody trusts")
    cases = {
        "the certificate of the address is for another name than localhost": authority.server("hooks.example.org"),
        "the certificate of the address is signed by no authority that this site knows": stranger.server("localhost"),
        "the certificate of the address is over": authority.server("localhost", days=(-3, -1)),
        "the certificate of the address is not valid yet": authority.server("localhost", days=(1, 3)),
        "no encrypted connection (TLS) could be made: ": None,
    }
    for words, shown in cases.items():
        with listening(shown) as listener:
            with pytest.raises(webhook_sending.Unreachable) as raised:
                webhook_sending.post(listener.url, b"{}", {})
            # Of an answer without TLS each version of OpenSSL has words of its own.
            assert (str(raised.value).startswith(f"not reached: {words}"), listener.came) == (True, [])


def test_log_says_what_is_wrong_with_the_certificate_and_the_message_waits(
    office: Office, authority: Authority
) -> None:
    with listening(authority.server("hooks.example.org")) as listener:
        made(listener, rules.TOPIC)
        office.award(MILLION)
        assert (tell(), listener.came) == ((0, 1), [])
    row = WebhookDelivery.objects.get()
    words = "not reached: the certificate of the address is for another name than localhost"
    assert (row.status, row.attempts, row.answer) == ("waiting", 1, words)
