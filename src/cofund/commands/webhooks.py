"""`cofund deliver`: tell the webhooks what happened."""

from __future__ import annotations

import time

import click

from cofund.actions import webhooks
from cofund.commands.printing import JSON_OPTION, print_json

# Between two looks at what happened.
SECONDS = 10


@click.command("deliver", short_help="Tell the webhooks what happened.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, and look again every ten seconds.")
@JSON_OPTION
def deliver(watch: bool, as_json: bool) -> None:
    """Put down what happened since the webhooks were last told, and tell it; what was not taken is tried again when it is due.

    \b
    Examples:
      cofund deliver
      cofund deliver --watch
    """
    while True:
        added = webhooks.take_up()
        taken, failed = webhooks.deliver()
        if as_json:
            print_json({"added": added, "taken": taken, "not_taken": failed})
        elif added or taken or failed or not watch:
            click.echo(f"{added} new, {taken} taken, {failed} not taken.")
        if not watch:
            return
        _wait()


def _wait() -> None:
    """Wait for the next look; Ctrl-C ends it without a fuss."""
    try:
        time.sleep(SECONDS)
    except KeyboardInterrupt:
        raise SystemExit(0) from None
