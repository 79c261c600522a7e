"""One connection to the mail server, kept for many e-mails; it tells exactly what is known of each: taken, refused, or in doubt."""

from __future__ import annotations

import contextlib
import re
import smtplib
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

_SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
_OWN: Final = "cofund.actions.mail_server.TellingBackend"
_GOES_ON: Final = 354
# The server is about to close; that says nothing of the e-mail.
_CLOSING: Final = 421
_BAD_ADDRESS: Final = re.compile(rb"5\.1\.(1|2|3|6|10)\b")


class Known(Enum):
    """What is known of an e-mail that was handed over."""

    TAKEN = "taken"
    REFUSED = "refused"
    # No server: the e-mail was not handed over at all.
    UNREACHABLE = "unreachable"
    # The server had all of it, and its answer never came.
    IN_DOUBT = "in doubt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one e-mail; `failure` says why, `is_gone` whether the server said that there is no such recipient."""

    known: Known
    failure: str = ""
    is_gone: bool = False


class _Telling(smtplib.SMTP):
    """An SMTP client that remembers whether the server may have taken what it was last sent."""

    may_have_taken = False

    def data(self, message: Any) -> tuple[int, bytes]:
        """Send the e-mail itself; from its first byte to the answer of the server it is in doubt.

        `smtplib` does the same, and does not tell a connection that broke before from one that broke after.
        """
        self.may_have_taken = False
        code, words = self.docmd("data")
        if code != _GOES_ON:
            raise smtplib.SMTPDataError(code, words)
        whole = message.encode("ascii") if isinstance(message, str) else message
        # A line that begins with a dot gets a second one, so that none ends the e-mail (RFC 5321, 4.5.2).
        whole = re.sub(rb"(?m)^\.", b"..", whole)
        ending = b".\r\n" if whole.endswith(b"\r\n") else b"\r\n.\r\n"
        self.may_have_taken = True
        self.send(whole + ending)
        code, words = self.getreply()
        self.may_have_taken = False
        return code, words


class _TellingOverTls(_Telling, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class TellingBackend(EmailBackend):
    """Django's way to an SMTP server, with a client that tells what is known."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The client."""
        return _TellingOverTls if self.use_ssl else _Telling


class Line:
    """A connection to the mail server as the settings name it. Used in a `with`; it connects when the first e-mail comes."""

    def __init__(self) -> None:
        self._is_smtp = settings.EMAIL_BACKEND == _SMTP
        self._backend: Any = get_connection(_OWN if self._is_smtp else None)
        self._is_open = False

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, where there is one."""
        # It may be gone already.
        with contextlib.suppress(OSError):
            self._backend.close()
        self._backend.connection = None
        self._is_open = False

    def deliver(self, message: EmailMessage) -> Outcome:
        """Hand over one e-mail. A connection that turns out to have been closed meanwhile is opened once more."""
        was_open = self._is_open
        outcome = self._deliver(message)
        return self._deliver(message) if outcome.known is Known.UNREACHABLE and was_open else outcome

    def _deliver(self, message: EmailMessage) -> Outcome:
        """Hand it over on the connection that there is, else on a new one."""
        try:
            if self._is_smtp:
                self._backend.open()
                self._is_open = True
                self._backend.connection.may_have_taken = False
        except OSError as error:
            self.close()
            return Outcome(Known.UNREACHABLE, _words(error))
        try:
            self._backend.send_messages([message])
        except (OSError, ValueError) as error:
            # Kinds of OSError: all of smtplib's, and what sockets raise. ValueError: no header.
            return self._failed(error)
        return Outcome(Known.TAKEN)

    def _failed(self, error: Exception) -> Outcome:
        """What an error tells of the e-mail, and whether the connection can be used again."""
        client = getattr(self._backend, "connection", None)
        if getattr(client, "may_have_taken", False):
            self.close()
            return Outcome(Known.IN_DOUBT, _words(error))
        codes = _codes(error)
        if isinstance(error, ValueError) or (codes and _CLOSING not in codes):
            return Outcome(Known.REFUSED, _words(error), _is_gone(error))
        self.close()
        return Outcome(Known.UNREACHABLE if self._is_smtp else Known.REFUSED, _words(error))


def _codes(error: Exception) -> list[int]:
    """The codes with which the server answered; none where it did not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0 else []


def _is_gone(error: Exception) -> bool:
    """Whether the server said of the recipient that there is none. Source: RFC 3463, 3.2, the codes of a bad address.

    Without such a code a refusal may be about us: a server that takes nothing from this computer refuses everybody.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(_BAD_ADDRESS.match(words) for _, words in error.recipients.values())


def _words(error: Exception) -> str:
    """A failure as it is kept."""
    return f"{type(error).__name__}: {error}"[:1000]
