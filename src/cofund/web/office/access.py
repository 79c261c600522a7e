"""Who reaches which page: a page names the actions of the role table that open it, and objects are reached through queries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from cofund.actions.actors import Actor
from cofund.queries import access, contributions, schemes
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import SchemeVersion
from cofund.rules.schemes import Scheme
from cofund.web.routes import reverse

View = Callable[..., HttpResponseBase]


def opened_by(*actions: str) -> Callable[[View], View]:
    """Open a page to those whose role includes one of the actions; others get 403, who is not signed in signs in first.

    The role is asked before any object is looked for, so that the answer does not tell what there is.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("sign-in"))
            if not any(access.may(request.user, action) for action in actions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def require(request: HttpRequest, action: str) -> None:
    """Let a page go on only where the person's role includes the action.

    Raises:
        PermissionDenied: it does not.
    """
    if not access.may(request.user, action):
        raise PermissionDenied


def actor_of(request: HttpRequest) -> Actor:
    """In whose name a page acts.

    Raises:
        PermissionDenied: nobody is signed in.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return Actor.of(request.user)


def scheme_or_404(code: str) -> tuple[Scheme, SchemeVersion]:
    """The programme of an address. Raises Http404 where the site has none of that code."""
    try:
        return schemes.current(code)
    except schemes.SchemeNotInstalledError as error:
        raise Http404 from error


def contribution_or_404(request: HttpRequest, reference: str) -> Contribution:
    """The contribution of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = contributions.find(reference)
    if found is None or not access.visible_contributions(request.user).filter(pk=found.pk).exists():
        raise Http404
    return found
