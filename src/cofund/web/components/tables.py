"""The one table of the site: what a view says about its columns and rows, and what can be done with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from cofund.web.components.addresses import Address
from cofund.web.components.values import Certainty, Link, Value
from cofund.web.formatting import counted, number
from cofund.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `numeric` aligns right; `sort_href` makes the heading a link; `hint` explains what is counted.

    `sorted` says how the rows stand now: "ascending", "descending" or "".
    """

    label: str
    numeric: bool = False
    hint: str = ""
    sort_href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""

    @property
    def here(self) -> Column:
        """A column that was named before anybody asked, in the language that is spoken."""
        return replace(self, label=_(self.label), hint=_(self.hint) if self.hint else "")

    @classmethod
    def sortable(cls, key: str, label: str, address: Address, *, numeric: bool = False, hint: str = "") -> Column:
        """A column whose heading sorts by `?sort=key`, and by `?sort=-key` when it is sorted already."""
        now = address.get("sort")
        state: Literal["", "ascending", "descending"] = ""
        if now in (key, f"-{key}"):
            state = "ascending" if now == key else "descending"
        return cls(label, numeric, hint, address.with_changes(sort=f"-{key}" if now == key else key), state)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with what belongs to it: a link, a note in small print, and how sure we are of it."""

    value: Value
    href: str = ""
    note: str = ""
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row; its first cell names it. `kind` "total" and "subtotal" are set apart, "muted" steps back."""

    cells: tuple[Cell, ...]
    kind: Literal["", "total", "subtotal", "muted"] = ""

    @classmethod
    def of(cls, *values: Value | Cell, kind: Literal["", "total", "subtotal", "muted"] = "") -> Row:
        """A row from plain values and cells, in the order of the columns."""
        return cls(tuple(value if isinstance(value, Cell) else Cell(value) for value in values), kind)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of the filter bar. With `choices` it is a list to choose from, else a field of the given kind."""

    name: str
    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    kind: Literal["search", "date", "text"] = "search"

    @property
    def said(self) -> str:
        """What is chosen, in words."""
        return next((choice.label for choice in self.choices if choice.value == self.value), self.value)


@dataclass(frozen=True, slots=True)
class Pill:
    """One filter that is in force, and the address of the page without it."""

    label: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The filters above a table: a form that asks with GET, so that the address holds the answer."""

    filters: tuple[Filter, ...]
    address: Address

    @property
    def pills(self) -> tuple[Pill, ...]:
        """The filters that are in force, each with its way out."""
        return tuple(
            Pill(
                _("{row}: {segment}").format(row=item.label, segment=item.said),
                self.address.with_changes(**{item.name: None}),
            )
            for item in self.filters
            if item.value
        )

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the form carries along: sorting, the as-of date, and the rest of the query."""
        return self.address.others(*(item.name for item in self.filters))

    @property
    def clear_href(self) -> str:
        """The page without any of these filters."""
        return self.address.with_changes(**{item.name: None for item in self.filters})


@dataclass(frozen=True, slots=True)
class Pages:
    """Where we are in a long list: page `number` of `count`, both from 1; `anchor` is what of the page the links lead to."""

    number: int
    count: int
    address: Address
    anchor: str = ""

    @property
    def links(self) -> tuple[Link | None, ...]:
        """The first, the last and the neighbouring pages; None stands for a gap."""
        near = {1, self.count, *range(self.number - 1, self.number + 2)}
        shown = sorted(page for page in near if 1 <= page <= self.count)
        links: list[Link | None] = []
        for before, page in zip([0, *shown], shown, strict=False):
            if page - before > 1:
                links.append(None)
            links.append(Link(number(page), self._href(page), current=page == self.number))
        return tuple(links)

    @property
    def previous_href(self) -> str:
        """The page before, empty on the first."""
        return self._href(self.number - 1) if self.number > 1 else ""

    @property
    def next_href(self) -> str:
        """The page after, empty on the last."""
        return self._href(self.number + 1) if self.number < self.count else ""

    def _href(self, page: int) -> str:
        """The way to a page."""
        return self.address.with_changes(page=str(page)) + (f"#{self.anchor}" if self.anchor else "")


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What stands where rows would be: what is missing, and what the reader can do next."""

    title: str
    text: str = ""
    action: Link | None = None


def nothing_here() -> EmptyState:
    """What stands in a table that says nothing of its own."""
    return EmptyState(_("Nothing here yet."))


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a view describes it.

    `name` is its id on the page; `total_count` is how many rows there are on all pages (default: those given); `noun`
    is what a row is, singular and plural; `exports` lead to files of the same rows; `note` stands under it.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    noun: tuple[str, str] = field(default_factory=lambda: (_("row"), _("rows")))
    total_count: int | None = None
    empty: EmptyState = field(default_factory=nothing_here)
    filters: FilterBar | None = None
    exports: tuple[Link, ...] = ()
    pages: Pages | None = None
    note: str = ""
    counted: bool = True

    @property
    def count(self) -> str:
        """How many rows there are, in words; totals are not counted as rows."""
        here = sum(row.kind not in ("total", "subtotal") for row in self.rows)
        if self.total_count is None or self.total_count == here:
            return counted(here, *self.noun)
        return _("{here} of {count}").format(here=number(here), count=counted(self.total_count, *self.noun))

    @property
    def is_stacked(self) -> bool:
        """Whether a phone shows each row as a block: it has room for a heading and a number, and for nothing wider."""
        return len(self.columns) > 2 or not all(column.numeric for column in self.columns[1:])

    @property
    def lines(self) -> tuple[TableLine, ...]:
        """The rows with each cell beside its column, for the template."""
        return tuple((row, tuple(zip(row.cells, self.columns, strict=True))) for row in self.rows)


TableLine: TypeAlias = tuple[Row, tuple[tuple[Cell, Column], ...]]
