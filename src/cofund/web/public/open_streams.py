"""Files of open data as answers: written row by row while they are read, of any day, as often as is fair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from cofund.queries import schemes
from cofund.rules.schemes import Scheme
from cofund.web import asking, throttling
from cofund.web.asking import Asked
from cofund.web.public import errors
from cofund.web.throttling import TooManyError
from cofund.web.visitors import origin_of

# Different files of past days that one origin gets within a minute.
PAST: Final = throttling.Lane(20)
# Signs that are sent at a time.
PIECE: Final = 32_768


class NothingPublicError(Exception):
    """A file has nothing to hold on the day that is asked for; the words say so."""


def answer(
    request: HttpRequest,
    scheme: str,
    file: str,
    content_type: str,
    content: Callable[[Scheme, Asked], Iterator[str]],
) -> HttpResponseBase:
    """Answer with a file of a programme; of any other moment than now nobody may ask for many.

    `content` gives the pieces of the file; it raises `NothingPublicError` where there is nothing to write.
    """
    asked = asking.asked(request)
    if asked.problem:
        return _plainly(asked.problem, 400)
    rules, _ = schemes.current(scheme)
    if asked.pairs and not request.user.is_authenticated:
        try:
            with PAST.pass_through(origin_of(request), (scheme, file, asked.pairs)):
                pass
        except TooManyError:
            refused = errors.render(errors.TOO_MANY)
            refused["Retry-After"] = str(throttling.WINDOW_SECONDS)
            return refused
    try:
        pieces = content(rules, asked)
    except NothingPublicError as nothing:
        return _plainly(str(nothing), 404)
    response = StreamingHttpResponse(gathered(pieces), content_type=content_type)
    name, _, kind = file.rpartition(".")
    saved = f"{scheme}-{name}-{asked.moment.on.isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{saved}"'
    return response


def gathered(pieces: Iterable[str]) -> Iterator[str]:
    """Give the same text in fewer pieces: each is a write to the network, and a million small ones take longer than the rows."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


def _plainly(words: str, status: int) -> HttpResponse:
    """An answer in words to whoever asked for a file."""
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
