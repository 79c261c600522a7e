"""People who sign in for a partner, with rights of its organisation: without the right to read they see nothing of it."""

from __future__ import annotations

from cofund.queries import clock
from cofund.records.directory.models import Organisation, PartnerRight, User

ALL = tuple(PartnerRight.Right.values)


def grant(user: User, organisation: Organisation, *rights: str) -> User:
    """Give somebody rights for an organisation; all of them where none is named."""
    at = clock.now()
    for right in rights or ALL:
        PartnerRight.objects.create(user=user, organisation=organisation, right=right, granted_at=at)
    return user


def partner(name: str, organisation: Organisation, *rights: str, password: str | None = None) -> User:
    """Somebody who signs in for an organisation with exactly these rights."""
    user = User.objects.create_user(name, password=password, role=User.Role.PARTNER, organisation=organisation)
    user.email = f"{name}@example.org"
    user.save()
    return grant(user, organisation, *rights) if rights else user
