"""The page that tells people of the API: its addresses, read from its own description."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cofund.api import problems


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the API: how it is asked, what it gives, and what a key needs for it."""

    method: str
    path: str
    summary: str
    scope: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The addresses of a subject."""

    name: str
    routes: tuple[Route, ...]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/api/`: what the API has, how it is asked, and what can go wrong."""
    context = {
        "subjects": _subjects(),
        "site_url": settings.COFUND_SITE_URL,
        "per_minute": settings.COFUND_API_PER_MINUTE,
        "problems": [(problems.SLUGS[status], status, title) for status, title in problems.TITLES.items()],
    }
    return render(request, "cofund/pages/public/api.html", context)


@lru_cache(maxsize=1)
def _subjects() -> tuple[Subject, ...]:
    """Every address by subject, as the description has it."""
    from cofund.api.service import described

    found: dict[str, list[Route]] = {}
    for path, operations in described()["paths"].items():
        for method, operation in operations.items():
            route = Route(method.upper(), path, operation["summary"], operation.get("x-scope", ""))
            found.setdefault(operation["tags"][0], []).append(route)
    return tuple(Subject(name, tuple(routes)) for name, routes in found.items())
