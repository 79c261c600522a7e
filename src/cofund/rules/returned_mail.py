"""What an e-mail that came back says: for whom it was, whether the address is gone, and which of our messages it returns."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import Final

HARD, SOFT, LEAVE = "hard", "soft", "leave"
# Full, or too big for it: the address is there (RFC 3463, 3.3).
_PASSING: Final = re.compile(r"^(4\.|5\.2\.[23])")
_ADDRESS: Final = re.compile(r"[^\s<>;,]+@[^\s<>;,]+")
_LEAVE_WORD: Final = re.compile(r"\bleave\s+(\S+:\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Returned:
    """One thing that an e-mail says.

    `kind` is `hard` (the address takes nothing any more), `soft` (it took nothing now) or `leave` (its owner leaves; `word` is the
    signed word). `addresses` are all under which the recipient may be known here, `message_id` is that of the e-mail that came
    back.
    """

    kind: str
    addresses: tuple[str, ...] = ()
    message_id: str = ""
    status: str = ""
    reason: str = ""
    word: str = ""


def read(content: bytes) -> tuple[Returned, ...]:
    """Give what an e-mail says; nothing where it is neither a report of a delivery nor one that leaves.

    Source: RFC 3464 (delivery status notifications), RFC 3463 (status codes).
    """
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    word = _LEAVE_WORD.search(" ".join(str(parsed.get("Subject", "")).split()))
    if word:
        return (Returned(LEAVE, word=word.group(1)),)
    original = _original(parsed)
    return tuple(_said(block, original) for block in _recipients(parsed) if _is_failure(block))


def _recipients(parsed: Message) -> Iterator[Message]:
    """The blocks of a report that speak of one recipient each."""
    for part in parsed.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            blocks = part.get_payload()
            assert isinstance(blocks, list)
            for block in blocks:
                if isinstance(block, Message) and ("Final-Recipient" in block or "Original-Recipient" in block):
                    yield block


def _is_failure(block: Message) -> bool:
    """Whether a recipient got nothing, or nothing yet."""
    return str(block.get("Action", "")).strip().lower() in ("failed", "delayed")


def _said(block: Message, original: Message | None) -> Returned:
    """What a block says of its recipient."""
    status = str(block.get("Status", "")).split(" ")[0].strip()
    is_passing = str(block.get("Action", "")).strip().lower() == "delayed" or bool(_PASSING.match(status))
    named = [str(block.get(name, "")) for name in ("Original-Recipient", "Final-Recipient")]
    named.append(str(original.get("To", "")) if original is not None else "")
    addresses = tuple(dict.fromkeys(one.lower() for text in named for one in _ADDRESS.findall(text)))
    number = " ".join(str(original.get("Message-ID", "")).split()) if original is not None else ""
    reason = " ".join(str(block.get("Diagnostic-Code", "")).split())
    return Returned(SOFT if is_passing else HARD, addresses, number, status, reason[:250])


def _original(parsed: Message) -> Message | None:
    """The header of the e-mail that came back, where the report returns it."""
    for part in parsed.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return inner[0]
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            text = part.get_payload(decode=True)
            if isinstance(text, bytes):
                return email.message_from_bytes(text, policy=email.policy.default)
    return None
