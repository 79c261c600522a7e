"""Keys of the API: whose a key is, which ones open something, and which a person may see."""

from __future__ import annotations

import hashlib
from typing import Final

from django.db.models import Q, QuerySet

from cofund.queries import access, clock
from cofund.queries.keeping import kept
from cofund.records.directory.models import ApiKey, User
from cofund.rules import roles

# So that a key that was left somewhere is known for what it is.
BEGIN: Final = "cofund_"


def digest_of(secret: str) -> str:
    """What is kept of a key: it is long and drawn by chance, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@kept(512)
def holder(digest: str) -> ApiKey | None:
    """Give the key of a digest with its owner; None where there is none, it has ended, or its owner no longer signs in.

    A partner's key ends also where its owner has changed sides.
    """
    row = living().select_related("owner", "organisation").filter(digest=digest, owner__is_active=True).first()
    if row is None or not row.owner.role:
        return None
    is_partner = row.owner.role == roles.PARTNER
    if is_partner != (row.organisation_id is not None) or (
        is_partner and row.organisation_id != row.owner.organisation_id
    ):
        return None
    return row


def living(owner: User | None = None) -> QuerySet[ApiKey]:
    """Give the keys that open something today, of everybody or of one person."""
    rows = ApiKey.objects.filter(Q(expires_on=None) | Q(expires_on__gte=clock.today()), revoked_at=None)
    return rows if owner is None else rows.filter(owner=owner)


def visible(user: User) -> QuerySet[ApiKey]:
    """Give the keys that a person may see: their own, and everybody's with the right to end them."""
    rows = ApiKey.objects.select_related("owner", "organisation").order_by("-created_at", "-pk")
    return rows if access.may(user, "revoke another's key") else rows.filter(owner=user)


def state(key: ApiKey) -> str:
    """Tell whether a key opens something: `open`, `expired` or `revoked`."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_on is not None and key.expires_on < clock.today() else "open"
