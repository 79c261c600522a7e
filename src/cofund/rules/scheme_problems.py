"""What can be wrong with a scheme file, told so that the person who wrote it can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class SchemeProblem:
    """One thing that is wrong: in which file, at which key (`tranches[1].ratio`, counted from 0), found, expected."""

    file: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: found {self.found}, expected {self.expected}"


class SchemeError(ValueError):
    """A scheme file cannot be used. `problems` lists everything that is wrong with it, not only the first thing."""

    def __init__(self, problems: Iterable[SchemeProblem]) -> None:
        """Carry every problem; the message has one line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnfitError(ValueError):
    """A reader refuses a value. `expected` says what would have been right, `found` which part of it was wrong."""

    def __init__(self, expected: str, found: object = None) -> None:
        """Carry what would have been right, and the part that is wrong where it is not the whole."""
        self.expected, self.found = expected, found
        super().__init__(expected)


def shown(value: object) -> str:
    """A found value as it reads in a message: short, in the words of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= LONGEST_QUOTE else f"'{value[:LONGEST_QUOTE]}…'"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, date):
        return value.isoformat()
    # An integer of thousands of digits may not be turned into text (Python refuses it).
    if isinstance(value, int) and abs(value) >= 10**LONGEST_QUOTE:
        return "a number of more than 60 digits"
    return str(value)


def one_of(words: Iterable[str], near: object = None) -> str:
    """The words that would be right, and which of them was probably meant."""
    known = sorted(set(words))
    text = f"one of {', '.join(known)}" if known else "none, for none is defined"
    close = difflib.get_close_matches(near, known, n=1) if isinstance(near, str) and len(near) <= LONGEST_QUOTE else []
    return f"{text} (did you mean '{close[0]}'?)" if close else text
