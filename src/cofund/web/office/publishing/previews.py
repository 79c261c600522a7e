"""Public pages as somebody else sees them: the same page, made for that reader, with a banner and without forms that write."""

from __future__ import annotations

from copy import copy
from typing import Final
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import Resolver404, resolve

from cofund.queries.publication import AsPartner
from cofund.web.office.access import opened_by
from cofund.web.unreadable import readable

READERS: Final = {"public": AnonymousUser, "partners": AsPartner}
WORDS: Final = {"public": "the public", "partners": "a partner of the programme"}
# Pages that show records; nothing that is sent, signed or confirmed.
PAGES: Final = frozenset(
    {"programme", "projects", "project", "topics", "topic", "topic-chain", "partners", "partner", "contribution"}
    | {"contributions", "success", "open-data", "partner-credit"}
    | {
        "movements",
        "documents",
        "document",
        "trajectory",
        "calls",
        "call",
        "public-decisions",
        "public-decision",
        "rules",
    }
)


@opened_by("preview as others")
def page(request: HttpRequest, reader: str) -> HttpResponseBase:
    """`/office/publication/preview/<reader>/?page=…`: a public page as the reader sees it; never kept for anybody else.

    Only addresses of this site's own public pages are shown, and only read.
    """
    wanted = urlsplit(request.GET.get("page", ""))
    if reader not in READERS or request.method != "GET" or wanted.scheme or wanted.netloc or "//" in wanted.path:
        raise Http404
    try:
        match = resolve(wanted.path)
    except Resolver404 as error:
        raise Http404 from error
    if match.url_name not in PAGES:
        raise Http404
    answer: HttpResponseBase = match.func(_as(request, reader, wanted.path, wanted.query), *match.args, **match.kwargs)
    return answer


def _as(request: HttpRequest, reader: str, path: str, query: str) -> HttpRequest:
    """The same request, asked by another reader for another page."""
    asked = copy(request)
    asked.user = READERS[reader]()
    asked.path = asked.path_info = path
    asked.GET = QueryDict(readable(query))
    asked.resolver_match = resolve(path)
    setattr(asked, "preview", WORDS[reader])  # noqa: B010  # a request has no field of this name to assign to
    return asked
