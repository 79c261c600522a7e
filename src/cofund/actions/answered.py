"""Does what a program asks for once, however often it asks: the answer is kept in the transaction of what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError

from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.directory.models import AnsweredRequest, ApiKey

# So long a request that is sent again gets the same answer; after that its name can be used for another one.
KEEP: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request was answered, and whether that was done before."""

    content: dict[str, Any]
    was_there: bool


class OtherRequest(Refused):
    """A program used one name for two different requests."""


def once(key: ApiKey, token: str, digest: str, act: Callable[[], dict[str, Any]]) -> Answered:
    """Run an action in one transaction with the name that a program gave the request; give what was answered.

    Args:
        key: by which key it was asked.
        token: what the program calls this request and no other one.
        digest: of everything that was asked.
        act: the action; gives what is answered.

    Raises:
        OtherRequest: the name was used for something else before.
        Refused: what the action refuses; then nothing is kept, and the request can be sent again.
    """
    done = _done(key, token, digest)
    if done is not None:
        return done
    try:
        with writing():
            # Whoever sends the same at the same time waits here for the end of this transaction.
            row = AnsweredRequest.objects.create(key=key, token=token, digest=digest, answered_at=clock.now())
            row.content = act()
            row.save(update_fields=["content"])
            return Answered(row.content, was_there=False)
    except IntegrityError:
        done = _done(key, token, digest)
        if done is None:
            raise
        return done


def erase_old(*, at: datetime | None = None) -> int:
    """Erase answers that were kept long enough; tell how many. What was done stays, with its audit row."""
    with writing():
        gone, _ = AnsweredRequest.objects.filter(answered_at__lte=(at or clock.now()) - KEEP).delete()
    return gone


def _done(key: ApiKey, token: str, digest: str) -> Answered | None:
    """What was answered to this request before; None where it is new. Raises: OtherRequest."""
    row = AnsweredRequest.objects.filter(key=key, token=token).first()
    if row is None:
        return None
    if row.digest != digest:
        raise OtherRequest(
            asked="The request came under a name that this key used before.",
            wrong="That one asked for something else.",
            remedy="Give each request an Idempotency-Key of its own.",
            field="header.Idempotency-Key",
        )
    return Answered(row.content, was_there=True)
