"""The kinds of pages that everybody can open, with an example of each, as `tests/pages.py` has them."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import resolve
from tests.pages import PLACES


class _Keys(dict[str, str]):
    """The keys of an address, before there is anything."""

    def __missing__(self, name: str) -> str:
        return "1"


def names() -> set[str]:
    """The names of all addresses that stand in the list of pages for nobody in particular."""
    return {name for kinds in by_place(()).values() for name in kinds}


def by_place(excepted: Collection[str]) -> dict[str, dict[str, str]]:
    """Give an address of each kind that is not excepted, by the place in which it can be looked at, without what it asks for."""
    found: dict[str, dict[str, str]] = {}
    seen = set(excepted)
    for place, people in PLACES.items():
        for address in people.get("", ()):
            path = address.split("?")[0]
            name = str(resolve(path.format_map(_Keys())).url_name)
            if name not in seen:
                found.setdefault(place, {})[name] = path
            seen.add(name)
    return found
