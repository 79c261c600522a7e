"""The one place that reads the clock, so that every action can be given another instant."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The present instant, aware."""
    return timezone.now()


def today() -> date:
    """Today in the site's time zone."""
    return timezone.localdate()
