"""Checks that the actions on ideas, topics and consultations share: states, texts, decisions, floods of public forms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.programme.models import Scheme, Topic
from cofund.rules.lifecycles import Lifecycle

# Longest text of one field that people write here, in characters.
MOST_SIGNS = 20_000


def check_step(lifecycle: Lifecycle, action: str, state: str, asked: str) -> None:
    """Refuse a step that does not start from the state that an object is in.

    Raises:
        Refused: with the states that it starts from, in words.
    """
    if lifecycle.allows(action, state):
        return
    raise Refused(
        asked=asked,
        wrong=f"The {lifecycle.noun} stands at “{lifecycle.states[state].lower()}”.",
        remedy=f"This can be done while it is: {lifecycle.in_words(lifecycle.step(action).starts_from)}.",
        state=state,
    )


def check_text(text: str, asked: str, field: str, what: str) -> str:
    """Give a text without the space around it.

    Raises:
        Refused: it is empty, or too long; for the named form field.
    """
    found = text.strip()
    if not found:
        raise Refused(asked=asked, wrong=f"{what} is missing.", remedy="Write it.", field=field)
    if len(found) > MOST_SIGNS:
        wrong = f"{what} has {len(found):,} characters; at most {MOST_SIGNS:,} are taken."
        raise Refused(asked=asked, wrong=wrong, remedy="Shorten it.", field=field)
    return found


def locked_scheme(code: str, asked: str) -> Scheme:
    """The row of a scheme, locked until the transaction ends: numbers that count up are given under it.

    Raises:
        Refused: the site has no such programme.
    """
    found = Scheme.objects.select_for_update().filter(code=code, book__isnull=False).first()
    if found is None:
        raise Refused(
            asked=asked, wrong="There is no such programme.", remedy="Choose one of the list.", field="scheme"
        )
    return found


def locked_topic(topic: Topic) -> Topic:
    """The same topic as it stands now, locked until the transaction ends."""
    return Topic.objects.select_for_update(of=("self",)).select_related("scheme", "call").get(pk=topic.pk)


def origin_of(address: str) -> str:
    """The keyed hash of the address that a public form came from: it tells two senders apart, and nobody who they are."""
    return salted_hmac("cofund.origin", address, algorithm="sha256").hexdigest() if address else ""


def check_flood(
    rows: models.Manager[Any], instants: str, origin: str, *, most: int, asked: str, at: datetime | None = None
) -> None:
    """Refuse more than `most` rows a day from one origin; forget the origins of older rows.

    Raises:
        Refused: the limit is reached.
    """
    since = (at or clock.now()) - timedelta(days=1)
    rows.filter(**{f"{instants}__lt": since}).exclude(origin_digest="").update(origin_digest="")
    if origin and rows.filter(origin_digest=origin).count() >= most:
        raise Refused(
            asked=asked,
            wrong=f"{most} came from your address within a day, which is the most that is taken.",
            remedy="Send the next one tomorrow, or write to the programme office.",
            is_flood=True,
        )


def day_of(at: datetime) -> date:
    """The day of an instant in the site's time zone."""
    return timezone.localdate(at)


def person(actor: Actor) -> User | None:
    """The account of who acts; None for the public and for the command line."""
    return User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
