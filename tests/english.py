"""Finds English in what is to be French: words that French does not have, outside of what records hold in their own language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models

# Words of nearly every English sentence, none of which is French.
_WORDS = re.compile(
    r"\b(the|of|this|that|these|with|was|were|which|and|from|by|is|are|be|it|its|has|have|been|for|your|you|we|they|their|not|"
    r"nobody|nothing|what|who|whose|where|when|why|how|at|to|all|only|than|more|here|there|please|no longer|too many|some|any|"
    r"each|every|other|once|again|write|choose|longer|about)\b",
    re.IGNORECASE,
)
_SHORTEST = 4
# What the site itself writes into records in English, so that pages have to say it in French.
_OWN = frozenset({"AuditEvent", "Message", "MessageBody", "SchemeVersion", "SearchEntry", "Explanation"})


def recorded() -> list[str]:
    """Every text that stands in a record of the site, the longest first: titles, names, reasons, notes, as they were written."""
    found: set[str] = set()
    for model in apps.get_models():
        fields = [
            one.attname
            for one in model._meta.concrete_fields
            if isinstance(one, models.CharField | models.TextField | models.JSONField)
        ]
        if fields and model.__name__ not in _OWN:
            rows = model._base_manager.values_list(*fields)
            found |= {" ".join(text.split()) for row in rows for value in row for text in _texts(value)}
    return sorted((text for text in found if len(text) >= _SHORTEST), key=len, reverse=True)


def left(texts: Iterable[str], records: Iterable[str] = ()) -> list[str]:
    """Those of some texts that are English once what records say is taken out of them."""
    known = list(records)
    return sorted(text for text in texts if _WORDS.search(_without(" ".join(text.split()), known)))


def _without(text: str, known: Iterable[str]) -> str:
    """A text without what stands in records."""
    for record in known:
        if record in text:
            text = text.replace(record, " § ")
    return text


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value of a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts(part))
