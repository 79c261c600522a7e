"""Pieces of XML as text, escaped: files are written piece by piece, so that memory does not grow with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML 1.0 cannot hold, not even as a reference: control characters, halves of characters, and two that are none.
_NONE_OF_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def said(text: str) -> str:
    """Give a text as the content of an element; characters that XML cannot hold are left out."""
    return escape(_NONE_OF_XML.sub("", text))


def opening(name: str, attributes: Mapping[str, str | None] | None = None) -> str:
    """Give the tag that opens an element; an attribute that is None is left out."""
    stated = "".join(
        f' {key}="{escape(_NONE_OF_XML.sub("", value), _QUOTED)}"'
        for key, value in (attributes or {}).items()
        if value is not None
    )
    return f"<{name}{stated}>"


def element(name: str, attributes: Mapping[str, str | None] | None = None, *inside: str) -> str:
    """Give an element with what is inside it, which is written already; an empty one closes itself."""
    if not inside:
        return f"{opening(name, attributes)[:-1]}/>"
    return f"{opening(name, attributes)}{''.join(inside)}</{name}>"


def told(name: str, text: str, attributes: Mapping[str, str | None] | None = None) -> str:
    """Give an element that holds a text."""
    return element(name, attributes, said(text))


# Line breaks in an attribute would be read as blanks.
_QUOTED: Final = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
