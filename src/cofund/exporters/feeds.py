"""News as feeds, in Atom (RFC 4287) and in RSS 2.0: the same entries under the same identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from cofund.exporters.markup import HEAD, element, opening, told
from cofund.queries.news import Item

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Feed:
    """What holds for a feed: its title, the page that it is about, its own address, and when anything in it changed last.

    `host` is that of the site, which identifiers are made of; `address_of` gives the page of an entry.
    """

    title: str
    subtitle: str
    page: str
    address: str
    host: str
    author: str
    changed_at: datetime
    address_of: Callable[[Item], str]


def as_atom(feed: Feed, items: Sequence[Item]) -> Iterator[str]:
    """Give the feed as Atom, entry by entry."""
    yield HEAD + opening("feed", {"xmlns": ATOM, "xml:lang": "en"}) + "\n"
    yield told("id", feed.address) + told("title", feed.title) + told("subtitle", feed.subtitle)
    yield told("updated", _instant(feed.changed_at)) + element("author", None, told("name", feed.author))
    yield element("link", {"rel": "self", "type": "application/atom+xml", "href": feed.address})
    yield element("link", {"rel": "alternate", "type": "text/html", "href": feed.page}) + "\n"
    for item in items:
        yield element(
            "entry",
            None,
            told("id", identifier(feed, item)),
            told("title", item.title),
            told("published", _instant(item.published_at)),
            told("updated", _instant(item.changed_at)),
            element("link", {"rel": "alternate", "type": "text/html", "href": feed.address_of(item)}),
            element("category", {"term": item.kind}),
            told("summary", item.text or item.title, {"type": "text"}),
        )
        yield "\n"
    yield "</feed>\n"


def as_rss(feed: Feed, items: Sequence[Item]) -> Iterator[str]:
    """Give the same feed as RSS 2.0, entry by entry."""
    yield HEAD + opening("rss", {"version": "2.0", "xmlns:atom": ATOM}) + opening("channel") + "\n"
    yield told("title", feed.title) + told("link", feed.page) + told("description", feed.subtitle)
    yield told("language", "en") + told("lastBuildDate", _mail_date(feed.changed_at))
    yield element("atom:link", {"rel": "self", "type": "application/rss+xml", "href": feed.address}) + "\n"
    for item in items:
        yield element(
            "item",
            None,
            told("title", item.title),
            told("link", feed.address_of(item)),
            # Readers of RSS take it for HTML, in which words are words only where they are escaped once more.
            told("description", escape(item.text or item.title)),
            told("category", item.kind),
            told("guid", identifier(feed, item), {"isPermaLink": "false"}),
            told("pubDate", _mail_date(item.published_at)),
        )
        yield "\n"
    yield "</channel></rss>\n"


def identifier(feed: Feed, item: Item) -> str:
    """What an entry is called for good, in every feed that it stands in: a tag address (RFC 4151)."""
    return f"tag:{feed.host},2026:{quote(item.scheme)}/{quote(item.kind)}/{quote(item.key, safe='')}"


def _instant(at: datetime) -> str:
    """An instant as Atom writes it, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _mail_date(at: datetime) -> str:
    """An instant as RSS writes it, as in e-mails."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
