"""The frame around every page: what is the same on all of them, or on all of one place, is written once and kept.

It was a third of what an ordinary page cost. Kept for as long as the process lives, for each language and each place where the site
hangs; only for what asks neither who reads nor what the database holds.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cofund.web.office.navigation import Bar
from cofund.web.routes import reverse

register = template.Library()
# The name of a page, the words that lead to it, and whether the pages below it count as being there.
_PLACES = ("programmes", "partners", "open-topics", "consortium-index", "about-data")
_WITH_BELOW = ("programmes", "partners", "consortium-index")


class Fixed(Node):
    """What stands between `{% fixed %}` and `{% endfixed %}`."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._written: dict[Hashable, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Give what was written for this language and place of the site; write it where it was not."""
        key = _site()
        written = self._written.get(key)
        if written is None:
            # With nothing of the page: what depends on the page must not come in unseen.
            written = self._written[key] = self.nodelist.render(context.new({}))
        return written


@register.tag(name="fixed")
def fixed(parser: Parser, token: Token) -> Fixed:
    """`{% fixed %}…{% endfixed %}`: what stands between depends on the language alone, and sees no value of the page."""
    del token
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return Fixed(nodelist)


@register.simple_tag(name="main_navigation", takes_context=True)
def main_navigation(context: Context) -> SafeString:
    """`{% main_navigation %}`: the public places of the site, with a mark on the one where the reader is."""
    # Where the site could not answer, the page is written without the request.
    request: HttpRequest | None = context.get("request")
    match, user = getattr(request, "resolver_match", None), getattr(request, "user", context.get("reader"))
    path, site = request.path if request is not None else "", _site()
    marks = tuple(_mark(name, href, path) for name, href in zip(_PLACES, _hrefs(site), strict=True))
    is_search = match is not None and match.url_name == "search"
    return _main(site, marks, is_search=is_search, is_visitor=not (user is not None and user.is_authenticated))


@register.simple_tag(name="office_navigation")
def office_navigation(bar: Bar | str) -> SafeString | str:
    """`{% office_navigation office_bar %}`: the areas that a role opens, and the places of the one where the reader is."""
    return _office(_site(), bar) if isinstance(bar, Bar) and bar.areas else ""


def _mark(name: str, href: str, path: str) -> str:
    """What `aria-current` says of a place: the page itself, one below it, or nothing."""
    if path == href:
        return "page"
    return "true" if name in _WITH_BELOW and href in path else ""


def _site() -> tuple[str | None, str | None, str]:
    """What fixed parts depend on: the language, the table of addresses, and where the site hangs."""
    return get_language(), get_urlconf(settings.ROOT_URLCONF), get_script_prefix()


@lru_cache(maxsize=32)
def _hrefs(site: tuple[str | None, str | None, str]) -> tuple[str, ...]:
    """The addresses of the public places."""
    del site
    return tuple(reverse(name) for name in _PLACES)


@lru_cache(maxsize=200)
def _main(
    site: tuple[str | None, str | None, str], marks: tuple[str, ...], *, is_search: bool, is_visitor: bool
) -> SafeString:
    """The public places as HTML."""
    places = dict(zip((name.replace("-", "_") for name in _PLACES), zip(_hrefs(site), marks, strict=True), strict=True))
    return render_to_string(
        "cofund/navigation.html", {"places": places, "is_search": is_search, "is_visitor": is_visitor}
    )


@lru_cache(maxsize=2_000)
def _office(site: tuple[str | None, str | None, str], bar: Bar) -> SafeString:
    """The places of the office as HTML."""
    del site
    return render_to_string("cofund/office_navigation.html", {"office_bar": bar})
