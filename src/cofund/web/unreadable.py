"""The NUL sign in an address: no text has it, SQLite takes it for one, and PostgreSQL fails on it wherever it is asked for.

It is kept out in two places, so that no page has to think of it. Forms refuse it by themselves, and the API has its own gate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

_NUL = "\x00"
# The sign for what cannot be read, as Django has it for bytes that are no UTF-8.
_REPLACED = "%EF%BF%BD"
_OF_PROGRAMS = "/api/v1/"


def nowhere(request: HttpRequest) -> NoReturn:
    """What answers wherever a path has the sign: nothing was ever there."""
    raise Http404


def read_queries(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, before all that reads what an address asks for: the sign is read as one that cannot be read.

    The API answers a query with it by itself, with a problem.
    """

    def answering(request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if query and not request.path_info.startswith(_OF_PROGRAMS):
            request.META["QUERY_STRING"] = readable(query)
        return answer(request)

    return answering


def readable(query: str) -> str:
    """A query without the sign."""
    return query.replace("%00", _REPLACED).replace(_NUL, _REPLACED)
