"""Who may see what: objects are reached through these functions, one condition a line."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cofund.queries import identity
from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.ledger.models import Contribution
from cofund.rules import roles


class Viewer(NamedTuple):
    """Who reads a list: it is the same for everybody of a role of the office, and another for each partner's person or delegate."""

    role: str
    own: User | None = None
    # Whom the person stood for when the page was asked for: whoever has changed sides since is another viewer.
    organisation_id: int | None = None

    @classmethod
    def of(cls, user: User | AnonymousUser) -> Viewer:
        """Tell what the lists of a person depend on."""
        role = role_of(user)
        if isinstance(user, User) and role in (roles.PARTNER, roles.DELEGATE):
            return cls(role, user, user.organisation_id)
        return cls(role)

    @property
    def user(self) -> User:
        """The person, or somebody of the role."""
        return self.own or User(role=self.role)


def is_outside(user: User | AnonymousUser) -> bool:
    """Whether somebody is no part of the office: a partner's person, a delegate, or nobody who is known."""
    return role_of(user) in (roles.PUBLIC, roles.PARTNER, roles.DELEGATE)


def role_of(user: User | AnonymousUser) -> str:
    """The role of whoever asks; somebody who is not signed in, or has no role, is the public."""
    return (user.role or roles.PUBLIC) if isinstance(user, User) and user.is_active else roles.PUBLIC


def may(user: User | AnonymousUser, action: str) -> bool:
    """Tell whether a person's role includes an action."""
    return roles.may(role_of(user), action)


def rights_of(user: User | AnonymousUser) -> dict[int, frozenset[str]]:
    """What a partner's person may do, by the key of the organisation: rights that were granted and not revoked. One query.

    Only rights of the organisation that the person belongs to now: who changes it leaves the old ones behind. Empty for every other
    role: what the office may do stands in the role table alone.
    """
    if role_of(user) != roles.PARTNER:
        return {}
    own = user.organisation_id if isinstance(user, User) else None
    held = _rights(user.pk, own)
    return {own: held} if own is not None and held else {}


@kept(256)
def _rights(user_id: int | None, organisation_id: int | None) -> frozenset[str]:
    """The rights that a person holds for an organisation now."""
    held = PartnerRight.objects.filter(user=user_id, organisation=organisation_id, revoked_at=None).order_by()
    return frozenset(held.values_list("right", flat=True))


def may_for_organisation(user: User | AnonymousUser, right: str, organisation: Organisation) -> bool:
    """Tell whether a partner's person holds a right for an organisation (a value of `PartnerRight.Right`)."""
    return right in rights_of(user).get(organisation.pk, frozenset())


def organisations_with(user: User | AnonymousUser, *any_of: str) -> list[int]:
    """The keys of the organisations for which a partner's person holds a right, or any of several."""
    return sorted(pk for pk, held in rights_of(user).items() if not held.isdisjoint(any_of))


def visible_contributions(user: User | AnonymousUser) -> QuerySet[Contribution]:
    """The contributions whose life a person may read: the office and auditors all, the public none.

    A partner's person reads those of the organisations for which it holds the right to read.
    """
    every = Contribution.objects.all()
    if may(user, "read the books"):
        return every
    own = organisations_with(user, PartnerRight.Right.READ) if may(user, "read own contributions") else []
    if not own:
        return every.none()
    return identity.given_by(every, *own)
