"""Writes what was measured into pages of `docs/`: `python -m tests.docs.render_evaluation`.

It reads `docs/evaluation.json`, which `cofund evaluate --split 2024-01-01 --until 2025-01-01 --json` printed, and the same of
2023, on which signals, trees and pools were chosen, from `docs/evaluation-2023.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.machine import CHECKOUT

# By the year whose questions were asked: what stands in `docs/`, as page and as JSON.
NAMES = {2024: "evaluation", 2023: "evaluation-2023"}
METRICS = {
    "recall_at_20": "Recall@20",
    "recall_at_100": "Recall@100",
    "ndcg_at_20": "nDCG@20",
    "map": "MAP",
    "mrr": "MRR",
    "hit_at_10": "Hit@10",
}
BOUNDED = ("recall_at_20", "recall_at_100", "ndcg_at_20")
FULL = "full ranking"
OPENING = """\
# How good the recommendation is, in full

Every setting, slice and ranking of one run: `cofund evaluate --split {split} --until {until} --json` printed
`docs/{name}.json`, and `python -m tests.docs.render_evaluation` writes this page from it. `docs/recommending.md` says what is
measured, how, and what was tried. History: {projects_before:,} projects of Horizon Europe that were signed before {split};
{candidates:,} candidates. In brackets stand the bounds that 95 of 100 bootstrap samples keep. The engine is `{engine}`; a test
holds that it is the one of the code.

{behind}
"""


def path(year: int, ending: str) -> Path:
    """Where the page (`md`) or the result (`json`) of a year stands."""
    return CHECKOUT / "docs" / f"{NAMES[year]}.{ending}"


def measured(year: int) -> dict[str, Any]:
    """What the run printed."""
    found: dict[str, Any] = json.loads(path(year, "json").read_text())
    return found


def page(year: int) -> str:
    """Give the text of the page."""
    found = measured(year)
    rows = found["results"]
    pairs = dict.fromkeys((row["setting"], row["slice"]) for row in rows)
    behind = [
        line for pair in pairs if (line := _behind([row for row in rows if (row["setting"], row["slice"]) == pair]))
    ]
    told = f"In {len(behind)} of {len(pairs)} pairs of setting and slice another ranking is better by some measure:\n\n"
    everywhere = f"In all {len(pairs)} pairs of setting and slice the full ranking is the best by every measure."
    parts = [OPENING.format(**found, name=NAMES[year], behind=told + "\n".join(behind) if behind else everywhere)]
    for setting in dict.fromkeys(row["setting"] for row in rows):
        parts.append(f"## {setting[0].upper()}{setting[1:]}\n")
        parts.append(_table([row for row in rows if row["setting"] == setting]))
    return "\n".join(parts)


def _behind(rows: list[dict[str, Any]]) -> str:
    """By which measures another ranking is better for one setting and slice; empty where none is."""
    full = next(row for row in rows if row["ranking"] == FULL)
    better = []
    for name, said in METRICS.items():
        best = max(rows, key=lambda row: row[name]["mean"])
        if best[name]["mean"] > full[name]["mean"]:
            better.append(f"{said} {best['ranking']}, {best[name]['mean']:.3f} instead of {full[name]['mean']:.3f}")
    if not better:
        return ""
    return f"* *{full['setting']}*, {full['slice']} ({full['questions']:,} questions): {'; '.join(better)}"


def _table(rows: list[dict[str, Any]]) -> str:
    """One setting: a row a slice and ranking."""
    lines = [f"| of | questions | ranking | {' | '.join(METRICS.values())} |", f"|---|---|---|{'---|' * len(METRICS)}"]
    for row in rows:
        figures = " | ".join(_figure(row[name], is_bounded=name in BOUNDED) for name in METRICS)
        lines.append(f"| {row['slice']} | {row['questions']:,} | {row['ranking']} | {figures} |")
    return "\n".join(lines) + "\n"


def _figure(one: dict[str, float], *, is_bounded: bool) -> str:
    return f"{one['mean']:.3f}" + (f" ({one['low']:.3f} to {one['high']:.3f})" if is_bounded else "")


if __name__ == "__main__":
    for written in NAMES:
        path(written, "md").write_text(page(written))
