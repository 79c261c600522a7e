"""Tables as plain values: columns, rows, and how a figure is made from others, so that a page, a sheet and a file say the same.

Amounts are whole cents, shares are fractions. What a column makes is computed here exactly; a workbook carries it as a formula too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | Fraction | date | datetime | None
Values: TypeAlias = tuple[Value, ...]
Form: TypeAlias = Literal["text", "money", "number", "share", "ratio", "day", "instant"]

NOT_PUBLISHED = "not published"
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of columns of the same row, less others; what is no number counts nothing."""

    plus: tuple[str, ...]
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotient:
    """Columns of the same row added up, less others, divided by one; nothing where it cannot be divided."""

    plus: tuple[str, ...]
    by: str
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareOfTotal:
    """The part of the column's total."""

    of: str


@dataclass(frozen=True, slots=True)
class SumOver:
    """The sum of a column of another sheet, over its rows in which each column of `where` equals the own one beside it."""

    sheet: str
    of: str
    where: tuple[tuple[str, str], ...]


Made: TypeAlias = Sum | Quotient | ShareOfTotal | SumOver


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` names it in files, `label` in headings. `is_summed`: the last row of the sheet has its total."""

    key: str
    label: str
    form: Form = "text"
    made: Made | None = None
    is_summed: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table. `rows` have a value for each column that is not made from others, in their order.

    `name` is that of its tab in a workbook, at most 31 signs. `is_detail`: rows that the other sheets add up.
    """

    key: str
    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Values, ...]
    note: str = ""
    has_total: bool = True
    is_detail: bool = False

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each column stands, from 0."""
        return {column.key: place for place, column in enumerate(self.columns)}


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet with every value, and its total where it has one."""

    sheet: Sheet
    rows: tuple[Values, ...]
    total: Values | None

    def column(self, key: str) -> list[Value]:
        """The values of a column."""
        place = self.sheet.places[key]
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Document:
    """Tables that go out together, with what holds for all of them: `stated` in the order in which it is said."""

    key: str
    title: str
    about: str
    currency: str
    stated: Mapping[str, str]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def filled(self) -> tuple[Filled, ...]:
        """Every sheet with its values; what a sheet adds up of another may stand in a sheet before or after it."""
        done: dict[str, Filled] = {}
        for sheet in sorted(self.sheets, key=lambda one: not one.is_detail):
            done[sheet.name] = _filled(sheet, done)
        return tuple(done[sheet.name] for sheet in self.sheets)

    def known_at(self, instant: str) -> Document:
        """The same document, read again at a later instant before which nothing was recorded since."""
        again = replace(self, stated={**self.stated, "known_at": instant})
        # Its values are the same ones, and need not be computed again.
        again.__dict__["filled"] = self.filled
        return again

    def sheet(self, key: str) -> Filled | None:
        """A sheet by its key, the first one where none is named; None where there is no such sheet."""
        return next((one for one in self.filled if not key or one.sheet.key == key), None)


def _filled(sheet: Sheet, done: Mapping[str, Filled]) -> Filled:
    """The sheet with every value."""
    sums = [_summed(column.made, done) if isinstance(column.made, SumOver) else {} for column in sheet.columns]
    rows = [_row(sheet, stated, sums) for stated in sheet.rows]
    total = _total(sheet, rows) if sheet.has_total else None
    if total is not None:
        for place, column in enumerate(sheet.columns):
            if isinstance(column.made, ShareOfTotal):
                of = sheet.places[column.made.of]
                for row in (*rows, total):
                    row[place] = _divided(_number(row[of]), _number(total[of]))
    return Filled(sheet, tuple(map(tuple, rows)), tuple(total) if total is not None else None)


def _summed(made: SumOver, done: Mapping[str, Filled]) -> dict[Values, int]:
    """The sums of a column of another sheet by the columns that are compared."""
    other = done[made.sheet]
    keys, place = [other.sheet.places[theirs] for theirs, _ in made.where], other.sheet.places[made.of]
    found: defaultdict[Values, int] = defaultdict(int)
    for row in other.rows:
        found[tuple(row[key] for key in keys)] += _number(row[place])
    return found


def _row(sheet: Sheet, stated: Values, sums: Sequence[Mapping[Values, int]]) -> list[Value]:
    """A row with every value; shares of the total follow once there is one."""
    if len(stated) == len(sheet.columns):
        # Nothing is made of it: so it is with the longest sheets.
        return list(stated)
    given = iter(stated)
    row: list[Value] = [next(given) if column.made is None else None for column in sheet.columns]
    for place, column in enumerate(sheet.columns):
        if isinstance(column.made, SumOver):
            own = tuple(row[sheet.places[mine]] for _, mine in column.made.where)
            row[place] = sums[place].get(own, 0)
    return _made(sheet, row)


def _made(sheet: Sheet, row: list[Value]) -> list[Value]:
    """A row with what it makes of itself, in the order of the columns."""
    for place, column in enumerate(sheet.columns):
        made = column.made
        if isinstance(made, Sum):
            row[place] = _added(sheet, row, made.plus, made.less)
        elif isinstance(made, Quotient):
            by = row[sheet.places[made.by]]
            row[place] = _divided(_added(sheet, row, made.plus, made.less), _number(by))
    return row


def _total(sheet: Sheet, rows: Sequence[Sequence[Value]]) -> list[Value]:
    """The total: sums of what is summed, and what the row makes of them."""
    total: list[Value] = [
        sum(_number(row[place]) for row in rows) if column.is_summed else None
        for place, column in enumerate(sheet.columns)
    ]
    for place, column in enumerate(sheet.columns):
        if isinstance(column.made, Quotient):
            parts = (*column.made.plus, *column.made.less, column.made.by)
            if all(sheet.columns[sheet.places[part]].is_summed for part in parts):
                numerator = _added(sheet, total, column.made.plus, column.made.less)
                total[place] = _divided(numerator, _number(total[sheet.places[column.made.by]]))
    return total


def _added(sheet: Sheet, row: Sequence[Value], plus: tuple[str, ...], less: tuple[str, ...]) -> int:
    """Columns added up, less others."""
    return sum(_number(row[sheet.places[key]]) for key in plus) - sum(_number(row[sheet.places[key]]) for key in less)


def _number(value: Value) -> int:
    """A value as a whole number; what is none counts nothing."""
    return value if isinstance(value, int) else 0


def _divided(above: int, below: int) -> Fraction | None:
    """A fraction; None where there is nothing to divide by."""
    return Fraction(above, below) if below else None


def rows_with_total(one: Filled) -> Iterator[tuple[Values, bool]]:
    """The rows, and at the end the total, with whether it is that."""
    yield from ((row, False) for row in one.rows)
    if one.total is not None:
        yield one.total, True
