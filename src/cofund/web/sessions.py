"""Sessions in the database, each read again only after something was written: every page of the office asks for one.

A session that was ended, or whose person changed, is a row that was written, and is seen at once by every process.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from cofund.queries import clock, signed_in


class SessionStore(db.SessionStore):
    """Django's own store of sessions, whose reading is kept while nothing is written."""

    def load(self) -> dict[str, Any]:
        """Give what the session holds; one that there is not, or that has run out, begins anew."""
        held = signed_in.session(self.session_key) if self.session_key else None
        if held is None or held[1] <= clock.now():
            self._session_key = None
            return {}
        return dict(self.decode(held[0]))

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Keep the sessions in Django's own table."""
        return Session
