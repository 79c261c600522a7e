"""Who asks: everybody alike without a key."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cofund.queries.publication import Audience, audience
from cofund.records.directory.models import User


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and under which name requests are counted."""

    user: User | AnonymousUser
    counted_as: str

    def reader(self, *scheme_codes: str) -> Audience:
        """What this caller may read of single contributions, of some schemes or of all."""
        return audience(self.user, scheme_codes or None)


def of(request: HttpRequest) -> Caller:
    """The caller of a request that came through the gate."""
    found: Caller = getattr(request, "caller")  # noqa: B009  # a request has no field of this name
    return found
