"""Delegation inside a partner's organisation: who signs in for it, and which rights each of them holds.

Done by whoever holds the right to delegate for that organisation, or by the office. The last one who holds it keeps it: else nobody
at the partner could grant anything any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cofund.actions import audit
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.invitations import send_link
from cofund.actions.locks import writing
from cofund.queries import access, clock, colleagues
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.rules import roles
from cofund.rules.lifecycle_people import COLLEAGUE

DELEGATE = PartnerRight.Right.DELEGATE
SIGN = PartnerRight.Right.SIGN


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite: name, e-mail address, and the rights that they get at once (values of `PartnerRight.Right`)."""

    name: str
    email: str
    rights: tuple[str, ...] = ()


def invite(actor: Actor, organisation: Organisation, wanted: Invitation, *, at: datetime | None = None) -> User:
    """Make a log-in without a password, grant the rights, and send a link with which the person sets a password.

    Raises:
        NotAllowed: the actor may not do this for the organisation.
        Refused: the name is empty, or somebody signs in with this address already; with `field`.
    """
    instant = at or clock.now()
    require(actor, "invite colleague", organisation)
    name, email = " ".join(wanted.name.split()), wanted.email.strip().lower()
    with writing():
        _refuse_unfit(name, email)
        first, _, last = name.partition(" ")
        person = User.objects.create_user(
            username=email,
            email=email,
            password=None,
            first_name=first,
            last_name=last,
            role=User.Role.PARTNER,
            organisation=organisation,
        )
        after = {"name": name, "email": email, "organisation": organisation.slug}
        audit.record(actor, "invite colleague", _subject(person), at=instant, after=after)
        _refuse_beyond(actor, organisation, person, set(wanted.rights))
        for right in wanted.rights:
            _grant(actor, person, organisation, right, instant)
        send_link(person, organisation, actor.name, instant)
        return person


def invite_again(actor: Actor, organisation: Organisation, person: User, *, at: datetime | None = None) -> None:
    """Send a new link to somebody who has not set a password; the link before ends.

    Raises:
        NotAllowed: the actor may not do this for the organisation.
        Refused: the person has a password, or is deactivated.
    """
    instant = at or clock.now()
    require(actor, "invite colleague again", organisation)
    with writing():
        _refuse_state(person, "invite colleague again")
        _end_password(person)
        audit.record(actor, "invite colleague again", _subject(person), at=instant)
        send_link(person, organisation, actor.name, instant)


def change_rights(
    actor: Actor,
    organisation: Organisation,
    person: User,
    wanted: Iterable[str],
    *,
    seen: str = "",
    at: datetime | None = None,
) -> None:
    """Grant and revoke, so that a person holds exactly the wanted rights (values of `PartnerRight.Right`).

    `seen` is the mark of what was shown of `said_rights`.

    Raises:
        NotAllowed: the actor may not do this for the organisation.
        Refused: the person is deactivated, or is the last who may delegate, with `field` rights; or somebody changed it meanwhile.
    """
    instant = at or clock.now()
    target = set(wanted)
    with writing():
        _hold(organisation)
        held = set(access.rights_of(person).get(organisation.pk, ()))
        unseen.check(f"You asked to change the rights of {person}.", seen, said_rights(held), said_rights(target))
        if not person.is_active:
            # Whoever is deactivated holds nothing, and is told so instead of that it was kept.
            action = "grant right" if target else "revoke right"
            require(actor, action, organisation)
            _refuse_state(person, action)
        if target - held:
            require(actor, "grant right", organisation)
            _refuse_state(person, "grant right")
            _refuse_beyond(actor, organisation, person, target - held)
        if held - target:
            require(actor, "revoke right", organisation)
            _refuse_state(person, "revoke right")
        if DELEGATE in held - target:
            _refuse_last(organisation, person)
        for right in PartnerRight.Right.values:
            if right in target - held:
                _grant(actor, person, organisation, right, instant)
            if right in held - target:
                _revoke(actor, person, organisation, right, instant)


def said_rights(held: Iterable[str]) -> dict[str, str]:
    """Give the rights of a person in words, for whoever changes them."""
    return {"rights": ", ".join(sorted(held))}


def deactivate(
    actor: Actor, organisation: Organisation, person: User, reason: str, *, at: datetime | None = None
) -> None:
    """Let a person no longer sign in; every right that they hold for the organisation is revoked.

    Raises:
        NotAllowed: the actor may not do this for the organisation.
        Refused: the person is deactivated already, or is the last who may delegate.
    """
    instant = at or clock.now()
    require(actor, "deactivate colleague", organisation)
    with writing():
        _hold(organisation)
        _refuse_state(person, "deactivate colleague")
        held = access.rights_of(person).get(organisation.pk, frozenset())
        if DELEGATE in held:
            _refuse_last(organisation, person)
        for right in sorted(held):
            _revoke(actor, person, organisation, right, instant)
        person.is_active = False
        person.save(update_fields=["is_active"])
        _end_password(person)
        audit.record(actor, "deactivate colleague", _subject(person), at=instant, reason=reason)


def reactivate(actor: Actor, organisation: Organisation, person: User, *, at: datetime | None = None) -> None:
    """Let a person sign in again: without rights, and with a new password by a link that is sent.

    Raises:
        NotAllowed: the actor may not do this for the organisation.
        Refused: the person is not deactivated.
    """
    instant = at or clock.now()
    require(actor, "reactivate colleague", organisation)
    with writing():
        _refuse_state(person, "reactivate colleague")
        person.is_active = True
        person.save(update_fields=["is_active"])
        _end_password(person)
        audit.record(actor, "reactivate colleague", _subject(person), at=instant)
        send_link(person, organisation, actor.name, instant)


def require(actor: Actor, action: str, organisation: Organisation) -> None:
    """Let an action on the people of an organisation pass: for the office by its role, for a partner by its right to delegate.

    Raises:
        NotAllowed: neither holds.
    """
    actor.require(action)
    if actor.role != roles.PARTNER:
        return
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    if user is None or not access.may_for_organisation(user, DELEGATE, organisation):
        raise NotAllowed(
            asked=f"{actor.name} asked to {action}.",
            wrong=f"Only who may grant rights for {organisation} can do this.",
            remedy="Ask a colleague who holds that right, or the programme office.",
            action=action,
            role=actor.role,
        )


def _hold(organisation: Organisation) -> None:
    """Lock the organisation, so that two people cannot take the last right to delegate from each other at one time."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _grant(actor: Actor, person: User, organisation: Organisation, right: str, at: datetime) -> None:
    """Write one right with its audit row."""
    PartnerRight.objects.create(
        user=person,
        organisation=organisation,
        right=PartnerRight.Right(right),
        granted_by_id=actor.user_id,
        granted_at=at,
    )
    audit.record(
        actor, "grant right", _subject(person), at=at, after={"right": right, "organisation": organisation.slug}
    )


def _revoke(actor: Actor, person: User, organisation: Organisation, right: str, at: datetime) -> None:
    """End one right with its audit row."""
    held = PartnerRight.objects.filter(user=person, organisation=organisation, right=right, revoked_at=None)
    held.update(revoked_at=at)
    before = {"right": right, "organisation": organisation.slug}
    audit.record(actor, "revoke right", _subject(person), at=at, before=before)


def _end_password(person: User) -> None:
    """Take the password away, and with it every link and session that rests on it."""
    person.set_unusable_password()
    person.save(update_fields=["password"])


def _refuse_unfit(name: str, email: str) -> None:
    """Refuse a name that cannot be read, and an address with which somebody signs in. Raises: Refused."""
    asked = f"You asked to invite {name or 'somebody'}."
    if not name:
        raise Refused(asked=asked, wrong="There is no name.", remedy="Enter the person's name.", field="name")
    if len(email) > 150 or len(name) > 150:
        field = "email" if len(email) > 150 else "name"
        raise Refused(asked=asked, wrong="It is longer than 150 characters.", remedy="Shorten it.", field=field)
    if User.objects.filter(username=email).exists() or User.objects.filter(email__iexact=email).exists():
        raise Refused(
            asked=asked,
            wrong="Somebody already signs in with this address.",
            remedy="Look for the person in the list, or enter another address.",
            field="email",
        )


def _refuse_state(person: User, action: str) -> None:
    """Refuse what the person's state does not allow. Raises: Refused."""
    state = colleagues.person_state(person)
    if not COLLEAGUE.allows(action, state):
        starts = COLLEAGUE.in_words(COLLEAGUE.step(action).starts_from)
        raise Refused(
            asked=f"You asked to {action}: {person}.",
            wrong=f"The state of {person} is: {COLLEAGUE.in_words((state,))}.",
            remedy=f"This can be done where it is: {starts}.",
        )


def _refuse_beyond(actor: Actor, organisation: Organisation, person: User, granted: set[str]) -> None:
    """Refuse a partner's person to grant itself anything, and to let somebody sign who may not sign itself.

    Who manages people is not who binds the organisation. The office, which is asked by the organisation, is not bound by it.

    Raises:
        Refused: for the field `rights`.
    """
    if actor.role != roles.PARTNER or not granted:
        return
    asked = f"You asked to grant rights to {person}."
    remedy = "Ask a colleague who holds it and may grant rights, or the programme office."
    if person.pk == actor.user_id:
        raise Refused(asked=asked, wrong="Nobody grants a right to oneself.", remedy=remedy, field="rights")
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    if SIGN in granted and (user is None or not access.may_for_organisation(user, SIGN, organisation)):
        wrong = "Only who may sign for the organisation lets somebody else sign."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="rights")


def _refuse_last(organisation: Organisation, person: User) -> None:
    """Refuse to take the right to delegate from the last who holds it. Raises: Refused."""
    held = set(colleagues.holders(organisation, DELEGATE))
    if person.pk not in held or held - {person.pk}:
        return
    raise Refused(
        asked=f"You asked to take from {person} the right to grant rights.",
        wrong=f"Nobody else at {organisation} holds it, so nobody there could grant rights any more.",
        remedy="Grant it to a colleague first.",
        field="rights",
    )


def _subject(person: User) -> str:
    """What the audit rows are about."""
    return f"user/{person.username}"
