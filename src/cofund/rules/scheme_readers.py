"""Readers of single values in a scheme file: each takes what TOML gave and returns it exact, or raises `UnfitError`."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from cofund.rules.scheme_problems import UnfitError, one_of
from cofund.rules.schemes import PLACES, Term

Reader = Callable[[object], Any]

# Below what a 64-bit column of cents holds, with room for sums.
LARGEST_CENTS = 10**17
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
# Codes of tranches and kinds stand in account names and narrow table columns.
SHORT_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")
SCHEME_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}")
FRACTION = re.compile(r"[0-9]{1,9}(/[0-9]{1,9}|\.[0-9]{1,9})?")
MONEY = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")
YEAR = re.compile(r"[12][0-9]{3}")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
YEARLY = re.compile(rf"(?P<day>[0-9]{{1,2}}|end) (?P<month>{'|'.join(MONTHS)}) N(?:[+-][1-9])?")
ANCHORS = ("submission", "adoption", "signature", "notice", "project_start", "project_end", "each_year")
ANCHORED = re.compile(rf"(?:{'|'.join(ANCHORS)})(?: [+-] [1-9][0-9]{{0,3}} (?:days?|months?|years?|times))?")
PLACEHOLDERS = ("scheme", "project", "grant_agreement", "public_funder", "members", "partners")


def text(longest: int = 400) -> Reader:
    """A reader of words that stand on a page: not empty, at most `longest` characters, no control characters."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise UnfitError("a text in quotation marks")
        if len(value) > longest:
            raise UnfitError(f"at most {longest} characters")
        if any(ord(character) < 32 and character not in "\n\t" for character in value):
            raise UnfitError("a text without control characters")
        return value.strip()

    return read


def pattern(form: re.Pattern[str], expected: str) -> Reader:
    """A reader of texts of one form; `expected` describes the form."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise UnfitError(expected)
        return value

    return read


code = pattern(CODE, 'a code of at most 40 letters, digits, "-" and "_" that begins with a letter')
short_code = pattern(SHORT_CODE, 'a code of at most 20 letters, digits, "-" and "_" that begins with a letter')
scheme_code = pattern(SCHEME_CODE, 'a code of at most 40 small letters, digits and "-" that begins with a letter')
country = pattern(COUNTRY, 'a country of two capital letters such as "NO"')
currency = pattern(CURRENCY, 'a currency code of three capital letters such as "EUR"')


def choice(*words: str) -> Reader:
    """A reader of one of a few words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise UnfitError(one_of(words, value))
        return value

    return read


def boolean(value: object) -> bool:
    """True or false, without quotation marks."""
    if not isinstance(value, bool):
        raise UnfitError("true or false, without quotation marks")
    return value


def day(value: object) -> date:
    """A day. A time of day is refused: dates of a scheme are days."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise UnfitError("a date without quotation marks, such as 2014-06-27")
    return value


def fraction(value: object) -> Fraction:
    """A ratio, exact. A bare decimal number is refused, because a float is not exact."""
    if isinstance(value, float):
        raise UnfitError(f'"{value}" in quotation marks: a decimal number without them is not exact')
    if not isinstance(value, str) or not FRACTION.fullmatch(value):
        raise UnfitError('a fraction such as "1" or "2/3"')
    try:
        return Fraction(value)
    except ZeroDivisionError:
        raise UnfitError("a fraction whose lower part is not 0") from None


def share(value: object) -> Fraction:
    """A part of a whole: above 0, at most 1."""
    exact = fraction(value)
    if not 0 < exact <= 1:
        raise UnfitError('a share above "0" and at most "1"')
    return exact


def money(value: object) -> int:
    """An amount above 0 in units of the currency, as whole number or decimal text; given in whole cents."""
    if isinstance(value, float):
        raise UnfitError(f'a whole number, or "{value}" in quotation marks: a decimal number without them is not exact')
    if isinstance(value, int) and not isinstance(value, bool):
        cents = value * 100
    elif isinstance(value, str) and (parts := MONEY.fullmatch(value)):
        cents = int(parts[1]) * 100 + int((parts[2] or "0").ljust(2, "0"))
    else:
        raise UnfitError('an amount such as 213000000 or "1250.50"')
    if not 0 < cents <= LARGEST_CENTS:
        raise UnfitError("an amount above 0 and at most 1,000,000,000,000,000")
    return cents


def votes(value: object) -> int:
    """A number of votes, from 1 to a million."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 1_000_000:
        raise UnfitError("a whole number of votes from 1 to 1,000,000")
    return value


def days(value: object) -> int:
    """A number of days, from 1 to 366."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 366:
        raise UnfitError("a whole number of days from 1 to 366")
    return value


def count(value: object) -> int:
    """A number of things, from 1 to 100."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 100:
        raise UnfitError("a whole number from 1 to 100")
    return value


def many(read: Reader, expected: str, *, least: int = 0) -> Reader:
    """A reader of a list in which every item fits `read` and none comes twice."""

    def read_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise UnfitError(expected)
        items = tuple(_part(read, item) for item in value)
        if len(set(items)) < len(items):
            raise UnfitError(f"{expected} in which nothing comes twice")
        return items

    return read_all


def mapping(read_key: Reader, read_value: Reader, expected: str) -> Reader:
    """A reader of a table whose keys the writer chooses."""

    def read_all(value: object) -> Mapping[Any, Any]:
        if not isinstance(value, dict):
            raise UnfitError(expected)
        return MappingProxyType({_part(read_key, key): _part(read_value, item) for key, item in value.items()})

    return read_all


def _part(read: Reader, part: object) -> Any:
    """One part of a list or table; a refusal names the part and not the whole."""
    try:
        return read(part)
    except UnfitError as error:
        raise UnfitError(error.expected, found=part) from None


def year(value: object) -> int:
    """A calendar year, written as key of a table."""
    if not isinstance(value, str) or not YEAR.fullmatch(value):
        raise UnfitError("years such as 2022 as keys")
    return int(value)


def term(value: object) -> Term:
    """A term of a share test: `KIND`, `KIND@role`, `KIND@place` or `KIND@role@place`."""
    expected = f'a term such as "IKOP", "IKAA@member" or "IKOP@third" (places: {", ".join(PLACES)})'
    if not isinstance(value, str):
        raise UnfitError(expected)
    kind, *qualifiers = value.split("@")
    if not CODE.fullmatch(kind) or not all(CODE.fullmatch(part) for part in qualifiers):
        raise UnfitError(expected)
    places = [part for part in qualifiers if part in PLACES]
    roles = [part for part in qualifiers if part not in PLACES]
    if len(places) > 1 or len(roles) > 1:
        raise UnfitError(expected)
    return Term(kind, roles[0] if roles else None, places[0] if places else None)


def calendar_rule(value: object) -> str:
    """A date that comes back: `31 May N+1`, `end November N-1`, `project_end + 2 years`."""
    if isinstance(value, str):
        if ANCHORED.fullmatch(value):
            return value
        if (found := YEARLY.fullmatch(value)) and _exists(found["day"], found["month"]):
            return value
    raise UnfitError(
        f'a rule such as "31 May N+1", "end November N-1" or "project_end + 2 years" ({", ".join(ANCHORS)})'
    )


def _exists(day_text: str, month: str) -> bool:
    """Whether a month has that day in some year (29 February does)."""
    longest = {"February": 29, "April": 30, "June": 30, "September": 30, "November": 30}.get(month, 31)
    return day_text == "end" or 1 <= int(day_text) <= longest


def window(value: object) -> str:
    """A time span: two calendar rules with `..` between them."""
    if isinstance(value, str) and value.count("..") == 1:
        return "..".join(calendar_rule(part.strip()) for part in value.split(".."))
    raise UnfitError('two calendar rules with ".." between them, such as "submission..project_end + 2 years"')


def template(value: object) -> str:
    """A sentence with placeholders in braces, each one known."""
    sentence: str = text(2000)(value)
    try:
        fields: Sequence[tuple[str, str | None, str | None, str | None]] = list(string.Formatter().parse(sentence))
    except ValueError:
        raise UnfitError("braces in pairs, around a placeholder") from None
    for _, name, form, conversion in fields:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            raise UnfitError(f"as placeholder {one_of(PLACEHOLDERS, name)}")
    return sentence
