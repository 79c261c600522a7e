"""Sessions in the database, each read again only after something was written: every page of the office asks for one.

A session that was ended, or whose person changed, is a row that was written, and is seen at once by every process.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from cofund.queries import clock, signed_in

# Django's own lower bound.
_LEAST: Final = 8


class SessionStore(db.SessionStore):
    """Django's own store of sessions, whose reading is kept while nothing is written."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Whether a key can be one of ours; a cookie can hold any sign, and not every one may be asked the database for."""
        return key is not None and len(key) >= _LEAST and key.isascii() and key.isalnum()

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
