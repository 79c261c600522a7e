"""Where a visitor comes from, for limits that count without keeping who it was."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from cofund.rules.origins import origin


def origin_of(request: HttpRequest) -> str:
    """The network address of a visitor; behind a proxy the one that the proxy itself saw."""
    forwarded, address = request.headers.get("X-Forwarded-For", ""), str(request.META.get("REMOTE_ADDR", ""))
    return origin(forwarded, address, behind_proxy=settings.BEHIND_TLS)
