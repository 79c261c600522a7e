"""Makes and ends the keys by which programs act in the name of a person; the key itself is shown once and never kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused, together
from cofund.actions.locks import writing
from cofund.queries import access, api_keys, clock
from cofund.records.directory.models import ApiKey, PartnerRight, User
from cofund.rules import roles, scopes

# Somebody has so many programs at most; more are keys that nobody knows of any more.
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as somebody wants it: what it is for, the names of its scopes, and the last day on which it opens anything."""

    name: str
    scopes: tuple[str, ...]
    expires_on: date | None = None


def make(actor: Actor, owner: User, wanted: NewKey, *, at: datetime | None = None) -> tuple[ApiKey, str]:
    """Make a key for oneself; give it with the secret, which nobody can be shown again.

    Raises:
        NotAllowed: the role does not include it, it is for somebody else, or a partner's person may not read.
        Refused: it has no name or scope, a scope is not the owner's, or its last day is past.
    """
    actor.require("make key")
    instant = at or clock.now()
    _refuse_stranger(actor, owner)
    asked = "You asked for a key."
    with writing():
        together(
            lambda: _check_name(asked, wanted),
            lambda: _check_scopes(asked, actor, wanted),
            lambda: _check_day(asked, wanted),
            lambda: _check_number(asked, owner),
        )
        prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        whole = f"{api_keys.BEGIN}{prefix}_{secret}"
        made = ApiKey.objects.create(
            owner=owner,
            organisation=owner.organisation if actor.role == roles.PARTNER else None,
            name=wanted.name.strip(),
            prefix=prefix,
            digest=api_keys.digest_of(whole),
            scopes=sorted(set(wanted.scopes)),
            created_at=instant,
            expires_on=wanted.expires_on,
        )
        after = {"name": made.name, "scopes": made.scopes, "expires_on": _day(made.expires_on)}
        audit.record(actor, "make key", _subject(made), at=instant, after=after)
        return made, whole


def revoke(actor: Actor, key: ApiKey, *, at: datetime | None = None) -> ApiKey:
    """End a key at once: one's own, or with the right to do so somebody else's.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has ended already.
    """
    action = "revoke key" if actor.user_id == key.owner_id else "revoke another's key"
    actor.require(action)
    instant = at or clock.now()
    with writing():
        row = ApiKey.objects.select_for_update().get(pk=key.pk)
        if row.revoked_at is not None:
            raise Refused(
                asked=f"You asked to end the key {row.prefix}.",
                wrong="It has ended already.",
                remedy="There is nothing left to do.",
            )
        row.revoked_at = instant
        row.save(update_fields=["revoked_at"])
        audit.record(actor, action, _subject(row), at=instant)
        return row


def note_use(key: ApiKey, today: date) -> None:
    """Note the day on which a key was used last: one write a day, so that people see which keys nobody uses."""
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)


def _refuse_stranger(actor: Actor, owner: User) -> None:
    """Refuse a key for somebody else, and one of a partner's person who may not read. Raises: NotAllowed."""
    is_own = actor.user_id == owner.pk
    may_read = actor.role != roles.PARTNER or bool(access.organisations_with(owner, PartnerRight.Right.READ))
    if not (is_own and may_read):
        raise NotAllowed(
            asked=f"{actor.name} asked for a key of {owner}.",
            wrong="A key is made by the person in whose name it acts." if may_read else "You have no right to read.",
            remedy="Sign in as that person." if may_read else "Ask a colleague who may grant rights.",
            action="make key",
            role=actor.role,
        )


def _check_name(asked: str, wanted: NewKey) -> None:
    """Refuse a key that does not say what it is for."""
    if not wanted.name.strip():
        raise Refused(asked=asked, wrong="It does not say what it is for.", remedy="Name the program.", field="name")


def _check_scopes(asked: str, actor: Actor, wanted: NewKey) -> None:
    """Refuse a key that opens nothing, or more than its owner may do."""
    if not wanted.scopes:
        raise Refused(asked=asked, wrong="It opens nothing.", remedy="Choose what it may do.", field="scopes")
    strange = scopes.unknown(wanted.scopes, actor.role)
    if strange:
        wrong = f"You cannot give: {', '.join(strange)}."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose among what is offered.", field="scopes")


def _check_day(asked: str, wanted: NewKey) -> None:
    """Refuse a key that has ended before it begins."""
    if wanted.expires_on is not None and wanted.expires_on < clock.today():
        remedy = "Enter a day to come, or leave it empty."
        raise Refused(asked=asked, wrong="Its last day is past.", remedy=remedy, field="expires_on")


def _check_number(asked: str, owner: User) -> None:
    """Refuse one key too many."""
    if api_keys.living(owner).count() >= MOST:
        wrong = f"You have {MOST} keys that open something."
        raise Refused(asked=asked, wrong=wrong, remedy="Revoke one that is not used any more.", field="name")


def _subject(key: ApiKey) -> str:
    """How audit rows name a key."""
    return f"key/{key.prefix}"


def _day(day: date | None) -> str | None:
    """A day in an audit row."""
    return day.isoformat() if day else None
