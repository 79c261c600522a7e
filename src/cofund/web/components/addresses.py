"""The state of a page in its address: sorting, filters and pages are links that can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Address:
    """A path with its query, from which neighbouring states of the same page are made."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, path: str, pairs: Iterable[tuple[str, object]]) -> Address:
        """The address of a request: `Address.of(request.path, request.GET.items())`. Empty values are left out."""
        return cls(path, tuple((key, str(value)) for key, value in pairs if value))

    def get(self, key: str) -> str:
        """The value of one part of the query, empty where it is not there."""
        return dict(self.pairs).get(key, "")

    def with_changes(self, **changes: str | None) -> str:
        """The same page with parts of its query changed (None or empty takes a part away), at its first page.

        The page number is dropped unless it is what changes: page 7 of another selection means nothing.
        """
        kept = [(key, value) for key, value in self.pairs if key not in changes and key != "page"]
        kept += [(key, value) for key, value in changes.items() if value]
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def others(self, *without: str) -> tuple[tuple[str, str], ...]:
        """The parts of the query that a form must carry along in hidden fields, without the named ones."""
        return tuple((key, value) for key, value in self.pairs if key not in without and key != "page")
