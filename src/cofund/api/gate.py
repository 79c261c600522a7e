"""The one door of the API: counts, finds what answers, and gives every answer its headers; errors leave it as problems."""

from __future__ import annotations

import hashlib
import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from cofund.api import callers, limits, problems
from cofund.api.callers import Caller
from cofund.api.limits import Allowance
from cofund.api.problems import Problem
from cofund.rules.origins import origin

if TYPE_CHECKING:
    from django.urls import URLResolver

LOG: Final = logging.getLogger("cofund.api")
SAFE: Final = ("GET", "HEAD")


# Nobody is known here by a cookie: a key in a header cannot be sent by a page of somebody else.
@csrf_exempt
def answer(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """`/api/v1/…`: answer a request, whatever becomes of it."""
    try:
        caller = _caller(request)
        allowance = _counted(caller)
    except Problem as problem:
        return _headed(request, problems.response(problem))
    found = _headed(request, problems.response(_spent(allowance)) if allowance.is_spent else _made(request, rest))
    for name, value in allowance.headers.items():
        found[name] = value
    return found


@csrf_exempt
def described(request: HttpRequest) -> HttpResponseBase:
    """`/api/v1/openapi.json`: the description of the API."""
    return answer(request, "openapi.json")


def _caller(request: HttpRequest) -> Caller:
    """Who asks, kept with the request. Raises: Problem."""
    forwarded, address = request.headers.get("X-Forwarded-For", ""), str(request.META.get("REMOTE_ADDR", ""))
    who = origin(forwarded, address, behind_proxy=settings.BEHIND_TLS)
    try:
        caller = callers.recognised(request.headers.get("Authorization", ""), who)
    except Problem:
        # Who tries keys is counted like everybody.
        allowance = _counted(Caller(f"origin {who}"))
        if allowance.is_spent:
            raise _spent(allowance) from None
        raise
    setattr(request, "caller", caller)  # noqa: B010  # a request has no field of this name to assign to
    return caller


def _counted(caller: Caller) -> Allowance:
    """Count the request."""
    return limits.count(caller.counted_as, settings.COFUND_API_PER_MINUTE)


def _spent(allowance: Allowance) -> Problem:
    """The problem of one request too many."""
    return Problem(429, f"Ask again in {allowance.seconds} seconds.", headers=allowance.headers)


def _made(request: HttpRequest, rest: str) -> HttpResponseBase:
    """What answers at an address, or the problem that nothing does, not in this way, or that it failed."""
    if "\x00" in rest:
        return problems.response(problems.not_found("such address"))
    is_head = request.method == "HEAD"
    try:
        found = _resolver().resolve(rest)
        if is_head:
            request.method = "GET"
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    except Problem as problem:
        return problems.response(problem)
    except Http404:
        return problems.response(problems.not_found("such address"))
    except RequestDataTooBig:
        most = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1_000_000
        return problems.response(Problem(413, f"Send at most {most} MB."))
    except UnreadablePostError:
        return problems.response(Problem(400, "The body broke off."))
    except Exception:
        LOG.exception("The API failed at %s", request.path)
        return problems.response(Problem(500, "Nothing is half done. Ask once more in a minute."))
    finally:
        if is_head:
            request.method = "HEAD"
    if response.status_code == 405:
        allowed = response.get("Allow", "GET")
        return problems.response(Problem(405, f"Here you can: {allowed}.", headers={"Allow": allowed}))
    return response


def _headed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let what was read be asked for again by its tag, and let others' pages read what is public."""
    patch_vary_headers(response, ["Authorization"])
    is_public = "Authorization" not in request.headers
    response["Cache-Control"] = "no-cache" if is_public else "private, no-cache"
    if is_public:
        response["Access-Control-Allow-Origin"] = "*"
    if request.method in SAFE and response.status_code == 200 and isinstance(response, HttpResponse):
        tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if _has(request, tag):
            unchanged = HttpResponse(status=304)
            for name in ("Vary", "Cache-Control", "Access-Control-Allow-Origin"):
                if name in response:
                    unchanged[name] = response[name]
            del unchanged["Content-Type"]
            response = unchanged
        response["ETag"] = tag
    return response


def _has(request: HttpRequest, tag: str) -> bool:
    """Whether whoever asks has the answer already."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in held or tag in [one.removeprefix("W/") for one in held]


@lru_cache(maxsize=1)
def _resolver() -> URLResolver:
    """What answers at which address; loaded by the first request."""
    from cofund.api.service import resolver

    return resolver()
