"""`cofund evaluate`: how good the recommendation of organisations is, measured on projects that really came about."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cofund.actions.index_files import keep_score
from cofund.analysis import metrics
from cofund.analysis.experiment import RANKINGS, SLICES, Result, run
from cofund.analysis.questions import SETTINGS
from cofund.analysis.ranking import Ranking, gather_training, train
from cofund.commands import printing
from cofund.queries.engine import engine
from cofund.queries.past_arrays import read_corpus

_EPOCH = date(1970, 1, 1)
_HEADINGS = ("Recall@20", "Recall@100", "nDCG@20", "MAP", "MRR", "Hit@10")

Advance = Callable[[int, int], None]


@click.command()
@click.option("--split", required=True, type=printing.Day(), help="What was signed before this day is known.")
@click.option(
    "--until",
    required=True,
    type=printing.Day(),
    help="Projects signed from the split to before this day are asked about.",
)
@click.option(
    "--setting",
    "settings",
    multiple=True,
    type=click.Choice(SETTINGS),
    help="Only this setting; can be repeated. Default: all five.",
)
@click.option("--vote-only", is_flag=True, help="Train nothing: the full ranking is then the vote of past projects.")
@click.option("--keep", is_flag=True, help="Keep the result: the page of the index shows it as its score.")
@printing.JSON_OPTION
def evaluate(split: date, until: date, settings: tuple[str, ...], vote_only: bool, keep: bool, as_json: bool) -> None:
    """Measure the recommendation on past projects.

    The rankings know only what was signed before the split, and are trained on earlier years, each against its own history.
    Then they are asked who takes part in each project signed after it, and what they say is held against who did.

    \b
    Examples:
      cofund evaluate --split 2024-01-01 --until 2025-01-01
      cofund evaluate --split 2024-01-01 --until 2025-01-01 --json
      cofund evaluate --split 2023-01-01 --until 2024-01-01 --setting both
    """
    if until <= split:
        raise click.UsageError("--until has to be later than --split.")
    with bar("Reading past projects") as advance:
        corpus = read_corpus(advance)
    first, last = (split - _EPOCH).days, (until - _EPOCH).days
    trees = None
    if not vote_only:
        with bar("Asking about earlier years") as advance:
            training = gather_training(corpus, first, advance)
        trees = train(training)
    with bar("Asking about the years after the split") as advance:
        result = run(corpus, first, last, Ranking(trees), settings=settings or SETTINGS, progress=advance)
    if not result.questions:
        raise click.ClickException(
            f"Nothing can be measured: no imported project of Horizon Europe was signed from {split} to before {until} by "
            "three or more organisations of whom one had taken part before. Import past projects (`cofund import cordis`) or "
            "choose other days."
        )
    if keep:
        keep_score(as_data(result))
    if as_json:
        click.echo(json.dumps(as_data(result), indent=2))
    else:
        _print(result)


@contextmanager
def bar(label: str) -> Iterator[Advance]:
    """A progress bar on the terminal; nothing where the output goes to a file or another program."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total or None)


def as_data(result: Result) -> dict[str, Any]:
    """The result for scripts: means with the bounds of their 95 % bootstrap intervals."""
    return {
        "engine": engine(),
        "split": _day(result.split),
        "until": _day(result.until),
        "projects_before": result.projects_before,
        "candidates": result.candidates,
        "results": [
            {
                "setting": setting,
                "slice": slice_name,
                "ranking": ranking,
                "questions": result.questions[setting, slice_name],
                **{name: _rounded(one) for name, one in found.items()},
            }
            for (setting, slice_name, ranking), found in sorted(result.measures.items(), key=_order)
        ],
    }


def _rounded(one: metrics.Measured) -> dict[str, float]:
    return {"mean": round(one.mean, 4), "low": round(one.low, 4), "high": round(one.high, 4)}


def _order(item: tuple[tuple[str, str, str], object]) -> tuple[int, int, int]:
    setting, slice_name, ranking = item[0]
    return SETTINGS.index(setting), SLICES.index(slice_name), RANKINGS.index(ranking)


def _day(days: int) -> str:
    return (_EPOCH + timedelta(days=days)).isoformat()


def _print(result: Result) -> None:
    """The result for people: a table a setting."""
    console = printing.console()
    console.print(
        f"{result.projects_before:,} projects of Horizon Europe were signed before {_day(result.split)}, "
        f"{result.candidates:,} organisations are candidates. Behind each mean: half the width of its 95 % interval."
    )
    for setting in dict.fromkeys(key[0] for key in result.measures):
        rows = []
        for (of, slice_name, ranking), found in sorted(result.measures.items(), key=_order):
            if of == setting:
                figures = [
                    f"{found[name].mean:.3f} ±{(found[name].high - found[name].low) / 2:.3f}" for name in metrics.NAMES
                ]
                rows.append([slice_name, ranking, f"{result.questions[of, slice_name]:,}", *figures])
        title = setting.capitalize()
        console.print(printing.table(title, ["of", "ranking", "questions", *_HEADINGS], rows, amounts_from=2))


def _figure(one: metrics.Measured) -> str:
    return f"{one.mean:.3f} ±{(one.high - one.low) / 2:.3f}"
