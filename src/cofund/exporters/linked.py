"""Linked data as Turtle and as JSON-LD, written node by node from the same plain values.

Source: https://www.w3.org/TR/turtle/ and https://www.w3.org/TR/json-ld11/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

# What an address may not hold between angle brackets, and what a short text escapes.
_NO_ADDRESS: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPED: Final[Mapping[str, str]] = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Address:
    """Another node, or something that the world knows by its address; given in full."""

    of: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words, in a language or in none."""

    words: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of a type, which is a short name such as `xsd:date`."""

    value: str
    of: str


Value: TypeAlias = Address | Text | Typed


@dataclass(frozen=True, slots=True)
class Node:
    """What is said of one thing: its address, what it is, and its properties by short names, each in turn."""

    address: str
    kind: str
    said: tuple[tuple[str, Value], ...] = ()


def as_turtle(prefixes: Mapping[str, str], nodes: Iterable[Node]) -> Iterator[str]:
    """Give a graph as Turtle, node by node."""
    for name, address in prefixes.items():
        yield f"@prefix {name}: <{address}> .\n"
    for node in nodes:
        lines = [f"a {node.kind}", *(f"{name} {_turtle(value)}" for name, value in node.said)]
        yield f"\n<{_address(node.address)}>\n    " + " ;\n    ".join(lines) + " .\n"


def as_json(prefixes: Mapping[str, str], nodes: Iterable[Node]) -> Iterator[str]:
    """Give the same graph as JSON-LD, node by node."""
    yield f'{{\n "@context": {json.dumps(dict(prefixes))},\n "@graph": ['
    for number, node in enumerate(nodes):
        found: dict[str, Any] = {"@id": node.address, "@type": node.kind}
        for name, value in node.said:
            found.setdefault(name, []).append(_json(value))
        yield (",\n  " if number else "\n  ") + json.dumps(found, ensure_ascii=False)
    yield "\n ]\n}\n"


def _turtle(value: Value) -> str:
    """A value as Turtle writes it."""
    if isinstance(value, Address):
        return f"<{_address(value.of)}>"
    if isinstance(value, Typed):
        return f"{_quoted(value.value)}^^{value.of}"
    return _quoted(value.words) + (f"@{value.language}" if value.language else "")


def _json(value: Value) -> dict[str, str]:
    """A value as JSON-LD writes it."""
    if isinstance(value, Address):
        return {"@id": value.of}
    if isinstance(value, Typed):
        return {"@value": value.value, "@type": value.of}
    return {"@value": value.words} | ({"@language": value.language} if value.language else {})


def _quoted(text: str) -> str:
    """A text between quotation marks."""
    return '"' + "".join(_ESCAPED.get(sign, sign) for sign in text) + '"'


def _address(text: str) -> str:
    """An address between angle brackets; what may not stand there is written as its bytes."""
    return _NO_ADDRESS.sub(lambda found: f"%{ord(found.group()):02X}", text)
