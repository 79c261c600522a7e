"""The rows of a page as data: CSV that a spreadsheet opens without harm, and JSON that says what its fields mean.

Every money column stands twice, in whole cents and as a decimal; every row of the CSV, and the head of the JSON, says which
day, which programme and which version of its rules the figures are of. The shapes are told on the page about the data.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, TypeAlias

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from cofund.rules.spreadsheets import guarded
from cofund.web.components import Address, Link
from cofund.web.formatting import machine_amount
from cofund.web.public.moments import Moment

Scalar: TypeAlias = str | int | bool | date | datetime | Fraction | None
Format: TypeAlias = Literal["csv", "json"]

FORMATS: tuple[Format, ...] = ("csv", "json")


class UnknownFormatError(BadRequest):
    """A format that is not offered."""

    def __str__(self) -> str:
        return f"This page has no file of that format. It has: {', '.join(FORMATS)}."


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, what it says, and whether it is money (then its values are whole cents)."""

    name: str
    about: str
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as data. `stated` holds for every row: programme, version of its rules, day, currency."""

    name: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    stated: Mapping[str, Scalar] = field(default_factory=dict)


def wanted(request: HttpRequest) -> Format | None:
    """The format that an address asks for by `?format=csv` or `?format=json`; None where it asks for the page.

    Raises:
        UnknownFormatError: there is no file of that format.
    """
    asked = request.GET.get("format", "")
    if asked and asked not in FORMATS:
        raise UnknownFormatError
    return next((one for one in FORMATS if one == asked), None)


def links(request: HttpRequest) -> tuple[Link, ...]:
    """Links to the same rows as files, with the same filters and the same day."""
    return files(Address.of(request.path, request.GET.items()))


def files(address: Address) -> tuple[Link, ...]:
    """Links to the rows of a list at an address as files."""
    return tuple(Link(one.upper(), address.with_changes(format=one), download=True) for one in FORMATS)


def links_to(path: str, moment: Moment, **more: str) -> tuple[Link, ...]:
    """Links to the rows of another page as files, about the same moment."""
    return tuple(Link(one.upper(), moment.href(path, format=one, **more), download=True) for one in FORMATS)


def answer(format_: Format, sheet: Sheet, moment: Moment | None = None) -> HttpResponse:
    """The rows as a file; a plain refusal where the day that was asked for cannot be read."""
    if moment is not None and moment.problem:
        return HttpResponse(moment.problem + "\n", status=400, content_type="text/plain; charset=utf-8")
    if format_ == "csv":
        # The mark at the start makes spreadsheets read the file as UTF-8.
        response = HttpResponse("\ufeff" + as_csv(sheet), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(as_json(sheet), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{sheet.name}.{format_}"'
    return response


def as_csv(sheet: Sheet) -> str:
    """The rows as CSV with a line of names; what holds for every row comes first in each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*sheet.stated, *(name for name, _ in _columns(sheet))])
    for row in sheet.rows:
        values = [*sheet.stated.values(), *_flat(sheet, row)]
        writer.writerow([_cell(value) for value in values])
    return out.getvalue()


def as_json(sheet: Sheet) -> str:
    """The rows as JSON: what holds for all of them, what the fields mean, and the rows."""
    names = [name for name, _ in _columns(sheet)]
    return json.dumps(
        {
            "about": {key: _plain(value) for key, value in sheet.stated.items()},
            "fields": dict(_columns(sheet)),
            "rows": [
                dict(zip(names, (_plain(value) for value in _flat(sheet, row)), strict=True)) for row in sheet.rows
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _columns(sheet: Sheet) -> list[tuple[str, str]]:
    """The names of the columns with what they say; money has two."""
    columns = []
    for one in sheet.fields:
        if one.is_money:
            columns.append((f"{one.name}_cents", f"{one.about}, in whole cents"))
            columns.append((one.name, f"{one.about}, as a decimal"))
        else:
            columns.append((one.name, one.about))
    return columns


def _flat(sheet: Sheet, row: Sequence[Scalar]) -> list[Scalar]:
    """The values of a row, money twice."""
    values: list[Scalar] = []
    for one, value in zip(sheet.fields, row, strict=True):
        if one.is_money:
            assert value is None or isinstance(value, int)
            values += [value, _Decimal(machine_amount(value)) if value is not None else None]
        else:
            values.append(value)
    return values


class _Decimal(str):
    """A number written out, which needs no guard against formulas."""

    __slots__ = ()


def _plain(value: Scalar) -> str | int | bool | None:
    """A value as JSON has it; a fraction is written as a decimal to six places, an amount as text, which loses nothing."""
    if isinstance(value, Fraction):
        return _fraction(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _cell(value: Scalar) -> str:
    """A value as a cell; what is not known is empty. Text that looks like a formula is kept from being one."""
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    text = str(plain)
    is_text = isinstance(value, str) and not isinstance(value, _Decimal)
    return guarded(text) if is_text else text


def _fraction(value: Fraction) -> str:
    """A fraction as a decimal with six places, rounded half to even."""
    millionths = round(value * 1_000_000)
    sign = "-" if millionths < 0 else ""
    return f"{sign}{abs(millionths) // 1_000_000}.{abs(millionths) % 1_000_000:06d}"
