"""What changed between two texts, word by word: pure text in, parts out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

_WORDS: Final = re.compile(r"\s+|[^\s]+")

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The parts of a section from the earlier to the later text, and how many words came and went."""

    parts: tuple[Part, ...]
    added: int
    removed: int

    @property
    def is_change(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed)


def difference(before: str, after: str) -> Difference:
    """Compare two texts word by word; white space alone makes no difference in the counts."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    parts: list[Part] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(Part("same", "".join(old[i:j])))
            continue
        if i < j:
            parts.append(Part("removed", "".join(old[i:j])))
        if k < m:
            parts.append(Part("added", "".join(new[k:m])))
    return Difference(tuple(parts), _count(parts, "added"), _count(parts, "removed"))


def _count(parts: list[Part], kind: Kind) -> int:
    """How many words some parts have."""
    return sum(len(part.text.split()) for part in parts if part.kind == kind)
