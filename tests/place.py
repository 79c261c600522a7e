"""What a site is on which pages are looked at: who looks, and the keys that addresses name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cofund.records.directory.models import User


@dataclass
class Place:
    """A built site: who looks at it, by the name in the list of pages, and the keys that its addresses name."""

    people: dict[str, User] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)


def by_username() -> dict[str, User]:
    """Everybody who signs in."""
    return {person.username: person for person in User.objects.all()}
