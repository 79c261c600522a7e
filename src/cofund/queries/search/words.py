"""Words as the search compares them: small letters without accents, and what a visitor asks for taken apart into terms.

Both databases would take a text apart by rules of their own (`IMI2-2015-03-05` is one word to one of them and four to the
other). So texts are taken apart here, and each word is kept with an `x` before it: then it is a plain word to both, and never a
number or a host.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_CHARACTERS: Final = 300
MOST_TERMS: Final = 12
LONGEST_WORD: Final = 60
# An entry with more words than that is found by its first ones.
MOST_WORDS: Final = 20_000
# Letters that are no base letter with an accent, but are typed as if they were.
_TYPED_AS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"}
)
_WORD: Final = re.compile(r"[^\W_]+")
_PARTS: Final = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; the last one may go on, unless they were put between quotation marks."""

    words: tuple[str, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: all of these terms. `is_cut` where more was asked than is looked for."""

    terms: tuple[Term, ...] = ()
    is_cut: bool = False


def plain(text: str) -> str:
    """A text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_TYPED_AS))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain(text))]


def kept(*texts: str) -> str:
    """The words of some texts as an entry keeps them."""
    found = [word for text in texts for word in words_of(text)]
    return " ".join(f"x{word}" for word in found[:MOST_WORDS])


def asked(text: str) -> Asked:
    """Take apart what a visitor typed: words, and phrases between quotation marks. Every word may go on; phrases are as they are.

    What is no word, such as signs of a query language, is nothing. Of a long question the beginning counts.
    """
    terms = []
    for phrase, word in _PARTS.findall(text[:MOST_CHARACTERS]):
        found = tuple(words_of(phrase or word))
        if found:
            terms.append(Term(found, goes_on=not phrase))
    once = tuple(dict.fromkeys(terms))
    return Asked(once[:MOST_TERMS], is_cut=len(text) > MOST_CHARACTERS or len(once) > MOST_TERMS)


def quoted(terms: Iterable[Term]) -> Iterable[tuple[list[str], bool]]:
    """The words of each term as entries keep them, and whether the last may go on. They are letters and figures alone."""
    for term in terms:
        yield [f"x{word}" for word in term.words], term.goes_on
