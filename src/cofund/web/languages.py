"""The language of a page, which its address alone decides: `/fr/` and what follows it is the French twin of the same address.

Nothing is read from a cookie or from what a browser prefers, so a link shows everybody the same, and any cache may keep it.
`docs/languages.md` tells how texts are marked and translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

FRENCH = "fr"
# As `lang` and `hreflang` have them, with the name that each language gives itself.
NAMES = {settings.LANGUAGE_CODE: ("en-GB", "English"), FRENCH: ("fr", "Français")}
# What has no twin: the office works in one language, and what programs read is the same for all of them.
ONE_LANGUAGE = ("/office/", "/api/")
# The page that tells people of the API is a page like others.
_TOLD = "/api/"
_PREFIX = f"/{FRENCH}"
# The one format of rows that is made for people: its headings and notes are those of the page.
_WORKBOOK = "xlsx"
# What a page asks hundreds of times is kept beside Django's own note, which takes a hundred times as long to read.
_IS_FRENCH: ContextVar[bool] = ContextVar("is_french", default=False)


@dataclass(frozen=True, slots=True)
class Twin:
    """The same page in one of the languages: its tag, the language's own name, and where it is."""

    tag: str
    name: str
    path: str
    href: str
    is_here: bool


def by_address(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: below `/fr/` the whole site stands once more, as if it hung there, and speaks French.

    To Django `/fr` is where the site hangs: every address that is made while a French page is written leads to French pages, and
    no table of addresses knows of languages. Files are the same in both, down to the byte.
    """

    def answering(request: HttpRequest) -> HttpResponseBase:
        asked = request.path_info
        if asked == _PREFIX:
            return HttpResponseRedirect(f"{request.path}/")
        if not asked.startswith(f"{_PREFIX}/"):
            with speaking(settings.LANGUAGE_CODE):
                return _named(answer(request))
        request.path_info = asked.removeprefix(_PREFIX)
        english = request.path.removesuffix(asked) + request.path_info
        if _has_one_language(request.path_info):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{english}?{query}" if query else english)
        if _is_file(request):
            request.path = english
            with speaking(settings.LANGUAGE_CODE):
                return _named(answer(request))
        with speaking(FRENCH), _hanging_at(f"{get_script_prefix()}{FRENCH}/"):
            return _named(answer(request))

    return answering


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """While this lasts, pages and figures are written in one of the languages of the site."""
    token = _IS_FRENCH.set(code == FRENCH)
    try:
        with translation.override(code):
            yield
    finally:
        _IS_FRENCH.reset(token)


def is_french() -> bool:
    """Whether French is spoken now."""
    return _IS_FRENCH.get()


def gettext(text: str) -> str:
    """A marked text in the language that is spoken; English, in which it stands in the source, is not looked up at all."""
    return _french(text) if _IS_FRENCH.get() else text


@lru_cache(maxsize=8192)
def _french(text: str) -> str:
    """A marked text in French; asked while French is spoken. The catalogue is read once, so its answers may be kept."""
    return translation.gettext(text)


def tag() -> str:
    """The language that is spoken now, as the `lang` of a page has it."""
    return NAMES[FRENCH if is_french() else settings.LANGUAGE_CODE][0]


def twins(request: HttpRequest) -> tuple[Twin, ...]:
    """A page in each language, with what its address asks; empty where a page has one language only.

    An address that is somebody's secret, as those in e-mails are, is not repeated on its own page.
    """
    match = request.resolver_match
    if match is None or "token" in match.kwargs or _has_one_language(request.path_info):
        return ()
    root = request.path.removesuffix(request.path_info).removesuffix(_PREFIX if is_french() else "")
    query = request.META.get("QUERY_STRING", "")
    here = FRENCH if is_french() else settings.LANGUAGE_CODE
    found = []
    for code, (name_of_tag, name) in NAMES.items():
        path = f"{root}{_PREFIX if code == FRENCH else ''}{request.path_info}"
        href = f"{path}?{query}" if query else path
        found.append(Twin(name_of_tag, name, path, href, code == here))
    return tuple(found)


def of_path(path: str) -> tuple[str, str]:
    """The language that the address of a page says, and where the page stands among the addresses of the site."""
    if path.startswith(f"{_PREFIX}/"):
        return FRENCH, path.removeprefix(_PREFIX)
    return settings.LANGUAGE_CODE, path


def _has_one_language(path: str) -> bool:
    """Whether an address has no twin: the office, and what programs read."""
    return path != _TOLD and path.startswith(ONE_LANGUAGE)


def _is_file(request: HttpRequest) -> bool:
    """Whether an address asks for what programs read: files end without a slash, rows say their format.

    A workbook is read by people, as its page is.
    """
    return not request.path_info.endswith("/") or request.GET.get("format", "") not in ("", _WORKBOOK)


def _named(response: HttpResponseBase) -> HttpResponseBase:
    """An answer that says its language; one that says it already keeps it."""
    response.headers.setdefault("Content-Language", tag())
    return response


@contextmanager
def _hanging_at(prefix: str) -> Iterator[None]:
    """While this lasts, addresses are made as if the site hung at `prefix`."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)
