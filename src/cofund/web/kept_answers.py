"""Answers again what was answered to another visitor, for as long as nothing at all is written to the database.

A public page is the same for everybody who is not signed in. Its whole answer is kept in the process, with the version of the
database that it was made of (`queries/versions.py`), and given again while that version and the day are the same: exactly, never
for a time. Kept is only what is named in `KEPT`, was asked for without a session, holds no token of a form and sets no cookie: so
nothing that is kept holds a secret, and it may be compressed. Of the forms in `kept_forms.FORMS` the page is kept without its
tokens.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from cofund.queries import clock
from cofund.queries.stories import lists
from cofund.queries.versions import Version, version
from cofund.web import kept_forms

# Pages by the names of their addresses. None of them asks for the time of the day, for who asks, or for where from.
KEPT: Final = frozenset(
    {
        *("home", "about-data", "programmes", "programme", "rules", "movements", "trajectory", "success"),
        *("projects", "project", "topics", "open-topics", "topic", "topic-chain", "calls", "call"),
        *("partners", "partner", "partner-credit", "contribution", "contributions", "ideas", "idea", "embed"),
        *("embed-project", "embed-partner", "embed-topic", "embed-topic-contributions", "embed-call"),
        *("embed-call-topics", "embed-contribution", "embed-contribution-versions", "embed-decision"),
        *("public-decisions", "public-decision", "public-groups", "public-group", "public-meeting"),
        *("documents", "document", "open-data", "search", "published", "consortium-index", "api"),
        # What comes out by the clock is told with the answer: see `Answer.until`.
        *("stories", "story", "newsletter-archive", "newsletter-issue"),
    }
)
MOST_BYTES: Final = 32 * 1024 * 1024
MOST_BYTES_OF_ONE: Final = 2 * 1024 * 1024
# What shorter answers gain is less than what their head costs.
LEAST_BYTES_PACKED: Final = 500
_VARIES: Final = ("Cookie", "Accept-Encoding", "HX-Request")
_CLIENT_KEEPS: Final = "no-cache"
_TOLD: Final = ("_csp", "xframe_options_exempt")

Answering = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer as the view made it, and packed where that is shorter."""

    content: bytes
    packed: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    # What the view told the middleware around it, such as that this page may stand in a frame.
    told: tuple[tuple[str, Any], ...] = ()
    # When the next story comes out, which it does by the clock and not by a write; None where none waits.
    until: datetime | None = None
    # The page of a form, without the tokens of the visitor for whom it was made.
    is_form: bool = False

    @property
    def size(self) -> int:
        """What it takes in memory, in bytes, near enough."""
        return len(self.content) + len(self.packed) + 1000


class _Place:
    """Where one answer is kept; the lock lets one thread make it while the others wait for the same."""

    __slots__ = ("held", "lock", "size")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: tuple[tuple[Version, date], Answer] | None = None
        self.size = 0


class Shelf:
    """The places by what was asked; what was asked for longest ago goes first when there are too many bytes."""

    def __init__(self, most_bytes: int) -> None:
        """Begin with nothing."""
        self.most_bytes, self.bytes = most_bytes, 0
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()

    def __len__(self) -> int:
        return len(self._places)

    def of(self, asked: Hashable) -> _Place:
        """Give the place of what is asked, a new one where there is none."""
        with self._lock:
            place = self._places.pop(asked, None) or _Place()
            self._places[asked] = place
            return place

    def put(self, asked: Hashable, place: _Place, now: tuple[Version, date], answer: Answer) -> None:
        """Keep an answer in its place, and let go of the oldest ones that are too much."""
        with self._lock:
            if self._places.get(asked) is not place:
                return
            place.held = (now, answer)
            self.bytes += answer.size - place.size
            place.size = answer.size
            while self.bytes > self.most_bytes:
                _, gone = self._places.popitem(last=False)
                self.bytes -= gone.size

    def drop(self, asked: Hashable, place: _Place) -> None:
        """Give up the place of what cannot be kept."""
        with self._lock:
            if self._places.get(asked) is place:
                del self._places[asked]
                self.bytes -= place.size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._places.clear()
            self.bytes = 0


SHELF: Final = Shelf(MOST_BYTES)


def keep_answers(get_response: Answering) -> Answering:
    """The innermost middleware: what stands around it adds its headers to what is kept as to everything else."""

    def answering(request: HttpRequest) -> HttpResponseBase:
        name = _anybodys(request)
        if not name:
            return get_response(request)
        now = version()
        if now is None:
            return get_response(request)
        asked, moment = _asked(request), (now, clock.today())
        place = SHELF.of(asked)
        held = place.held
        if held is not None and _holds(held, moment):
            return _given(request, held[1])
        with place.lock:
            held = place.held
            if held is not None and _holds(held, moment):
                return _given(request, held[1])
            # Asked before the page is made: what comes out meanwhile is at most asked for once more.
            until = lists.next_out()
            response = get_response(request)
            is_form = name in kept_forms.FORMS
            answer = _form(request, response, until) if is_form else _answer(request, response, until)
            if answer is None:
                SHELF.drop(asked, place)
                return response
            SHELF.put(asked, place, moment, answer)
        return _given(request, answer)

    return answering


def _holds(held: tuple[tuple[Version, date], Answer], moment: tuple[Version, date]) -> bool:
    """Whether what is kept is what anybody would read now: nothing was written, and nothing came out by the clock."""
    until = held[1].until
    return held[0] == moment and (until is None or clock.now() < until)


def _anybodys(request: HttpRequest) -> str:
    """The name of a page that may be kept and is asked for by somebody of whom nothing is known; empty where it is none."""
    if request.method != "GET" or "HX-Request" in request.headers or "Authorization" in request.headers:
        return ""
    cookies = request.COOKIES
    if settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies:
        return ""
    try:
        name = resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
    return name if name in KEPT or name in kept_forms.FORMS else ""


def _asked(request: HttpRequest) -> Hashable:
    """What tells two requests for a kept page apart; an address of a host that is not ours is refused here."""
    return request.scheme, request.get_host(), request.path, request.META.get("QUERY_STRING", ""), get_language()


def _answer(request: HttpRequest, response: HttpResponseBase, until: datetime | None = None) -> Answer | None:
    """What can be kept of an answer; None where it is an error, is made while it is sent, is too long, is one
    visitor's, or says itself that nobody keeps it."""
    if not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
        return None
    # A token of a form is made for one visitor; whoever came with one may have been given it again.
    if "CSRF_COOKIE" in request.META or request.session.modified:
        return None
    if "no-store" in response.get("Cache-Control", ""):
        return None
    content = response.content
    if len(content) > MOST_BYTES_OF_ONE:
        return None
    packed = gzip.compress(content, 6, mtime=0) if len(content) >= LEAST_BYTES_PACKED else b""
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    told = tuple((name, value) for name, value in vars(response).items() if name.startswith(_TOLD))
    short = packed if len(packed) < len(content) else b""
    return Answer(content, short, tuple(response.items()), digest, told, until)


def _form(request: HttpRequest, response: HttpResponseBase, until: datetime | None) -> Answer | None:
    """What can be kept of the page of a form; None where it is no form, or a visitor has more of its own in it than the tokens."""
    if not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
        return None
    content = kept_forms.emptied(response.content)
    if content is None or request.session.modified:
        return None
    told = tuple((name, value) for name, value in vars(response).items() if name.startswith(_TOLD))
    return Answer(content, b"", tuple(response.items()), "", told, until, is_form=True)


def _given(request: HttpRequest, answer: Answer) -> HttpResponseBase:
    """A kept answer for one visitor: packed where it takes that, and nothing but the word that it is the same where it has it."""
    if answer.is_form:
        # Its headers say already that nobody keeps it.
        form = HttpResponse(kept_forms.filled(answer.content, request), headers=dict(answer.headers))
        vars(form).update(answer.told)
        patch_vary_headers(form, ("Cookie",))
        return form
    is_packed = bool(answer.packed) and _takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(answer.packed if is_packed else answer.content, headers=dict(answer.headers))
    vars(response).update(answer.told)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    # It may be held by the browser, which asks before it shows it again.
    response["Cache-Control"] = _CLIENT_KEEPS
    etag = f'"{answer.etag}{"-gzip" if is_packed else ""}"'
    response["ETag"] = etag
    patch_vary_headers(response, _VARIES)
    found = get_conditional_response(request, etag=etag, response=response) or response
    vars(found).update(answer.told)
    return found


def _takes_gzip(said: str) -> bool:
    """Whether a visitor takes packed answers: gzip is named, and not with a weight of nothing."""
    for part in said.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
