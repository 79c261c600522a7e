"""Which operations take a key: asked before anything of the request is read, and told in the description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from cofund.api import callers
from cofund.api.callers import Holder
from cofund.api.problems import Problem
from cofund.rules.scopes import Scope


def opened_by(scope: Scope | None) -> dict[str, Any]:
    """Give what a route says of the key that it takes: with a scope, or any key where none is named."""
    told: dict[str, Any] = {"security": [{"key": []}]}
    return {"openapi_extra": told if scope is None else {**told, "x-scope": scope.name}, "auth": _asked(scope)}


def _asked(scope: Scope | None) -> Callable[[HttpRequest], Holder]:
    """What is asked of a request before it is read."""

    def ask(request: HttpRequest) -> Holder:
        holder = callers.need(request, scope)
        if request.method == "POST" and request.content_type != "application/json":
            raise Problem(415, "Send the body as application/json.")
        return holder

    return ask
