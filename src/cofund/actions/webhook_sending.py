"""Sends one message to an address of somebody else: only where that is public, and to the very machine that was looked at.

An address that a person gives could lead into the office's own network. So its name is looked up once, every machine behind it must
be public, and the connection goes to that machine and not to the name again; nothing is followed elsewhere.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS: Final = 10
MOST_LETTERS: Final = 500
# What OpenSSL finds wrong with a certificate, by its number (`X509_V_ERR_…` of its x509_vfy.h), in words for the log.
_NOT_YET, _OVER, _OTHER_NAME, _UNKNOWN_AUTHORITY = {9}, {10}, {62, 64}, {2, 18, 19, 20, 21}


class Unreachable(Exception):
    """An address that cannot or must not be told; in words for the log."""


class _Fixed(http.client.HTTPConnection):
    """A connection to a machine that was chosen beforehand, whatever its name leads to meanwhile."""

    def __init__(self, parts: SplitResult, machine: str) -> None:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        super().__init__(host, port, timeout=SECONDS)
        self.machine = machine
        self.is_secure = parts.scheme == "https"
        self.is_late = False

    def connect(self) -> None:
        """Connect to the machine; over TLS it must prove the name."""
        self.sock = socket.create_connection((self.machine, self.port), SECONDS)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def break_off(self) -> None:
        """End it, whatever is waited for: the time limit of a socket begins anew with each byte that comes."""
        self.is_late = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def wrong_address(url: str) -> str:
    """What is wrong with an address, in words for whoever typed it; empty where nothing is."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "This is no address. Write it with https:// in front."
    is_open = settings.COFUND_WEBHOOK_PRIVATE
    if parts.scheme != "https" and not (is_open and parts.scheme == "http"):
        return "It does not begin with https://. Use an address that is encrypted on its way."
    if not parts.hostname or parts.username or parts.password or len(url) > MOST_LETTERS or not url.isprintable():
        return "This is no plain address. Leave out user names, passwords and spaces."
    if not is_open and _is_private_name(parts.hostname):
        return "It leads into a private network. Use an address that everybody can reach."
    return ""


def post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """Send a message; give the status of the answer and its words.

    Raises:
        Unreachable: the address must not be told, or does not answer.
    """
    if wrong := wrong_address(url):
        raise Unreachable(wrong)
    parts = urlsplit(url)
    try:
        connection = _Fixed(parts, _machine(parts))
        limit = threading.Timer(SECONDS, connection.break_off)
        limit.daemon = True
        limit.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read(1_000)
            if connection.is_late:
                raise Unreachable(f"not reached: no answer within {SECONDS} seconds")
            return f"{answer.status} {answer.reason}"
        finally:
            limit.cancel()
            connection.close()
    except ssl.SSLError as error:
        raise Unreachable(f"not reached: {_why_not_secure(error, parts.hostname or '')}") from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Unreachable(f"not reached: {type(error).__name__}: {error}") from error


def _why_not_secure(error: ssl.SSLError, host: str) -> str:
    """Why no encrypted connection came about, in words for whoever runs the address."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return f"no encrypted connection (TLS) could be made: {error.reason or error}"
    if error.verify_code in _OTHER_NAME:
        return f"the certificate of the address is for another name than {host}"
    if error.verify_code in _UNKNOWN_AUTHORITY:
        return "the certificate of the address is signed by no authority that this site knows"
    if error.verify_code in _OVER:
        return "the certificate of the address is over"
    if error.verify_code in _NOT_YET:
        return "the certificate of the address is not valid yet"
    return f"the certificate of the address does not hold: {error.verify_message}"


def _machine(parts: SplitResult) -> str:
    """The machine behind a name. Raises: Unreachable where one of those behind it is not public."""
    found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme, type=socket.SOCK_STREAM)
    machines = [str(one[4][0]) for one in found]
    if not settings.COFUND_WEBHOOK_PRIVATE and not all(_is_public(machine) for machine in machines):
        raise Unreachable("refused: it leads into a private network")
    return machines[0]


def _is_public(machine: str) -> bool:
    """Whether everybody can reach a machine."""
    address = ipaddress.ip_address(machine.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None)
    return (inner or address).is_global and not address.is_multicast


def _is_private_name(host: str) -> bool:
    """Whether a name says of itself that it is private."""
    try:
        return not _is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host
