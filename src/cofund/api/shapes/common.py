"""Shapes that all subjects share: money, references to other things, pages of lists, problems."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Item = TypeVar("Item")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(value: object) -> object:
    """Let through a day as it is written in answers; a number of seconds is no day here."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("Write the day as year-month-day, for example 2016-12-31.")
    if not isinstance(value, str | date):
        raise ValueError("Write the day as text: year-month-day, for example 2016-12-31.")
    return value


def _whole(value: object) -> object:
    """Let through a whole number as JSON writes it, also as 2.0; yes, no and text are no numbers here."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("Write a whole number.")


# For a whole number in the body of a request; it stands after the bounds, which the description would lose otherwise.
WHOLE: Final = BeforeValidator(_whole)
# A day in a request.
Day: TypeAlias = Annotated[date, BeforeValidator(_written)]


class Shape(BaseModel):
    """What every shape is: complete, and without anything that is not said."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Money(Shape):
    """An amount. Compute with `amount_cents`; `amount` is the same written out."""

    amount_cents: int = Field(description="Whole cents of the currency.")
    currency: str = Field(description="ISO 4217.", examples=["EUR"])
    amount: str = Field(description="The same as a decimal.", examples=["1234.50"])


class Reference(Shape):
    """Another thing of this API: its key, how people call it, and where it is."""

    id: str
    name: str
    href: str


class Links(Shape):
    """Addresses of the pages beside this one."""

    self: str
    first: str
    last: str
    previous: str | None
    next: str | None


class Listed(Shape, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    total: int = Field(description="How many there are on all pages.")
    page: int
    limit: int
    links: Links


class Dated(Listed[Item], Generic[Item]):
    """One page of a list whose figures are of a day."""

    as_of: date = Field(description="The day of the figures.")
    known_on: date | None = Field(description="By what was known at the end of this day; null: by all that is known.")


class Wrong(Shape):
    """One thing that is wrong with a request."""

    field: str = Field(description="The part of the request that it is about.")
    detail: str


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Where this kind of problem is explained.")
    title: str
    status: int
    detail: str
    errors: list[Wrong] = Field(default_factory=list, description="Each thing that is wrong.")


def money(cents: int | None, currency: str) -> Money | None:
    """Give an amount; None where it is not known."""
    return None if cents is None else sure(cents, currency)


def sure(cents: int, currency: str) -> Money:
    """Give an amount that is known."""
    sign, whole = "-" if cents < 0 else "", abs(cents)
    return Money(amount_cents=cents, currency=currency, amount=f"{sign}{whole // 100}.{whole % 100:02d}")


def decimal(value: Fraction | None) -> str | None:
    """A ratio as a decimal with six places, rounded half to even; None where it has no meaning."""
    if value is None:
        return None
    millionths = round(value * 1_000_000)
    sign = "-" if millionths < 0 else ""
    return f"{sign}{abs(millionths) // 1_000_000}.{abs(millionths) % 1_000_000:06d}"


def text(value: Any) -> str | None:
    """A text; None where there is none."""
    return str(value) if value not in (None, "") else None
