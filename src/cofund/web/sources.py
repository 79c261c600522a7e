"""A source as a page names it: a link with its host, or the words that it is."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cofund.web.components import Link
from cofund.web.components.values import Value

ADDRESS = re.compile(r"https?://[^\s;,]+")


def source(text: str) -> Value:
    """A source as a link that names its host, or as the words that it is; empty where there is none."""
    found = ADDRESS.search(text or "")
    if found is None:
        return text
    return Link(host(found.group()), found.group())


def host(address: str) -> str:
    """The host of an address, without `www.`."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
