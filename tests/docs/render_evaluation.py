"""Writes what was measured into `docs/evaluation.md`: `python -m tests.docs.render_evaluation`.

It reads `docs/evaluation.json`, which `cofund evaluate --split 2024-01-01 --until 2025-01-01 --json` printed.
"""

from __future__ import annotations

import json
from typing import Any

from tests.machine import CHECKOUT

PAGE = CHECKOUT / "docs" / "evaluation.md"
MEASURED = CHECKOUT / "docs" / "evaluation.json"
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
`docs/evaluation.json`, and `python -m tests.docs.render_evaluation` writes this page from it. `docs/recommending.md` says what is
measured, how, and what was tried. History: {projects_before:,} projects of Horizon Europe that were signed before {split};
{candidates:,} candidates. In brackets stand the bounds that 95 of 100 bootstrap samples keep. The engine is `{engine}`; a test
holds that it is the one of the code.

The full ranking is not the best everywhere. Of {of_all} pairs of setting and slice, another ranking has more Recall@100 in these:

{behind}
"""


def measured() -> dict[str, Any]:
    """What the run printed."""
    found: dict[str, Any] = json.loads(MEASURED.read_text())
    return found


def page() -> str:
    """Give the text of the page."""
    found = measured()
    rows = found["results"]
    pairs = dict.fromkeys((row["setting"], row["slice"]) for row in rows)
    behind = [
        line for pair in pairs if (line := _behind([row for row in rows if (row["setting"], row["slice"]) == pair]))
    ]
    parts = [OPENING.format(**found, of_all=len(pairs), behind="\n".join(behind) or "* nowhere")]
    for setting in dict.fromkeys(row["setting"] for row in rows):
        parts.append(f"## {setting[0].upper()}{setting[1:]}\n")
        parts.append(_table([row for row in rows if row["setting"] == setting]))
    return "\n".join(parts)


def _behind(rows: list[dict[str, Any]]) -> str:
    """That another ranking is better for one setting and slice; empty where none is."""
    best = max(rows, key=lambda row: row["recall_at_100"]["mean"])
    full = next(row for row in rows if row["ranking"] == FULL)
    if best["recall_at_100"]["mean"] <= full["recall_at_100"]["mean"]:
        return ""
    figures = f"{best['recall_at_100']['mean']:.3f} instead of {full['recall_at_100']['mean']:.3f}"
    return f"* *{best['setting']}*, {best['slice']} ({best['questions']:,} questions): {best['ranking']}, {figures}"


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
    PAGE.write_text(page())
