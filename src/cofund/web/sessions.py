"""Sessions in the database, each read again only after something was written: every page of the office asks for one.

A session that was ended, or whose person changed, is a row that was written, and is seen at once by every process.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from cofund.queries import clock
from cofund.queries.keeping import kept


class SessionStore(db.SessionStore):
    """Django's own store of sessions, whose reading is kept while nothing is written."""

    def load(self) -> dict[str, Any]:
        """Give what the session holds; one that there is not, or that has run out, begins anew."""
        held = _held(self.session_key) if self.session_key else None
        if held is None or held[1] <= clock.now():
            self._session_key = None
            return {}
        return dict(self.decode(held[0]))

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Keep the sessions in Django's own table."""
        return Session


@kept(2_000)
def _held(key: str) -> tuple[str, datetime] | None:
    """A session as it is stored, and when it runs out; None where there is none."""
    return Session.objects.filter(session_key=key).values_list("session_data", "expire_date").first()
