"""News as feeds for readers that ask again and again: of a programme, and of the whole site."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from cofund.exporters import feeds
from cofund.exporters.feeds import Feed
from cofund.queries import clock, exceptions, news, schemes
from cofund.queries.keeping import kept
from cofund.queries.news import Item
from cofund.queries.stories import lists
from cofund.web.public.lookup import or_not_found
from cofund.web.routes import reverse

Writing = Callable[[Feed, Sequence[Item]], Iterator[str]]
FORMS: Final[dict[str, tuple[Writing, str]]] = {
    "atom": (feeds.as_atom, "application/atom+xml; charset=utf-8"),
    "rss": (feeds.as_rss, "application/rss+xml; charset=utf-8"),
}
# A site with no news and no programme: feeds have to say an instant.
_BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)


@require_safe
@or_not_found
def of_programme(request: HttpRequest, scheme: str, form: str) -> HttpResponseBase:
    """`/programmes/<scheme>/feed.atom` and `feed.rss`: what is new in a programme."""
    schemes.current(scheme)
    return _answer(request, form, scheme)


@require_safe
def of_site(request: HttpRequest, form: str) -> HttpResponseBase:
    """`/feed.atom` and `/feed.rss`: what is new in all programmes."""
    return _answer(request, form, "")


def _answer(request: HttpRequest, form: str, scheme: str) -> HttpResponseBase:
    """A feed, or that nothing changed since the reader was last here."""
    content, changed_at = _content(form, scheme, lists.edition())
    etag, changed = f'"{hashlib.sha256(content).hexdigest()[:32]}"', int(changed_at.timestamp())
    response = HttpResponse(content, content_type=FORMS[form][1])
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    return get_conditional_response(request, etag, changed, response) or response


@kept(16)
def _content(form: str, scheme: str, edition: int) -> tuple[bytes, datetime]:
    """A feed, written once for all its readers until anything changes or a story comes out, with the instant of its last change."""
    site = settings.COFUND_SITE_URL
    items = news.of_programme(scheme) if scheme else news.of_site()
    codes = [scheme] if scheme else schemes.installed()
    changed = max((one.changed_at for one in items), default=None) or news.changed_at(codes) or _BEGINNING
    # A reader that asks by the instant alone must see that something is held back now, or is not any more.
    changed = max(changed, exceptions.changed_at(clock.today()) or changed)
    name = schemes.current(scheme)[0].name if scheme else settings.SITE_TITLE
    own = reverse(f"programme-feed-{form}", args=[scheme]) if scheme else reverse(f"feed-{form}")
    page = reverse("programme", args=[scheme]) if scheme else reverse("home")
    feed = Feed(
        f"News of {name}",
        "New stories, topics, projects, contributions, decisions and ideas, once they are public.",
        site + page,
        site + own,
        urlsplit(site).hostname or "localhost",
        name,
        changed,
        lambda item: site + reverse(item.page, args=item.keys),
    )
    return "".join(FORMS[form][0](feed, items)).encode(), changed
