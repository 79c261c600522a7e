"""Whether this site shows the demonstration, and the log-ins that come with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cofund.records.directory.models import AuditEvent, User

# Public on purpose: it is printed beside the log-ins, which only the demonstration makes.
PASSWORD: Final = "cofund-demo"  # noqa: S105
EMAIL_DOMAIN: Final = "demo.invalid"
LOADED: Final = "demonstration.load"


@dataclass(frozen=True, slots=True)
class LogIn:
    """A demonstration log-in as the sign-in page and the command line show it."""

    username: str
    password: str
    role: str
    name: str


def is_loaded() -> bool:
    """Tell whether the demonstration was loaded on this site."""
    return AuditEvent.objects.filter(action=LOADED).exists()


def loaded_at() -> datetime | None:
    """The instant at which the demonstration was first loaded on this site; None where it was not."""
    rows = AuditEvent.objects.filter(action=LOADED).order_by("pk")
    return rows.values_list("recorded_at", flat=True).first()


def edition_loaded() -> str:
    """Which facts the loaded demonstration was made of; empty where it was loaded before that was noted."""
    loaded = AuditEvent.objects.filter(action=LOADED).order_by("pk").last()
    return str((loaded.after or {}).get("edition", "")) if loaded else ""


def log_ins() -> list[LogIn]:
    """The demonstration's log-ins; none where it was not loaded."""
    users = User.objects.filter(email__endswith=f"@{EMAIL_DOMAIN}", is_active=True).order_by("pk")
    return [LogIn(user.username, PASSWORD, user.get_role_display(), str(user)) for user in users]
