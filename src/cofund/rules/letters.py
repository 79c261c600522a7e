"""Greek and Cyrillic letters in Latin ones, and the two ways in which umlauts are written, so that names can be compared.

Sources: ELOT 743 for Greek, the Bulgarian and Ukrainian laws on transliteration for Cyrillic, each in its plainest form.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_GREEK_PAIRS: Final = (("ου", "ou"), ("ευ", "ev"), ("αυ", "av"), ("γγ", "ng"), ("γχ", "nch"), ("γξ", "nx"))
_GREEK: Final = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
_CYRILLIC: Final = (
    "а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч ch ш sh щ sht ъ a ы y э e "
    "ю yu я ya ѓ g є ye і i ї i ґ g ј j љ lj њ nj ђ dj ћ c џ dz"
)
_WORDS: Final = f"{_GREEK} {_CYRILLIC}".split()
_LETTERS: Final = str.maketrans({**dict(zip(_WORDS[::2], _WORDS[1::2], strict=True)), "ь": ""})
# “Muenchen” and “München”, “Aalborg” and “Ålborg”: without accents the second ones are “Munchen” and “Alborg”.
_UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))


@lru_cache(maxsize=120_000)
def plainest(name_key: str) -> str:
    """Give the key of a name (`rules.names.key`) in Latin letters, with each umlaut as its vowel alone.

    It is for comparing only: some different words become the same.
    """
    text = name_key
    for pair, latin in _GREEK_PAIRS:
        text = text.replace(pair, latin)
    text = text.translate(_LETTERS)
    for pair, vowel in _UMLAUTS:
        text = text.replace(pair, vowel)
    return " ".join(text.split())
