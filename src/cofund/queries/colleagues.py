"""The people who sign in for a partner, with their rights and their state."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch

from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.rules import roles
from cofund.rules.lifecycle_people import COLLEAGUE, state_of


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who signs in for an organisation: rights in their usual order, and the state of `rules.lifecycle_people`."""

    person: User
    rights: tuple[str, ...]
    state: str

    @property
    def state_in_words(self) -> str:
        """The state as people say it."""
        return COLLEAGUE.states[self.state]

    @property
    def rights_in_words(self) -> str:
        """The rights as people say them."""
        return "; ".join(PartnerRight.Right(right).label for right in self.rights) or "None: sees only the own profile"


def of_organisation(organisation: Organisation) -> list[Colleague]:
    """Give the people of an organisation, those who can sign in first. Two queries, however many."""
    held = PartnerRight.objects.filter(organisation=organisation, revoked_at=None)
    people = (
        User.objects.filter(organisation=organisation, role=roles.PARTNER)
        .prefetch_related(Prefetch("partner_rights", held, to_attr="held"))
        .order_by("-is_active", "first_name", "last_name", "pk")
    )
    return [_colleague(person) for person in people]


def find(organisation: Organisation, key: int) -> Colleague | None:
    """Give one person of an organisation, or None."""
    return next((one for one in of_organisation(organisation) if one.person.pk == key), None)


def person_state(person: User) -> str:
    """The state of a person who signs in for a partner."""
    return state_of(is_active=person.is_active, has_password=person.has_usable_password())


def holders(organisation: Organisation, right: str) -> list[int]:
    """The keys of the people who hold a right for an organisation and sign in; who was only invited counts for nothing."""
    rows = PartnerRight.objects.filter(organisation=organisation, right=right, revoked_at=None, user__is_active=True)
    rows = rows.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return list(rows.order_by("user_id").values_list("user_id", flat=True))


def _colleague(person: User) -> Colleague:
    """A person with the rights that were fetched along."""
    have = {row.right for row in getattr(person, "held", ())}
    return Colleague(person, tuple(right for right in PartnerRight.Right.values if right in have), person_state(person))
