"""What an index says of itself has to have: looked at once where it is read, so that nobody else has to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any, Final

from cofund.analysis.bands import NAMES

TREES: Final = "trees.txt"


def first_fault(plain: object) -> str:
    """The first part of a description that is missing or is no such thing; empty where it is whole.

    What a later release may add, and what an index can do without, may be absent.
    """
    if not isinstance(plain, dict):
        return "everything"
    faults = (name for name, is_right in _NEEDED.items() if name not in plain or not is_right(plain[name]))
    odd = (name for name, is_right in _OPTIONAL.items() if name in plain and not is_right(plain[name]))
    return next(chain(faults, odd), "")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_instant(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _are_numbers(count: int) -> Callable[[Any], bool]:
    """Whether it is so many numbers; points may be infinite."""
    return lambda value: isinstance(value, list) and len(value) == count and all(map(_is_number, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_files(value: Any) -> bool:
    """Whether it is files by name, each with its size and checksum; the trees are always one of them."""
    return isinstance(value, dict) and TREES in value and all(map(_is_file, value.values()))


def _is_file(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and _is_count(value[0]) and isinstance(value[1], str)


_NEEDED: Final[dict[str, Callable[[Any], bool]]] = {
    "built_at": _is_instant,
    "projects": _is_count,
    "older_projects": _is_count,
    "candidates": _is_count,
    "band_limits": _are_numbers(len(NAMES) - 1),
    "band_shares": _are_numbers(len(NAMES)),
    "files": _are_files,
}
_OPTIONAL: Final[dict[str, Callable[[Any], bool]]] = {
    "trained_at": lambda value: value == "" or _is_instant(value),
    "changed_since_training": _is_count,
}
