"""What requests state in their addresses: the day, the state of knowledge, the page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeAlias, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from cofund.api.shapes.common import Day, Links
from cofund.queries import clock

Row = TypeVar("Row")
MOST_ROWS: Final = 100
# Text of an address or a body; a character of the number zero can be kept in no column.
Text: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=300)]


class Paging(Schema):
    """Which part of a list."""

    page: int = Field(1, ge=1, le=1_000_000, description="Number of the page, from 1.")
    limit: int = Field(25, ge=1, le=MOST_ROWS, description="Rows a page.")


class Moment(Schema):
    """The two times of every question to the books."""

    as_of: Day | None = Field(None, description="Figures as true on this day; today where it is not given.")
    known_on: Day | None = Field(None, description="By what was known at the end of this day; all that is known.")

    @property
    def said(self) -> tuple[date, date | None]:
        """The two times as answers tell them."""
        return self.on, self.known_on

    @property
    def on(self) -> date:
        """The day of the figures."""
        return self.as_of or clock.today()

    @property
    def known_at(self) -> datetime | None:
        """The last instant of the day of knowledge."""
        return None if self.known_on is None else clock.end_of(self.known_on)


Paged: TypeAlias = Query[Paging]
At: TypeAlias = Query[Moment]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list with how many there are in all, and the addresses of its neighbours."""

    rows: Sequence[Any]
    total: int
    paging: Paging
    links: Links

    def fields(self) -> dict[str, Any]:
        """What every answer with a list says beside its rows."""
        return {"total": self.total, "page": self.paging.page, "limit": self.paging.limit, "links": self.links}


def part_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], paging: Paging) -> Part:
    """Give a page of a list; one beyond the last is empty. A queryset is counted and cut in the database."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    return part(request, list(rows[cut(paging)]), total, paging)


def part(request: HttpRequest, rows: Sequence[Any], total: int, paging: Paging) -> Part:
    """Give a page that is cut already out of so many rows."""
    return Part(rows, total, paging, _links(request, paging, total))


def cut(paging: Paging) -> slice:
    """The rows of a page."""
    first = (paging.page - 1) * paging.limit
    return slice(first, first + paging.limit)


def _links(request: HttpRequest, paging: Paging, total: int) -> Links:
    """The addresses of the neighbours of a page, with everything else that was asked."""
    last = max(1, -(-total // paging.limit))

    def to(page: int) -> str:
        asked = {**{key: value for key, value in request.GET.items() if key != "page"}, "page": str(page)}
        return f"{request.path}?{urlencode(asked)}"

    return Links(
        self=request.get_full_path(),
        first=to(1),
        last=to(last),
        previous=to(min(paging.page - 1, last)) if paging.page > 1 else None,
        next=to(paging.page + 1) if paging.page < last else None,
    )
