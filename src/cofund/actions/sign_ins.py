"""Counts attempts to sign in, in the database and so for all processes together, and forgets them when they are old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils.crypto import salted_hmac

from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.directory.models import SignInAttempts

# So many attempts of one name from one address are taken within so long, counted from the first of them.
MOST: Final = 10
WINDOW: Final = timedelta(minutes=1)


def attempt(name: str, origin: str, *, at: datetime | None = None) -> bool:
    """Count an attempt of a name from a network address, neither of which is kept; tell whether it may be tried.

    No audit row: it would keep who was tried.
    """
    now = at or clock.now()
    with writing():
        digest = _digest(name, origin)
        SignInAttempts.objects.filter(digest=digest, since_at__lte=now - WINDOW).delete()
        SignInAttempts.objects.get_or_create(digest=digest, defaults={"since_at": now})
        # The update waits for whoever counts the same just now, and counts on from there.
        SignInAttempts.objects.filter(digest=digest).update(count=F("count") + 1)
        count = SignInAttempts.objects.filter(digest=digest).values_list("count", flat=True).first()
        return count is None or count <= MOST


def forget(name: str, origin: str) -> None:
    """Forget the attempts of somebody who got in."""
    SignInAttempts.objects.filter(digest=_digest(name, origin)).delete()


def erase_old(*, at: datetime | None = None) -> int:
    """Erase the counts whose time is over; tell how many went."""
    return SignInAttempts.objects.filter(since_at__lte=(at or clock.now()) - WINDOW).delete()[0]


def _digest(name: str, origin: str) -> str:
    """What is kept of a name and an address: capitals of the name do not matter."""
    return salted_hmac("cofund.sign-in", f"{name.casefold()} {origin}", algorithm="sha256").hexdigest()
