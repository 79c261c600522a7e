"""Sends the link with which an invited person sets a password, and sets it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from cofund.actions import audit, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, invitations
from cofund.records.directory.models import Organisation, User

_TEXT = """{name},

{inviter} invites you to sign in at {site} for {organisation}.

Set your password here; the link works once, for {days} days:

{link}

Your user name is {username}

If you do not know what this is about, do nothing: without a password nobody can sign in.
"""


def send_link(person: User, organisation: Organisation, inviter: str, at: datetime) -> None:
    """Write the e-mail with the link into the outbox."""
    token = invitations.token_of(person)
    text = _TEXT.format(
        name=person.get_full_name(),
        inviter=inviter,
        site=settings.SITE_TITLE,
        organisation=organisation.name,
        days=invitations.VALID_FOR.days,
        link=f"{settings.COFUND_SITE_URL}{reverse('invitation', args=[token])}",
        username=person.username,
    )
    key = f"invitation/{person.pk}/{hashlib.sha256(token.encode()).hexdigest()[:32]}"
    subject = f"Your sign-in at {settings.SITE_TITLE} for {organisation.name}"
    messages.write("invitation", person.email, subject, text, key=key, at=at)


def accept(token: str, password: str, *, at: datetime | None = None) -> User:
    """Set the password of whoever was sent the link; the link ends with it.

    Raises:
        Refused: the link no longer works, or the password is too easy to guess (with `field` password).
    """
    with writing():
        person = invitations.person_of(token)
        if person is None:
            raise Refused(
                asked="You asked to set a password.",
                wrong="This link no longer works: it was used, has ended, or a newer one was sent.",
                remedy="Sign in, or ask whoever invited you to send a new link.",
            )
        # Two who use one link at one time: the second waits here and finds it used.
        locked = User.objects.select_for_update().get(pk=person.pk)
        if locked.password != person.password:
            return accept(token, password, at=at)
        try:
            validate_password(password, locked)
        except ValidationError as error:
            raise Refused(
                asked="You asked to set a password.",
                wrong=" ".join(error.messages),
                remedy="Choose a longer one that nobody would guess.",
                field="password",
            ) from error
        locked.set_password(password)
        locked.save(update_fields=["password"])
        audit.record(Actor.of(locked), "set password by link", f"user/{locked.username}", at=at or clock.now())
        return locked
