"""Who is signed in, read again only after something was written: every page of the office asks for that."""

from __future__ import annotations

import copy

from django.contrib.auth.backends import ModelBackend

from cofund.queries import signed_in
from cofund.records.directory.models import User


class KeptPeople(ModelBackend):
    """Signs in by name and password as Django does; the person behind a session is kept while nothing is written."""

    def get_user(self, user_id: int) -> User | None:
        """Give the person of a session, each reader one of its own; None where there is none, or may not sign in any more."""
        found = signed_in.person(user_id)
        # Each page gets a copy, since a page may change what it was given.
        return copy.copy(found) if found is not None and self.user_can_authenticate(found) else None
