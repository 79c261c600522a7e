"""What is said of the recommendation's quality was measured, of the engine that there is, and meets its goals."""

from __future__ import annotations

import pytest
from tests.docs import render_evaluation
from tests.machine import CHECKOUT

from cofund.queries.engine import engine

MEASURE_ANEW = (
    "measure anew: cofund evaluate --split 2024-01-01 --until 2025-01-01 --json > docs/evaluation.json, the same of 2023 into "
    "docs/evaluation-2023.json, then python -m tests.docs.render_evaluation, and say in docs/recommending.md what changed"
)


@pytest.mark.parametrize("year", render_evaluation.NAMES)
def test_page_is_what_was_measured(year: int) -> None:
    assert render_evaluation.path(year, "md").read_text() == render_evaluation.page(year), (
        "write it anew: python -m tests.docs.render_evaluation"
    )


@pytest.mark.parametrize("year", render_evaluation.NAMES)
def test_what_was_measured_is_the_engine_that_there_is(year: int) -> None:
    found = render_evaluation.measured(year)
    assert (found["engine"], found["split"], found["until"]) == (engine(), f"{year}-01-01", f"{year + 1}-01-01"), (
        MEASURE_ANEW
    )


@pytest.mark.parametrize(
    ("slice_name", "metric", "least", "most"),
    [
        # Above 0.32 something of the answer is in the question.
        ("all", "recall_at_20", 0.245, 0.32),
        ("all", "recall_at_100", 0.49, 1),
        ("all", "ndcg_at_20", 0.222, 1),
        ("newcomers", "recall_at_100", 0.12, 1),
    ],
)
def test_goals_of_2024_are_met(slice_name: str, metric: str, least: float, most: float) -> None:
    found = render_evaluation.measured(2024)
    asked = ("both", slice_name, render_evaluation.FULL)
    row = next(one for one in found["results"] if (one["setting"], one["slice"], one["ranking"]) == asked)
    assert least <= row[metric]["mean"] <= most


@pytest.mark.parametrize("year", render_evaluation.NAMES)
def test_main_figures_of_the_page_on_the_method_are_those_that_were_measured(year: int) -> None:
    text = (CHECKOUT / "docs" / "recommending.md").read_text()
    rows = {
        (row["slice"], row["ranking"]): row
        for row in render_evaluation.measured(year)["results"]
        if row["setting"] == "both"
    }
    whole, new = rows["all", render_evaluation.FULL], rows["newcomers", render_evaluation.FULL]
    figures = [whole[name]["mean"] for name in ("recall_at_20", "recall_at_100", "ndcg_at_20")]
    told = " | ".join(f"**{value:.3f}**" for value in (*figures, new["recall_at_100"]["mean"]))
    assert f"| **full ranking as it is** | {year} | {told} |" in text
