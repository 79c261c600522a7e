"""What is said of how well past organisations meet the directory was measured: `docs/matching.json` is what the command printed."""

from __future__ import annotations

import json

from tests.machine import CHECKOUT

DOCS = CHECKOUT / "docs"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}"


def test_table_has_the_figures_that_the_command_printed() -> None:
    text = (DOCS / "matching.md").read_text()
    measured = json.loads((DOCS / "matching.json").read_text())
    assert len(measured) == 3
    for one in measured:
        shares = (
            _share(one["certain_right"], one["certain"]), _share(one["certain_right"], one["pairs"]),
            _share(one["first_right"], one["first"]), _share(one["first_right"], one["pairs"]),
        )  # fmt: skip
        absent = f"{_share(one['absent_certain'], one['absent'])} of {one['absent']}" if one["absent"] else "–"
        row = f"| {one['hidden']} | {one['pairs']:,} | {' | '.join(shares)} | {absent} |"
        assert row in text, row
