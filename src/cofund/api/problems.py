"""Errors as other programs read them: problem details of RFC 9457, the same shape for everything that can go wrong.

Source: RFC 9457, Problem Details for HTTP APIs, section 3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse

from cofund.actions.errors import NotAllowed, Refused

MEDIA_TYPE: Final = "application/problem+json"
# What each status means here, in few words; the detail of an answer says the rest.
TITLES: Final[dict[int, str]] = {
    400: "The request cannot be read",
    401: "A key is needed",
    403: "The key does not allow this",
    404: "There is nothing at this address",
    405: "This cannot be done here",
    409: "The rules or the books refuse it",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "Something in the request is wrong",
    429: "Too many requests",
    500: "This did not work, and it is our fault",
}
SLUGS: Final[dict[int, str]] = {
    400: "unreadable",
    401: "no-key",
    403: "not-allowed",
    404: "not-found",
    405: "method",
    409: "refused",
    413: "too-large",
    415: "media-type",
    422: "wrong",
    429: "too-many",
    500: "fault",
}


class Problem(Exception):
    """A request that is not done: `errors` name what is wrong, each with the part of the request it is about."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.status, self.detail, self.errors = status, detail, tuple(errors)
        self.headers, self.more = dict(headers or {}), dict(more or {})
        super().__init__(detail)


def not_found(what: str) -> Problem:
    """The problem that something is not there; what may not be read answers in the same way."""
    return Problem(404, f"There is no {what} here, or it is not public.")


def of_refusal(error: Refused) -> Problem:
    """A refusal of the rules or the books as a problem: what was asked, what is wrong, what to do, and for which field."""
    faults: Mapping[str, str] = error.fields.get("faults") or {}
    if not faults and error.fields.get("field"):
        faults = {str(error.fields["field"]): f"{error.wrong} {error.remedy}".strip()}
    errors = [{"field": name, "detail": words} for name, words in faults.items()]
    more = {"asked": error.asked, "wrong": error.wrong, "remedy": error.remedy}
    status = 403 if isinstance(error, NotAllowed) else 409
    return Problem(status, " ".join(filter(None, more.values())), errors=errors, more=more)


def content(problem: Problem) -> dict[str, Any]:
    """The problem as the members of its JSON object."""
    found: dict[str, Any] = {
        "type": f"/api/#problem-{SLUGS[problem.status]}",
        "title": TITLES[problem.status],
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        found["errors"] = [dict(one) for one in problem.errors]
    return {**found, **problem.more}


def response(problem: Problem) -> HttpResponse:
    """The answer that tells a problem."""
    body = json.dumps(content(problem), ensure_ascii=False)
    answer = HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        answer[name] = value
    return answer
