"""Where in a text the words that were asked for stand, and the part of a long text that shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cofund.queries.search.words import Term, words_of

AROUND: Final = 140
_WORD: Final = re.compile(r"[^\W_]+")


class Piece(NamedTuple):
    """A piece of a text, and whether it was asked for."""

    text: str
    is_found: bool


def marked(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """Cut a text into pieces that were asked for and pieces that were not; together they are the text."""
    pieces, end = [], 0
    for start, stop in _places(text, terms):
        if start > end:
            pieces.append(Piece(text[end:start], is_found=False))
        pieces.append(Piece(text[start:stop], is_found=True))
        end = stop
    if end < len(text):
        pieces.append(Piece(text[end:], is_found=False))
    return tuple(pieces)


def excerpt(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The part of a text around the first word that was asked for, in pieces; its beginning where none stands in it."""
    first = next(iter(_places(text, terms)), (0, 0))[0]
    start = max(0, first - AROUND // 2)
    if start:
        start = text.find(" ", start, first) + 1 or start
    stop = start + 2 * AROUND
    part = text[start:stop]
    if stop < len(text):
        part = part[: part.rfind(" ")] if " " in part else part
        part += " …"
    return marked(("… " if start else "") + part, terms)


def _places(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where words stand that were asked for, in order, each once."""
    return [
        (match.start(), match.end())
        for match in _WORD.finditer(text)
        if any(_is_asked(word, terms) for word in words_of(match.group()))
    ]


def _is_asked(word: str, terms: Sequence[Term]) -> bool:
    """Whether a word is one of those that were asked for, or goes on from one."""
    for term in terms:
        *whole, last = term.words
        if word in whole or word == last or (term.goes_on and word.startswith(last)):
            return True
    return False
