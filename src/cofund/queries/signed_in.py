"""The session behind a cookie and the person behind a session, read again only after something was written."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session

from cofund.queries.keeping import kept
from cofund.records.directory.models import User


@kept(2_000)
def session(key: str) -> tuple[str, datetime] | None:
    """Give a session as it is stored, and when it runs out; None where there is none."""
    return Session.objects.filter(session_key=key).values_list("session_data", "expire_date").first()


@kept(2_000)
def person(user_id: int) -> User | None:
    """Give a person with its organisation: one for all who ask, whom nobody may change."""
    return User.objects.select_related("organisation").filter(pk=user_id).first()
