"""Comments that wait for their e-mail address to be confirmed: whose link is whose, and how many came from where."""

from __future__ import annotations

from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from cofund.queries.interest import digest
from cofund.records.programme.models import PendingComment
from cofund.rules.knocking import CONFIRM_WITHIN, LONGEST_WINDOW

_SALT = "cofund.comment"


def signed(token: str) -> str:
    """A token as the link in the e-mail carries it: with the signature of this site."""
    return Signer(salt=_SALT).sign(token)


def find(signed_token: str) -> PendingComment | None:
    """The comment of a link; None where the link is not of this site, or what it was for is erased."""
    try:
        token = Signer(salt=_SALT).unsign(signed_token)
    except BadSignature:
        return None
    rows = PendingComment.objects.select_related("consultation__topic__scheme")
    return rows.filter(token_digest=digest(token)).first()


def has_lapsed(row: PendingComment, now: datetime) -> bool:
    """Whether it was not confirmed in time."""
    return row.confirmed_at is None and row.made_at + CONFIRM_WITHIN <= now


def outdated(now: datetime) -> QuerySet[PendingComment]:
    """Those whose link is over, confirmed or not: nothing of them is needed any more."""
    return PendingComment.objects.filter(made_at__lte=now - CONFIRM_WITHIN)


def made_before(now: datetime, *, email: str = "", origin: str = "") -> list[datetime]:
    """The instants of what came from an e-mail address, else from an origin (its digest), within the longest window."""
    rows = PendingComment.objects.filter(made_at__gt=now - LONGEST_WINDOW)
    if email:
        return list(rows.filter(email__iexact=email).values_list("made_at", flat=True))
    return list(rows.filter(origin_digest=origin).values_list("made_at", flat=True)) if origin else []
