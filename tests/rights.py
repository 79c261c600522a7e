"""People who sign in for a partner, with rights of its organisation: without the right to read they see nothing of it."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher

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
    """Somebody who signs in for an organisation with exactly these rights; without a password somebody who is only invited.

    The password is hashed once, not a million times: it protects nothing here, and a test that makes people would take minutes.
    """
    user = User(
        username=name, email=f"{name}@example.org", role=User.Role.PARTNER, organisation=organisation, first_name=name
    )
    if password is None:
        user.set_unusable_password()
    else:
        user.password = PBKDF2PasswordHasher().encode(password, "salt", iterations=1)
    user.save()
    return grant(user, organisation, *rights) if rights else user
