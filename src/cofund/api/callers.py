"""Who asks: everybody alike without a key, else the person in whose name the key acts, as far as its scopes go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cofund.actions.actors import Actor
from cofund.actions.api_keys import note_use
from cofund.api.problems import Problem
from cofund.queries import access, api_keys, clock
from cofund.queries.publication import Audience, audience
from cofund.records.directory.models import ApiKey, User
from cofund.rules import scopes
from cofund.rules.scopes import Scope

CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="Cofund"'}
# Either of these lets contributions be read that are not public.
_WIDENS: Final = frozenset({scopes.READ_BOOKS.name, scopes.READ_DESK.name})

# Who is shown what is its own, of which nothing is held back from it.
OWN: Final = Audience(reads_books=True)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, under which name requests are counted, and by which key."""

    counted_as: str
    key: ApiKey | None = None

    @property
    def user(self) -> User | AnonymousUser:
        """The person in whose name it is asked."""
        return self.key.owner if self.key is not None else AnonymousUser()

    def reader(self, *scheme_codes: str) -> Audience:
        """What this caller may read of single contributions, of some schemes or of all."""
        widened = self.key is not None and bool(_WIDENS & set(self.key.scopes))
        return audience(self.user if widened else AnonymousUser(), scheme_codes or None)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose key opens what is asked for."""

    key: ApiKey
    user: User
    actor: Actor


def of(request: HttpRequest) -> Caller:
    """The caller of a request that came through the gate."""
    found: Caller = getattr(request, "caller")  # noqa: B009  # a request has no field of this name
    return found


def recognised(header: str, origin: str) -> Caller:
    """Read the key of a request; without one everybody asks alike, by where they come from.

    Raises:
        Problem: there is something that is no key which opens anything.
    """
    if not header:
        return Caller(f"origin {origin}")
    kind, _, secret = header.partition(" ")
    key = api_keys.holder(api_keys.digest_of(secret.strip())) if kind.casefold() == "bearer" else None
    if key is None:
        raise Problem(
            401, "This is no key that opens anything: it was never made here, or has ended.", headers=CHALLENGE
        )
    note_use(key, clock.today())
    return Caller(f"key {key.pk}", key)


def need(request: HttpRequest, scope: Scope | None = None) -> Holder:
    """Give who asks with a key that has a scope; any key where none is named.

    Raises:
        Problem: there is no key, it lacks the scope, or its owner may not do that any more.
    """
    key = of(request).key
    if key is None:
        raise Problem(401, "This takes a key. Send it in the header Authorization, as Bearer.", headers=CHALLENGE)
    if scope is not None and (scope.name not in key.scopes or not access.may(key.owner, scope.action)):
        raise Problem(403, f"This takes a key with the scope {scope.name}, whose owner may do that.")
    owner = key.owner
    return Holder(key, owner, Actor(f"{owner} (key {key.prefix})", owner.role, owner.pk))
