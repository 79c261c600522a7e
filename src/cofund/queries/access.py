"""Who may see what: objects are reached through these functions, one condition a line."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cofund.queries import identity
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.rules import roles


def role_of(user: User | AnonymousUser) -> str:
    """The role of whoever asks; somebody who is not signed in, or has no role, is the public."""
    return (user.role or roles.PUBLIC) if isinstance(user, User) and user.is_active else roles.PUBLIC


def may(user: User | AnonymousUser, action: str) -> bool:
    """Tell whether a person's role includes an action."""
    return roles.may(role_of(user), action)


def visible_contributions(user: User | AnonymousUser) -> QuerySet[Contribution]:
    """The contributions whose life a person may read: the office and auditors all, a partner its own, the public none."""
    every = Contribution.objects.all()
    if may(user, "read the books"):
        return every
    if may(user, "read own contributions") and isinstance(user, User) and user.organisation_id:
        return identity.given_by(every, user.organisation_id)
    return every.none()
