"""Names of organisations as they are compared: without accents, capitals, and the words that only say the legal form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Legal forms as they stand at the end (some at the start) of names, without full stops.
_FORM_WORDS: Final = (
    "ab ag aisbl asbl as aps asa bv bvba co company corp corporation cv doo dd eeig ehf ev eood fund gbr ggmbh gie gmbh ges hf inc "
    "incorporated kft kg kgaa kk lda limited llc llp lp ltd ltda mbh nv ood ohg oy oyj plc pte pty pvt sa sae sarl sas sasu scarl "
    "scrl se sgps sl slu snc spa spj spk spol spolka spzoo sprl srl sro ug vof vzw zrt ivzw association foundation fondation "
    "fundacion fondazione stiftung stichting trust verein charity charitable"
)
_LINKING_WORDS: Final = "the and of for de der des die das la le les du di und et y e van von zur zum a"
_FORMS: Final = frozenset(_FORM_WORDS.split())
# Those that are long enough to be told when one letter is wrong.
LONG_FORMS: Final = tuple(word for word in _FORM_WORDS.split() if len(word) >= 7)
_LINKING: Final = frozenset(_LINKING_WORDS.split())
# Forms that are written with full stops or spaces between their letters.
_SPACED: Final = re.compile(
    r"\b(?:e v|a s b l|v z w|g m b h|s p a|s a r l|s r l|s r o|s a s|s a|n v|b v|a s|a g|l l c|l t d|p l c|i n c|"
    r"sp z o o|d o o|k k)\b"
)
_NO_WORD: Final = re.compile(r"[^\w]+|_")
_ACRONYM: Final = re.compile(r"\(([A-Z][A-Z0-9&-]{2,9})\)")
# Letters that no accent is taken from.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


@lru_cache(maxsize=60_000)
def key(name: str) -> str:
    """Give the words of a name that tell organisations apart, in their order, with one space between.

    A name of which nothing would be left, such as “The Foundation”, keeps all its words.
    """
    joined = _words(name)
    telling = [word for word in joined if word not in _FORMS and word not in _LINKING]
    return " ".join(telling or joined)


@lru_cache(maxsize=60_000)
def whole(name: str) -> str:
    """Give the words of a name with those of its legal form, in their order, without the linking ones."""
    joined = _words(name)
    return " ".join([word for word in joined if word not in _LINKING] or joined)


def spellings(name: str) -> tuple[str, ...]:
    """Give the names that a name with an acronym in brackets stands for: it without the acronym, and the acronym; else itself.

    “(Germany)” is no acronym: it tells the parts of a company in two countries apart.
    """
    acronyms = _ACRONYM.findall(name)
    return (_ACRONYM.sub(" ", name), *acronyms) if acronyms else (name,)


def _words(name: str) -> list[str]:
    """The words of a name without accents, capitals and stops; legal forms of single letters are one word."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    text = "".join(character for character in plain if not unicodedata.combining(character))
    words = _NO_WORD.sub(" ", text.replace("'", "").replace("’", "")).split()
    return _SPACED.sub(lambda found: found.group().replace(" ", ""), " ".join(words)).split()


def first_word(name_key: str) -> str:
    """Give the first word of a key, by which keys are looked up together."""
    return name_key.partition(" ")[0]
