"""The stories that have come out as an Atom feed, for programs that readers use and for other sites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.feedgenerator import Atom1Feed

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A story in a feed; `href` is its whole address, `html` its text with the figures of the moment and whole addresses."""

    href: str
    title: str
    summary: str
    html: str
    author: str
    kind: str
    published_at: datetime
    updated_at: datetime


class _Feed(Atom1Feed):
    """An Atom feed whose entries have the whole text beside the summary."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Write an entry; the summary is plain text, the content is HTML."""
        content, summary = item["content"], item["description"]
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("summary", summary, {"type": "text"})
        handler.addQuickElement("content", content, {"type": "html"})


def atom(entries: Iterable[FeedEntry], *, title: str, site_href: str, feed_href: str, language: str) -> str:
    """Write a feed of stories, newest first, as XML.

    Args:
        entries: the stories.
        title: what the feed is called.
        site_href: the whole address of the list of stories.
        feed_href: the whole address of the feed itself.
        language: in which it is written, as `en-gb`.
    """
    feed = _Feed(
        title=title,
        link=site_href,
        description="",
        language=language,
        feed_url=feed_href,
        feed_guid=feed_href,
        author_name=title,
    )
    for one in entries:
        feed.add_item(
            title=one.title,
            link=one.href,
            description=one.summary,
            content=one.html,
            unique_id=one.href,
            author_name=one.author,
            categories=(one.kind,),
            pubdate=one.published_at,
            updateddate=one.updated_at,
        )
    return feed.writeString("utf-8")
