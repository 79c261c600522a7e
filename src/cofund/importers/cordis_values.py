"""How one field of a CORDIS file is read: text in, a value that both databases take as it is out.

Days and instants come out as text (`2022-09-01`, `2025-08-26 14:19:52` in UTC), checked to be real, because SQLite
stores that text and PostgreSQL reads it. Every reader raises ValueError whose message is the reason for the officer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

Value = str | int | bool | None
Column = Sequence[Value]  # one column of several rows
Reader = Callable[[str], Value]

LONGEST_CODE = 200  # characters; codes are keys, and PostgreSQL indexes at most about 2,700 bytes
# The same values come again and again; to remember this many of each kind takes a few MB and saves most of the work.
_REMEMBERED = 32_768
# CORDIS states local time of the Publications Office in Luxembourg without a zone.
CORDIS_ZONE = ZoneInfo("Europe/Luxembourg")

_AMOUNT = re.compile(r"([0-9]{1,14})(?:[.,]([0-9]{1,2}|[0-9]{4,20}))?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
_MOST_DIGITS = 18  # of a whole number; both databases hold as many
_TRUTH: dict[str, bool | None] = {"true": True, "false": False, "": None}


def text(stated: str) -> str:
    """The text as it is stated. The CSV download has each run of white space as one blank; see `tidy` for XML."""
    return stated


def tidy(stated: str) -> str:
    """The text with each run of white space as one blank, as the CSV download of the same record has it."""
    return " ".join(stated.split())


@lru_cache(maxsize=_REMEMBERED)
def code(stated: str) -> str:
    """A code that must be stated.

    Raises: ValueError if it is blank or too long to be one.
    """
    found = tidy(stated)
    if not found:
        raise ValueError("is blank, and the row means nothing without it")
    if len(found) > LONGEST_CODE:
        raise ValueError(f"is longer than {LONGEST_CODE} characters, so it is no code")
    return found


@lru_cache(maxsize=_REMEMBERED)
def number(stated: str) -> int:
    """A number that must be stated, such as a grant agreement number or a PIC.

    Raises: ValueError if it is blank or not a whole number.
    """
    found = optional_number(stated)
    if found is None:
        raise ValueError("is blank, and the row means nothing without it")
    return found


@lru_cache(maxsize=_REMEMBERED)
def optional_number(stated: str) -> int | None:
    """A whole number, or None where the field is blank.

    Raises: ValueError if it is something else.
    """
    found = stated.strip()
    if not found:
        return None
    if len(found) > _MOST_DIGITS or not (found.isdecimal() and found.isascii()):
        raise ValueError("is not a whole number")
    return int(found)


@lru_cache(maxsize=_REMEMBERED)
def position(stated: str) -> int:
    """The place in the list of participants; 0 where it is not stated, because it is part of a key.

    Raises: ValueError if it is not a whole number below a million.
    """
    found = optional_number(stated) or 0
    if found >= 1_000_000:
        raise ValueError("is not a place in a list")
    return found


@lru_cache(maxsize=_REMEMBERED)
def truth(stated: str) -> bool | None:
    """`true`, `false`, or None where the field is blank.

    Raises: ValueError if it is something else.
    """
    try:
        return _TRUTH[stated.strip().lower()]
    except KeyError:
        raise ValueError("is neither true nor false") from None


@lru_cache(maxsize=_REMEMBERED)
def cents(stated: str) -> int | None:
    """Whole cents of an amount in euro, with point or comma before the cents; None where the field is blank.

    Three digits after the sign are refused: whether they are thousands or a fraction, nobody can tell. More than
    three are what is left of a computation (`0.4400000001`), and are rounded to the nearest cent, halves up.

    Raises: ValueError if it is no such amount.
    """
    found = stated.strip()
    if not found:
        return None
    match = _AMOUNT.fullmatch(found)
    if match is None:
        raise ValueError("is not an amount in euro, with point or comma before the cents")
    euro, rest = match.groups()
    if rest is None:
        return int(euro) * 100
    return int(euro) * 100 + int(rest[:2].ljust(2, "0")) + (rest[2:3] >= "5")


@lru_cache(maxsize=_REMEMBERED)
def day(stated: str) -> str | None:
    """A day as year-month-day; None where the field is blank.

    Raises: ValueError if there is no such day.
    """
    found = stated.strip()
    if not found:
        return None
    if not _DAY.fullmatch(found):
        raise ValueError("is not a day written as year-month-day")
    try:
        date.fromisoformat(found)
    except ValueError:
        raise ValueError("is a day that does not exist") from None
    return found


@lru_cache(maxsize=_REMEMBERED)
def instant(stated: str) -> str | None:
    """An instant, turned from Luxembourg time to UTC; None where the field is blank.

    Raises: ValueError if there is no such instant.
    """
    found = stated.strip()
    if not found:
        return None
    if not _INSTANT.fullmatch(found):
        raise ValueError("is not an instant written as year-month-day hour:minute:second")
    try:
        local = datetime.fromisoformat(found).replace(tzinfo=CORDIS_ZONE)
    except ValueError:
        raise ValueError("is an instant that does not exist") from None
    return local.astimezone(UTC).isoformat(" ", "seconds").removesuffix("+00:00")
