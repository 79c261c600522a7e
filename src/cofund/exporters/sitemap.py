"""The addresses of a site for search engines: one list, or an index of parts where there are too many for one.

Source: https://www.sitemaps.org/protocol.html, which allows 50,000 addresses in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cofund.exporters.markup import HEAD, element, opening, told

MOST: Final = 50_000
SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def as_list(addresses: Iterable[str]) -> Iterator[str]:
    """Give one list, address by address."""
    yield HEAD + opening("urlset", {"xmlns": SPACE}) + "\n"
    for address in addresses:
        yield element("url", None, told("loc", address)) + "\n"
    yield "</urlset>\n"


def as_index(parts: Iterable[str]) -> Iterator[str]:
    """Give the index of the parts, by their addresses."""
    yield HEAD + opening("sitemapindex", {"xmlns": SPACE}) + "\n"
    for address in parts:
        yield element("sitemap", None, told("loc", address)) + "\n"
    yield "</sitemapindex>\n"
