"""The API put together: its routes, how what goes wrong is told, and its description."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from cofund.actions.errors import Refused
from cofund.api import description, problems
from cofund.api.problems import Problem
from cofund.api.routes import (
    boards,
    common_grants,
    deciding,
    desk,
    figures,
    finding,
    giving,
    programmes,
    rulebook,
    stories,
    work,
    writing,
)
from cofund.api.shapes.places import ROOT
from cofund.queries.schemes import SchemeNotInstalledError
from cofund.records.ledger.models import Book
from cofund.rules.schemes import UnknownCodeError

ABOUT = (
    "Everything that is public about the programmes of this site, as data; with a key also what its owner may read and do. "
    "Amounts are whole cents. A figure is of a day (`as_of`) and by what was known at the end of another (`known_on`). "
    "What is not known is null; it does not mean nothing."
)


@lru_cache(maxsize=1)
def api() -> NinjaAPI:
    """The API; made once."""
    made = NinjaAPI(title=f"{settings.SITE_TITLE} API", version="1", description=ABOUT, docs_url=None, openapi_url=None)
    public = (programmes, rulebook, work, giving, deciding, boards, stories, figures, finding)
    for module in (*public, desk, writing, common_grants):
        made.add_router("", module.router)
    _tell_problems(made)
    return made


def resolver() -> URLResolver:
    """What answers at which address below `/api/v1/`."""
    routes, _, _ = api().urls
    return URLResolver(RegexPattern(r"^"), [*_own(), *routes])


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The description of the API in OpenAPI 3.1."""
    return description.of(api())


def _own() -> list[Any]:
    """Addresses beside those of the routes: the description itself."""
    from django.urls import path

    return [path("openapi.json", _description)]


def _description(request: HttpRequest) -> HttpResponse:
    """`/api/v1/openapi.json`."""
    if request.method != "GET":
        raise Problem(405, "Here you can: GET.", headers={"Allow": "GET"})
    return HttpResponse(json.dumps(described(), ensure_ascii=False), content_type="application/json")


def _tell_problems(made: NinjaAPI) -> None:
    """Let everything that goes wrong be told as a problem."""

    def told(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        problem = _problem(error)
        if request.path.startswith(f"{ROOT}/common-grants/"):
            # What clients of the protocol look for in an error.
            problem.more |= {"message": problem.detail, "errors": list(problem.errors)}
        return problems.response(problem)

    absent = (SchemeNotInstalledError, UnknownCodeError, Book.DoesNotExist)
    for kind in (Problem, Refused, ValidationError, HttpError, *absent):
        made.add_exception_handler(kind, told)

    def fault(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        raise error

    # The gate tells it, also where the site runs for its developers.
    made.add_exception_handler(Exception, fault)


def _problem(error: Exception | type[Exception]) -> Problem:
    """What an error of a route says to whoever asked."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return problems.of_refusal(error)
    if isinstance(error, ValidationError):
        errors = [{"field": _place(each["loc"]), "detail": each["msg"]} for each in error.errors]
        return Problem(422, "Something in the request is not as described.", errors=errors)
    if isinstance(error, HttpError):
        return Problem(400, str(error))
    return problems.not_found("such programme, or no such part of one")


def _place(parts: Iterable[object]) -> str:
    """The part of a request that an error is about; the body is named once."""
    return ".".join(str(one) for one in dict.fromkeys(parts))
