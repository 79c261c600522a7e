"""Long lists, a page at a time: which rows are asked for, the way to the other pages, and the files of the same rows."""

from __future__ import annotations

from cofund.rules import digits
from cofund.web import components as c

PAGE_SIZE = 25


def page_of(address: c.Address, count: int, *, size: int = PAGE_SIZE, anchor: str = "") -> tuple[slice, c.Pages]:
    """Give the rows of the page that the address asks for, as a slice of all `count`, and the way to the others.

    `anchor` names the table, where the page holds more than it.
    """
    last = max(1, -(-count // size))
    number = min(digits.whole(address.get("page")) or 1, last)
    return slice((number - 1) * size, number * size), c.Pages(number, last, address, anchor)


def files_of(address: c.Address) -> tuple[c.Link, ...]:
    """Links to the same rows as CSV and JSON."""
    return tuple(c.Link(kind.upper(), address.with_changes(format=kind), download=True) for kind in ("csv", "json"))
