"""How good the recommendation was when it was tried on past projects, as the components of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cofund.web import components as c

FULL: Final = ("both", "all", "full ranking")
# The metrics of a kept measure, and how they are called.
METRICS: Final = {
    "recall_at_20": "Recall@20", "recall_at_100": "Recall@100", "ndcg_at_20": "nDCG@20", "map": "MAP", "mrr": "MRR",
    "hit_at_10": "Hit@10",
}  # fmt: skip
_SLICES: Final = {
    "all": "All projects",
    "health": "Health",
    "collaborative": "Collaborative: without fellowships and single grants",
    "newcomers": "Newcomers: only who took part once or twice has to be found",
}
_SETTINGS: Final = {
    "both": "Asked with objective, topic and call",
    "objective": "Asked with the objective alone",
    "topic only": "Asked with the topic alone",
    "with coordinator": "Asked with objective, topic, call and the coordinator",
    "with three known members": "Asked with objective, topic, call and three known members",
}
_NOTE: Final = (
    "Recall: what share of those who took part is among the first 20 or 100. nDCG, MAP, MRR: how far above they stand. Hit: "
    "whether one of them is among the first ten. Below each mean: what 95 of 100 samples keep to."
)


def fact(score: Mapping[str, Any] | None) -> c.Fact:
    """How good the recommendation is in a line, where that was measured."""
    if score is None:
        return c.Fact("Score", None, note="Measure it with the command cofund evaluate and its option --keep.")
    split = _split(score)
    found = [one for one in score["results"] if _key(one) == FULL]
    if not found:
        return c.Fact(
            "Score", None, note=f"The measure that was kept ({split}) has no line for all projects in both texts."
        )
    words = ", ".join(f"{METRICS[name]} {found[0][name]['mean']:.3f}" for name in ("recall_at_20", "recall_at_100"))
    return c.Fact("Score", c.Link(words, "#score"), note=split)


def tables(score: Mapping[str, Any] | None) -> tuple[c.Table, ...]:
    """The whole of a kept measure: a table for each way of asking, every ranking in every slice; none where nothing was kept."""
    results = score["results"] if score else []
    kept = {one["setting"] for one in results}
    return tuple(
        _table(setting, words, [one for one in results if one["setting"] == setting], place)
        for place, (setting, words) in enumerate(_SETTINGS.items())
        if setting in kept
    )


def about(score: Mapping[str, Any]) -> str:
    """What was tried, in a sentence."""
    return (
        f"{score['projects_before']:,} past projects were known, signed before {score['split']}. Asked was who takes part in each "
        f"of those signed up to {score['until']}; {score['candidates']:,} organisations could be named."
    )


def _table(setting: str, words: str, results: list[Mapping[str, Any]], place: int) -> c.Table:
    columns = (
        c.Column("Ranking"), c.Column("Of"), c.Column("Questions", numeric=True),
        *(c.Column(name, numeric=True) for name in METRICS.values()),
    )  # fmt: skip
    rows = tuple(
        c.Row.of(
            f"{one['ranking'][0].upper()}{one['ranking'][1:]}", _SLICES[one["slice"]], f"{one['questions']:,}",
            *(_figure(one[name]) for name in METRICS),
        )
        for one in results
    )  # fmt: skip
    name = "score-" + setting.replace(" ", "-")
    return c.Table(name, words, columns, rows, noun=("line", "lines"), note="" if place else _NOTE)


def _figure(one: Mapping[str, float]) -> c.Cell:
    """A mean with its bounds."""
    return c.Cell(f"{one['mean']:.3f}", note=f"{one['low']:.3f} to {one['high']:.3f}")


def _key(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return one["setting"], one["slice"], one["ranking"]


def _split(score: Mapping[str, Any]) -> str:
    return f"history before {score['split']}, asked about projects up to {score['until']}"
