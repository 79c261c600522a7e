"""Makes the address of a person's calendar, or another one in place of it."""

from __future__ import annotations

import secrets
from datetime import datetime

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.directory.models import CalendarFeed, User


def renew(actor: Actor, user: User, *, at: datetime | None = None) -> CalendarFeed:
    """Give a person a calendar address of their own; the address before ends at once.

    Raises:
        NotAllowed: the role does not include it, or it is somebody else's calendar.
    """
    instant = at or clock.now()
    actor.require("renew calendar address")
    if actor.user_id != user.pk:
        raise NotAllowed(
            asked=f"{actor.name} asked for a new calendar address of {user}.",
            wrong="A calendar address is made by the person whose calendar it is.",
            remedy="Sign in as that person.",
            action="renew calendar address",
            role=actor.role,
        )
    with writing():
        feed, _ = CalendarFeed.objects.update_or_create(
            user=user, defaults={"nonce": secrets.token_hex(16), "renewed_at": instant}
        )
        audit.record(actor, "renew calendar address", f"user/{user.username}", at=instant)
        return feed
