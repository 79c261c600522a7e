"""`cofund organisations`: look for what past organisations are, accept what is certain, and measure how good that is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from django.urls import reverse
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cofund.actions import pairings
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.commands import printing
from cofund.queries.unifying.measuring import Measured, measure
from cofund.records.corpus.models import RorRecord
from cofund.records.directory.models import Pairing

Advance = Callable[[int, int], None]


@click.group(name="organisations")
def group() -> None:
    """Find out which past organisations are which records of ROR, and which organisations of the directory."""


@group.command()
@click.option("--accept-certain", is_flag=True, help="Accept all certain pairings at once, as the office's page can.")
@printing.JSON_OPTION
def match(accept_certain: bool, as_json: bool) -> None:
    """Look for what every past organisation may be; what the office decided already stays as it is.

    Identifiers come first (PIC, VAT number, ROR record), then website and name within the same country. What is found is kept
    to be accepted or refused by the office; each acceptance can be taken back.

    \b
    Examples:
      cofund organisations match
      cofund organisations match --accept-certain --json
    """
    if not RorRecord.objects.exists():
        click.echo(
            "No record of ROR was imported, so only the directory is looked at: `cofund import ror FILE`.", err=True
        )
    with _bar("Looking at countries") as advance:
        report = pairings.look_for(Actor.operator(), advance)
    accepted = {str(kind): _accept(kind) for kind in Pairing.Kind.values} if accept_certain else {}
    if as_json:
        printing.print_json(asdict(report) | {"accepted": accepted})
        return
    click.echo(f"{report.past:,} past organisations with a name were held against {report.records:,} records of ROR.")
    click.echo(f"  {report.certain:,} are a record for certain, {report.to_look_at:,} perhaps.")
    click.echo(f"  {report.organisations:,} are, or may be, an organisation of the directory.")
    click.echo(f"  {report.groups:,} belong, or may belong, to a group.")
    click.echo(f"Pairings: {report.added:,} new, {report.changed:,} changed, {report.removed:,} no longer found.")
    for kind, count in accepted.items():
        click.echo(f"Accepted, {Pairing.Kind(kind).label}: {count:,}.")
    click.echo(f"The office decides on them at {reverse('office-pairings')}.")


@group.command(name="measure")
@printing.JSON_OPTION
def measure_command(as_json: bool) -> None:
    """Measure the matching on pairs whose identity is known, with what told it hidden; nothing is written.

    Pairs that a website, a name or a VAT number tells are pairinged by all the rest. Precision is the share of right ones among
    those found, recall the share of pairs found again.

    \b
    Examples:
      cofund organisations measure
      cofund organisations measure --json
    """
    with _bar("Hiding and finding again") as advance:
        found = measure(advance)
    if as_json:
        printing.print_json([_figures(one) for one in found])
        return
    rows = [
        [
            one.hidden, f"{one.pairs:,}", _share(one.certain_right, one.certain), _share(one.certain_right, one.pairs),
            _share(one.first_right, one.first), _share(one.first_right, one.pairs), _share(one.absent_certain, one.absent),
        ]
        for one in found
    ]  # fmt: skip
    headings = ["hidden", "pairs", "certain: precision", "recall", "first: precision", "recall", "certain, yet absent"]
    printing.console().print(printing.table("Matching with what told the pair hidden", headings, rows, amounts_from=1))
    click.echo(
        "First: what is found first, certain or to be looked at. Certain, yet absent: of those whose record was taken "
        "away, how many still had another one for certain."
    )


def _accept(kind: str) -> int:
    """Accept what is certain; none is nothing to speak of."""
    try:
        return pairings.accept_certain(Actor.operator(), kind)
    except Refused:
        return 0


def _figures(one: Measured) -> dict[str, Any]:
    shares = {
        "certain_precision": _number(one.certain_right, one.certain), "certain_recall": _number(one.certain_right, one.pairs),
        "first_precision": _number(one.first_right, one.first), "first_recall": _number(one.first_right, one.pairs),
        "absent_certain_share": _number(one.absent_certain, one.absent),
    }  # fmt: skip
    return asdict(one) | shares


def _number(some: int, of: int) -> float | None:
    return round(some / of, 4) if of else None


def _share(some: int, of: int) -> str:
    return f"{some / of:.3f}" if of else "–"


@contextmanager
def _bar(label: str) -> Iterator[Advance]:
    """A progress bar on the terminal; nothing where the output goes to a file or another program."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total or None)
