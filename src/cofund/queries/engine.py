"""Which engine recommends: a digest of the code that reads the past, ranks candidates and measures the ranking.

A measure is one of an engine. Whatever changes a line of that code has it measured anew, also a number that has no name; comments
and docstrings do not count, since they change no answer.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# What reads the past, and what measures; the code that these use from the package of the analysis belongs to the engine too.
_ROOTS: Final = ("cofund.queries.past_arrays", "cofund.analysis.experiment")
_PACKAGE: Final = "cofund.analysis"
_LAYOUT: Final = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


def engine() -> str:
    """The engine in twelve letters."""
    return digest(sources())


def sources() -> dict[str, str]:
    """The code of the engine by module, in the order of their names."""
    found: dict[str, str] = {}
    waiting = list(_ROOTS)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _text(name)
            waiting += [other for other in _imported(found[name]) if other.startswith(f"{_PACKAGE}.")]
    return dict(sorted(found.items()))


def digest(code: Mapping[str, str]) -> str:
    """Code by module in twelve letters, whatever its comments and docstrings."""
    made = hashlib.blake2b(digest_size=6)
    for name, text in code.items():
        made.update(f"{name}\n{''.join(_said(text))}\n".encode())
    return made.hexdigest()


def _text(name: str) -> str:
    """The text of a module. Raises FileNotFoundError where it has no file."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(name)
    return Path(spec.origin).read_text(encoding="utf-8")


def _imported(text: str) -> Iterator[str]:
    """The modules that a module may import from, those of a package by the names that are taken from it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            is_package = node.module == _PACKAGE
            yield from (f"{_PACKAGE}.{one.name}" for one in node.names) if is_package else (node.module,)


def _said(text: str) -> Iterator[str]:
    """The words and signs of a module in their order, without comments, docstrings and layout."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for place, token in enumerate(tokens):
        is_first = place == 0 or tokens[place - 1].type in _LAYOUT
        is_alone = token.type == tokenize.STRING and is_first and tokens[place + 1].type == tokenize.NEWLINE
        if token.type not in _LAYOUT and not is_alone:
            yield token.string
