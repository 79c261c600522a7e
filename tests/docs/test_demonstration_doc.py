"""The page about the demonstration names everything that its facts mark as less than verified."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from tests.machine import CHECKOUT

PAGE = (CHECKOUT / "docs/demonstration.md").read_text()
FACTS = sorted((CHECKOUT / "src/cofund/actions/demonstration/facts").glob("*.toml"))
DOUBTS = ("assumed", "recalled", "inferred")
NAMES = ("title", "name", "topic", "code", "organisation")


def doubtful(row: dict[str, Any]) -> Iterator[str]:
    """The names of what a table, or a table inside it, marks as less than verified."""
    for inner in row.values():
        for one in inner if isinstance(inner, list) else ():
            if isinstance(one, dict):
                yield from doubtful(one)
    if any(row.get(key) in DOUBTS for key in ("certainty", "status_certainty", "amounts_certainty")):
        yield next(str(row[name]) for name in NAMES if name in row)


@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_page_names_what_is_less_than_verified(path: Any) -> None:
    said = PAGE.lower()
    found = set(doubtful(tomllib.loads(path.read_text())))
    assert {name for name in found if name.lower().replace("-", " ") not in said.replace("-", " ")} == set()


def test_page_is_found_from_the_readme() -> None:
    assert "docs/demonstration.md" in (CHECKOUT / "README.md").read_text()
