"""Who may see what: objects are reached through these functions, one condition a line."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cofund.queries import identity
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.ledger.models import Contribution
from cofund.rules import roles


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
    found: dict[int, frozenset[str]] = {}
    own = user.organisation_id if isinstance(user, User) else None
    held = PartnerRight.objects.filter(user=user.pk, organisation=own, revoked_at=None).order_by()
    for organisation_id, right in held.values_list("organisation_id", "right"):
        found[organisation_id] = found.get(organisation_id, frozenset()) | {right}
    return found


def may_for_organisation(user: User | AnonymousUser, right: str, organisation: Organisation) -> bool:
    """Tell whether a partner's person holds a right for an organisation (a value of `PartnerRight.Right`)."""
    return right in rights_of(user).get(organisation.pk, frozenset())


def organisations_with(user: User | AnonymousUser, right: str) -> list[int]:
    """The keys of the organisations for which a partner's person holds a right."""
    return sorted(pk for pk, held in rights_of(user).items() if right in held)


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
