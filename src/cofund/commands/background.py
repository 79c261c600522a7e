"""`cofund task`: the process of a long task that the office started, and how the tasks stand."""

from __future__ import annotations

import click

from cofund.actions.background_run import run
from cofund.actions.errors import Refused
from cofund.queries import background
from cofund.rules.lifecycle_tasks import TASK


@click.command("task", short_help="Run a long task, or say how the latest ones stand.")
@click.argument("number", type=int, required=False)
def task(number: int | None) -> None:
    """Run the long task of this NUMBER to its end; the site starts it so. Without a number, say how the latest ones stand.

    \b
    Examples:
      cofund task
      cofund task 3
    """
    if number is None:
        found = background.latest()
        for row in found:
            said = {**TASK.states, background.DEAD: "Its process is gone"}[background.standing(row)]
            click.echo(
                " ".join([f"{row.pk}  {row.get_kind_display()}: {said}.", *row.results, *filter(None, [row.wrong])])
            )
        if not found:
            click.echo("No task was started yet.")
        return
    try:
        row = run(number)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join([f"{TASK.states[row.status]}.", *row.results, *filter(None, [row.wrong])]))
    if row.wrong:
        raise SystemExit(1)
