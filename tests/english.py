"""Finds English in what is to be French: words that French does not have, outside of what records hold in their own language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.apps import apps
from django.db import models

from cofund.queries import schemes

# Words of nearly every English sentence, none of which is French.
_WORDS = re.compile(
    r"\b(the|of|this|that|these|with|was|were|which|and|from|by|is|are|be|it|its|has|have|been|for|your|you|we|they|their|not|"
    r"nobody|nothing|what|who|whose|where|when|why|how|at|to|all|only|than|more|here|there|please|no longer|too many|some|any|"
    r"each|every|other|once|again|write|choose|longer|about)\b",
    re.IGNORECASE,
)
_SHORTEST = 4
# Addresses, and names of pages and files.
_NAMES = re.compile(r"\S*[/-]\S*\w|\b[\w-]+\.[\w.-]+\b")
# Of these the site itself writes the words, so that pages have to say them in French.
_OWN = frozenset({"AuditEvent", "Message", "MessageBody", "SchemeVersion", "SearchEntry", "Explanation"})


def recorded() -> list[str]:
    """Every text that stands in a record of the site, the longest first: titles, names, reasons, notes, as they were written.

    What the site explains to itself in a record, such as how a vote came out, is its own English.
    """
    found: set[str] = set()
    for model in apps.get_models():
        fields = [
            one.attname for one in model._meta.concrete_fields if isinstance(one, models.CharField | models.TextField)
        ]
        if fields and model.__name__ not in _OWN:
            rows = model._base_manager.values_list(*fields)
            found |= {text for row in rows for text in row if text}
    found |= {part for text in found for part in text.split("\n")}
    found = {" ".join(text.split()) for text in found}
    for code in schemes.installed():
        scheme = schemes.current(code)[0]
        found |= {" ".join(text.split()) for text in (*(one.source for one in scheme.figures), scheme.legal_basis)}
    # Within a sentence the full stop of what is quoted goes.
    found |= {text.removesuffix(".") for text in found}
    return sorted((text for text in found if len(text) >= _SHORTEST), key=len, reverse=True)


def left(texts: Iterable[str], records: Iterable[str] = ()) -> list[str]:
    """Those of some texts that are English once what records say is taken out of them."""
    known = list(records)
    return sorted(text for text in texts if _is_english(_without(_cut(" ".join(text.split()), known), known)))


def _is_english(text: str) -> bool:
    """Whether a text has a word of English; what is all capitals is a code, such as that of a country."""
    return any(not word.isupper() for word in _WORDS.findall(_NAMES.sub(" ", text)))


def _cut(text: str, known: Iterable[str]) -> str:
    """A text without the beginning of a record, where that was cut off."""
    begin = text.partition("…")[0].strip()
    for start in (begin, begin.partition(": ")[2]):
        if "…" in text and len(start) > 20 and any(record.startswith(start) for record in known):
            return text.replace(start, " § ")
    return text


def _without(text: str, known: Iterable[str]) -> str:
    """A text without what stands in records."""
    for record in known:
        if record in text:
            text = text.replace(record, " § ")
    return text
