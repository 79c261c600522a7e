"""Lists to choose from, written at once: where there are hundreds of choices, a template for each takes ten times as long."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

# From how many choices on a list is kept as it was written.
MANY = 40


def options(choices: Iterable[tuple[Any, Any]], chosen: Iterable[str]) -> SafeString:
    """The choices as HTML, each a value with its words, or a heading with choices. One can be chosen, and only once."""
    left = set(chosen)
    # Each part is escaped where it is written.
    return mark_safe("".join([_option(value, words, left) for value, words in choices]))  # noqa: S308


def of_filter(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """The choices of a filter as HTML. A long list is the same on every page of its kind: it is written once."""
    if len(choices) < MANY:
        return options(choices, [chosen])
    written, selected = _written(choices), f'<option value="{escape(chosen)}"'
    return mark_safe(written.replace(f"{selected}>", f"{selected} selected>", 1))  # noqa: S308  # escaped by `_written`


@lru_cache(maxsize=64)
def _written(choices: tuple[tuple[str, str], ...]) -> str:
    """A list without anything chosen."""
    return "".join([_option(value, words, set()) for value, words in choices])


def escaped(words: Any) -> str:
    """Words for HTML; what is HTML already stays as it is."""
    return str(words) if hasattr(words, "__html__") else escape(str(words))


def _option(value: Any, words: Any, chosen: set[str]) -> str:
    """A choice, or some of them under their heading. What is chosen is taken out of `chosen`."""
    if isinstance(words, (list, tuple)):
        within = "".join([_option(one, said, chosen) for one, said in words])
        return f'<optgroup label="{escaped(value)}">{within}</optgroup>' if value else within
    written = "" if value is None else str(value)
    selected = ""
    if written in chosen:
        selected = " selected"
        chosen.clear()
    return f'<option value="{escape(written)}"{selected}>{escaped(words)}</option>'
