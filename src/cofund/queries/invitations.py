"""Links with which an invited person sets a password: signed, for a time, and for as long as no password is set."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from cofund.records.directory.models import User

VALID_FOR: Final = timedelta(days=14)
_SALT: Final = "cofund.invitation"


def token_of(person: User) -> str:
    """Make the token of a person's link. It ends with the next password, usable or not: each invitation ends the one before."""
    return TimestampSigner(salt=_SALT).sign(f"{person.pk}.{_fingerprint(person)}")


def person_of(token: str) -> User | None:
    """The invited person whose link this is; None where it was not made here, was used, has ended, or they were deactivated."""
    try:
        key, _, fingerprint = TimestampSigner(salt=_SALT).unsign(token, max_age=VALID_FOR).partition(".")
    except BadSignature:
        return None
    person = User.objects.filter(pk=int(key), is_active=True).first()
    if person is None or person.has_usable_password():
        return None
    return person if constant_time_compare(fingerprint, _fingerprint(person)) else None


def _fingerprint(person: User) -> str:
    """What changes with the password, and tells nothing of it."""
    return salted_hmac(_SALT, person.password).hexdigest()[:32]
