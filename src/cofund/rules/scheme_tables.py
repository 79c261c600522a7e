"""Walks the tables of a scheme file along the known keys, and gathers problems instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cofund.rules.scheme_keys import Key, Section
from cofund.rules.scheme_problems import SchemeProblem, UnfitError, one_of, shown

Keys = tuple[Key | Section, ...]


class Reading:
    """One reading of one file: the problems so far, and which keys are stated (with their path in the file)."""

    def __init__(self, file: str) -> None:
        """Start reading `file` (its name, for the messages)."""
        self.file = file
        self.problems: list[SchemeProblem] = []
        # Paths by which sources name a key (`tranches.B.cap`) -> path in the messages (`tranches[1].cap`).
        self.stated: dict[str, str] = {}
        self.figures: dict[str, str] = {}

    def problem(self, key: str, found: str, expected: str) -> None:
        """Note one thing that is wrong."""
        self.problems.append(SchemeProblem(self.file, key, found, expected))

    def table(self, raw: Mapping[str, Any], keys: Keys, path: str = "", name: str | None = "") -> dict[str, Any]:
        """The values of one table. A value that does not fit is a problem, and then missing from what is returned.

        `path` is the table's place in messages, `name` in sources (None where it has none), both with a dot at the end.
        """
        known = {key.name for key in keys}
        for stranger in sorted(raw.keys() - known):
            self.problem(f"{path}{stranger}"[:200], "an unknown key", one_of(known, stranger))
        values: dict[str, Any] = {}
        for key in keys:
            if isinstance(key, Section):
                self._section(raw, key, path, name, values)
            elif key.name in raw:
                self._value(raw[key.name], key, path, name, values)
            elif key.required:
                self.problem(f"{path}{key.name}", "nothing", "this key, which a scheme must state")
            else:
                values[key.name] = key.default
        return values

    def _value(self, raw: object, key: Key, path: str, name: str | None, values: dict[str, Any]) -> None:
        """Read one value into `values`, and note it as stated."""
        if name is not None:
            self.stated[f"{name}{key.name}"] = f"{path}{key.name}"
            if key.figure:
                self.figures[f"{name}{key.name}"] = f"{path}{key.name}"
        try:
            values[key.name] = key.reader(raw)
        except UnfitError as error:
            self.problem(f"{path}{key.name}", shown(raw if error.found is None else error.found), error.expected)

    def _section(
        self, raw: Mapping[str, Any], section: Section, path: str, name: str | None, values: dict[str, Any]
    ) -> None:
        """Read the table or tables of one section into `values`."""
        below = raw.get(section.name)
        path = f"{path}{section.name}"
        name = None if name is None else f"{name}{section.name}"
        if below is None or (section.many and below == []):
            if section.required:
                self.problem(path, "nothing", f"at least one [[{section.name}]]")
            values[section.name] = [] if section.many else None
        elif not section.many:
            if isinstance(below, dict):
                values[section.name] = self.table(below, section.keys, f"{path}.", None if name is None else f"{name}.")
            else:
                self.problem(path, shown(below), f"a table, begun by [{path}]")
        elif isinstance(below, list) and all(isinstance(item, dict) for item in below):
            values[section.name] = self._tables(below, section, path, name)
        else:
            self.problem(path, shown(below), f"a list of tables, each begun by [[{path}]]")

    def _tables(
        self, below: Sequence[Mapping[str, Any]], section: Section, path: str, name: str | None
    ) -> list[dict[str, Any]]:
        """Read a list of tables; sources name each by its own code, messages by its place."""
        tables = []
        seen: set[str] = set()
        for index, item in enumerate(below):
            own = item.get(section.named_by) if section.named_by else None
            own = own if isinstance(own, str) else None
            if own in seen:
                self.problem(f"{path}[{index}].{section.named_by}", shown(own), "each only once")
            seen |= {own} if own else set()
            item_name = f"{name}.{own}." if own and name is not None and section.name != "sources" else None
            tables.append(self.table(item, section.keys, f"{path}[{index}].", item_name))
        return tables
