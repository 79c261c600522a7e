"""Words and sentences that rules, records and rule books bring to a page, in the language that is spoken there.

They are written below the pages, where no language is known. Words stand in the catalogue as they are; a sentence that is made of
parts is recognised by its pattern, and its parts are said in turn. What nobody knows, such as a title, stays as it is.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext

from cofund.queries.consent import NOT_NAMED
from cofund.rules.scheme_readers import MONTHS
from cofund.web.formatting import FIRM, THIN, day
from cofund.web.languages import is_french
from cofund.web.vocabulary_documents import SENTENCES as DOCUMENT_SENTENCES
from cofund.web.vocabulary_documents import WORDS as DOCUMENT_WORDS
from cofund.web.vocabulary_pages import SENTENCES as PAGE_SENTENCES
from cofund.web.vocabulary_pages import WORDS as PAGE_WORDS
from cofund.web.vocabulary_refusals import SENTENCES as REFUSAL_SENTENCES
from cofund.web.vocabulary_refusals import WORDS as REFUSAL_WORDS
from cofund.web.vocabulary_sentences import SENTENCES as RULE_SENTENCES
from cofund.web.vocabulary_words import WORDS as RULE_WORDS

WORDS: Final = RULE_WORDS | DOCUMENT_WORDS | PAGE_WORDS | REFUSAL_WORDS
SENTENCES: Final = (*RULE_SENTENCES, *DOCUMENT_SENTENCES, *PAGE_SENTENCES, *REFUSAL_SENTENCES)
_MONEY: Final = re.compile(r"([A-Z]{3}) ([\d,]+(?:\.\d+)?)(?: (m|bn))?")
_FIGURES: Final = re.compile(r"(−?\d{1,3}(?:,\d{3})+(?:\.\d+)?|−?\d+\.\d+|−?\d+(?= %))( %)?")
_BETWEEN: Final = {
    ": ": f"{FIRM}: ",
    "; ": f"{THIN}; ",
    ", or ": ", ou ",
    " or ": " ou ",
    " and ": " et ",
    ", ": ", ",
    " → ": " → ",
}
_END: Final = re.compile(r"(?<=[.!?]) ")
# As refusals say when something can be asked for again.
_DAY: Final = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_TIME: Final = re.compile(r"(\d{2}):(\d{2})")
_PLACE: Final = re.compile(r"\{(\w+)\}")


def spoken(words: str) -> str:
    """Words from below the pages in the language that is spoken: French as far as the catalogue knows them, else as they are."""
    return _in_french(words) if words and is_french() else words


def spoken_title(title: str) -> str:
    """The title of a point or a decision: its own words, or those that stand there where a partner is not named."""
    return spoken(title) if f"({NOT_NAMED})" in title else title


@lru_cache(maxsize=8192)
def _in_french(words: str) -> str:
    """Words in French: by heart, else by the pattern that they fit, else part by part; unknown ones stay as they are."""
    if words in WORDS:
        return gettext(words)
    for pattern, text in _patterns():
        found = pattern.fullmatch(words)
        if found:
            parts = {name: _part(part) for name, part in found.groupdict().items()}
            return gettext(text).format(**parts)
    if words.endswith(".") and _is_known(words[:-1]):
        return f"{_in_french(words[:-1])}."
    return _several(words) or _joined(words) or words


def _several(words: str) -> str:
    """Several sentences, where each of them is known; else empty."""
    parts = _END.split(words)
    return " ".join(_in_french(part) for part in parts) if len(parts) > 1 and all(map(_is_known, parts)) else ""


def _joined(words: str) -> str:
    """Words that are known one by one, with what stands between them; empty where one of them is not known."""
    for between, in_french in _BETWEEN.items():
        parts = words.split(between)
        if len(parts) > 1 and all(_is_known(part) for part in parts):
            return in_french.join(_in_french(part) for part in parts)
    return ""


def _is_known(words: str) -> bool:
    """Whether words have French."""
    return words in WORDS or _in_french(words) != words


def _part(words: str) -> str:
    """A part of a sentence: said as a whole where it is known, else with its figures as French has them."""
    if _is_known(words):
        return _in_french(words)
    great = capfirst(words)
    if great != words and _is_known(great):
        french = _in_french(great)
        return french[:1].lower() + french[1:]
    found = _DAY.fullmatch(words)
    if found and found[2] in MONTHS:
        return day(date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])))
    if found := _TIME.fullmatch(words):
        return f"{found[1]}{THIN}h{THIN}{found[2]}"
    return figures(words)


def spoken_figures(words: str) -> str:
    """Words with the amounts and numbers in them as the language that is spoken writes them."""
    return figures(words) if is_french() else words


def figures(words: str) -> str:
    """Words with every amount and number in them written as French has it."""
    units = {None: "", "m": f"{FIRM}Mio", "bn": f"{FIRM}Mrd"}
    words = _MONEY.sub(lambda found: f"{_french(found[2])}{units[found[3]]}{FIRM}{found[1]}", words)
    return _FIGURES.sub(lambda found: _french(found[1]) + (f"{FIRM}%" if found[2] else ""), words)


def _french(number: str) -> str:
    """The signs of French in a number."""
    return number.replace(",", THIN).replace(".", ",")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every sentence with places to fill, as what it looks like; those with most words of their own come first."""
    longest = sorted(SENTENCES, key=lambda text: -len(_PLACE.sub("", text)))
    return tuple((re.compile(_as_pattern(text), re.DOTALL), text) for text in longest)


def _as_pattern(text: str) -> str:
    """A sentence as a regular expression whose groups are its places."""
    parts = _PLACE.split(text)
    # Every second part is the name of a place.
    return "".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
