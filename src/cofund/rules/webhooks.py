"""What webhooks tell of, how each message is signed, and when it is tried again."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Final

TOPIC: Final = "topic.changed"
PROJECT: Final = "project.changed"
CONTRIBUTION: Final = "contribution.changed"
DECISION: Final = "decision.published"
EVENTS: Final[dict[str, str]] = {
    TOPIC: "A topic, or the money behind it, changed",
    PROJECT: "A project, or the money behind it, changed",
    CONTRIBUTION: "A contribution that is public was published or changed",
    DECISION: "A decision was published",
}
# How long it waits after each failure; after the last one nothing is tried any more.
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1_440))
# An attempt that has not come back by then was killed with its program.
LEASE: Final = timedelta(minutes=5)


def signature(secret: str, body: bytes, at: int) -> str:
    """Sign a message that is sent at a second of Unix time: HMAC-SHA256 over the second, a dot and the body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def wait(attempts: int) -> timedelta | None:
    """Give how long to wait after so many attempts that failed; None where that is enough."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
